"""The journal as a file that anybody can check without the town: frames and public bodies, never a private payload.

The form is that of checking.py. An export ends where a signed head ends; what came later belongs to the next one.
"""

import gzip
import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from yiwang.kernel.journal import checking, sealed, tree
from yiwang.kernel.journal.codec import moment_text
from yiwang.kernel.journal.models import Entry, EntryPosition
from yiwang.kernel.journal.reading import text_of
from yiwang.kernel.journal.sealed import Sealed
from yiwang.kernel.journal.sealer import Stored, signer_of

CHUNK = 2_000
GZIP_BITS = 31
LEVEL = 6
"""Of gzip: a third of the time of the best, and hardly larger."""

Progress = Callable[[int, int], None]


def header(kind: str, head: Sealed, **more: Any) -> dict[str, Any]:
    """The first line of an export or a proof."""
    town = head.origin.removeprefix(checking.ORIGIN)
    return {
        "yiwang": kind,
        "form": checking.FORM,
        "town": town,
        **more,
        "key": head.key,
        "head": head.note,
    }


def lines(head: Sealed, progress: Progress | None = None) -> Iterator[bytes]:
    """The export up to this head, line by line."""
    yield line(header("journal", head))
    done = 0
    while done < head.size:
        chunk = _chunk(done, head)
        assert chunk, "a signed head covers only entries that are there"  # noqa: S101
        for one in chunk:
            yield line(one)
        done = int(chunk[-1]["position"])
        if progress:
            progress(done, head.size)
    yield line({"end": head.size})


def _chunk(after: int, head: Sealed) -> list[dict[str, Any]]:
    upto = min(after + CHUNK, head.size)
    placed = EntryPosition.objects.filter(position__gt=after, position__lte=upto)
    signed = sealed.on_the_way(after, upto, head.key)
    return [
        entry_line(row.position, row.entry) | ({"head": signed[row.position]} if row.position in signed else {})
        for row in placed.select_related("entry").order_by("position")
    ]


def entry_line(position: int, entry: Entry) -> dict[str, Any]:
    """One entry: the text that its columns give now, and the hash that was taken when it was recorded."""
    return {"position": position, "entry": text_of(entry).decode(), "hash": bytes(entry.hash).hex()}


def line(content: dict[str, Any]) -> bytes:
    """One line of the file."""
    return checking.spelt(content) + b"\n"


def packed(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines as a gzip file in pieces, for an answer over the network."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP_BITS)
    for one in lines:
        if content := packer.compress(one):
            yield content
    yield packer.flush()


def write(path: Path, content: Iterable[bytes]) -> None:
    """Write the lines packed, for the owner's eyes only; the file appears when it is whole, in the place of an older one."""
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as raw:
            with gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=LEVEL, mtime=0) as packed:
                for one in content:
                    packed.write(one)
            raw.flush()
            os.fsync(raw.fileno())
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)


# --- proofs of single entries ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Proven:
    """An entry's place in the tree, and what leads from its hash to the head's root."""

    position: int
    hash: str
    verb: str
    recorded_at: datetime
    proof: tuple[str, ...]
    text: str | None = None
    """What was hashed; only for those who may read what the entry says."""


def proofs(head: Sealed, subject_kind: str, subject_id: object, *, with_text: bool = False) -> tuple[Proven, ...]:
    """The proofs of all entries of one subject that this head covers, oldest first. Without text nothing of what they say."""
    rows = EntryPosition.objects.filter(entry__subject_kind=subject_kind, entry__subject_id=str(subject_id))
    return proofs_of(head, rows, with_text=with_text)


def proofs_of(head: Sealed, placed: QuerySet[EntryPosition], *, with_text: bool = False) -> tuple[Proven, ...]:
    """The same of any entries; those that this head does not cover yet are left out."""
    source = Stored()
    return tuple(
        Proven(
            row.position,
            bytes(row.entry.hash).hex(),
            row.entry.verb,
            row.entry.recorded_at,
            tuple(one.hex() for one in tree.inclusion_proof(source, row.position - 1, head.size)),
            text_of(row.entry).decode() if with_text else None,
        )
        for row in placed.filter(position__lte=head.size).select_related("entry").order_by("position")
    )


def positions(subject_kind: str, subject_ids: Sequence[object], until: datetime) -> dict[str, tuple[int | None, ...]]:
    """Where the entries of each of these subjects stand that tell of what happened up to a moment, oldest place first.

    None for one that the sequencer has not placed yet.
    """
    found: dict[str, list[int | None]] = {}
    for start in range(0, len(subject_ids), CHUNK):
        some = [str(one) for one in subject_ids[start : start + CHUNK]]
        rows = Entry.objects.filter(subject_kind=subject_kind, subject_id__in=some, happened_at__lte=until)
        for subject_id, position in rows.order_by("placed__position").values_list("subject_id", "placed__position"):
            found.setdefault(subject_id, []).append(position)
    return {subject_id: tuple(listed) for subject_id, listed in found.items()}


@dataclass(frozen=True, slots=True)
class Found:
    """Where an entry stands (None: the sequencer has not placed it yet), and what it is about."""

    position: int | None
    subject: tuple[str, str]


def found(entry_ids: Iterable[int]) -> dict[int, Found]:
    """Each of these entries by its identifier."""
    rows = Entry.objects.filter(pk__in=list(entry_ids))
    told = rows.values_list("id", "placed__position", "subject_kind", "subject_id")
    return {entry_id: Found(position, (kind, subject_id)) for entry_id, position, kind, subject_id in told}


def proven_lines(head: Sealed, places: Sequence[int], *, with_text: bool = False) -> Iterator[bytes]:
    """The entries at these positions, each with its proof, as lines of a file; the smallest position first."""
    ordered = sorted(places)
    for start in range(0, len(ordered), CHUNK):
        placed = EntryPosition.objects.filter(position__in=ordered[start : start + CHUNK])
        for one in proofs_of(head, placed, with_text=with_text):
            yield line(_told(one))


def of_places(
    kind: str, head: Sealed, about: str, places: Sequence[int], *, with_text: bool = False
) -> Iterator[bytes]:
    """A file of the entries at these positions, of those that the head covers, with their proofs. Raises KeyElsewhere."""
    covered = EntryPosition.objects.filter(position__in=[place for place in places if place <= head.size])
    return proof_lines(head, about, proofs_of(head, covered, with_text=with_text), kind=kind)


def _told(one: Proven) -> dict[str, Any]:
    told = {"position": one.position, "verb": one.verb, "recorded_at": moment_text(one.recorded_at)}
    text = {} if one.text is None else {"entry": one.text}
    return told | text | {"hash": one.hash, "proof": list(one.proof)}


def proof_lines(head: Sealed, about: str, proven: Iterable[Proven], *, kind: str = "case") -> Iterator[bytes]:
    """The proof of a case (or of a promise) as a file: hashes and moments, what leads to the head, and the text where it was
    asked for. All of it is signed as one (checking.statement). Raises KeyElsewhere.
    """
    key, told = signer_of(head), [_told(one) for one in proven]
    town = head.origin.removeprefix(checking.ORIGIN)
    signed = key.note(checking.statement(kind, town, about, told, head.pure))
    return map(line, [header(kind, head, about=about, signed=signed), *told, {"end": len(told)}])
