"""Checks a figure with what it rests on (docs/adr/0031): pure, with nothing but the file, as checking.py checks a journal.

After the first line come the rows of the figure, then the entries they rest on with their proofs, then the end. The first line
holds the figure as a text and the town's signature under it, the rows and the head, so that no two of them can be changed together.
A row is open (its text and a salt) or sealed (only the hash of both): a stranger adds up what each row counts; who may read
the rows also sees that each counts by the definition, and that its entries are in the journal. A row is a case, whose entries are
of no other row, or something measured, which names what its entries are about, since one sheet tells of many. `yiwang verify` and
the browser's static/transparency/figure.js find the same.
"""

import base64
import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from yiwang.kernel.journal import checking
from yiwang.kernel.journal.checking import (
    MOST_FAULTS,
    Fault,
    Line,
    Stopped,
    Verdict,
    Witnessed,
    at_witnesses,
    hash_in,
    is_signed,
    proven,
)
from yiwang.kernel.journal.notes import Head, Verifier

Subject = tuple[str, str]
"""Kind and identifier."""
CASE, SUBJECTS = "case", "subjects"
OPEN, SEALED, NONE = "open", "sealed", "none"
"""What the file holds of its rows: all, only what each counts, or nothing."""
COUNTS = re.compile(r"0|1|0\.[0-9]{1,12}", re.ASCII)
SUM = re.compile(r"[0-9]{1,15}(\.[0-9]{1,12})?", re.ASCII)
MONTH = re.compile(r"[0-9]{4}-[0-9]{2}", re.ASCII)
MOST_NAME = 60


@dataclass(frozen=True, slots=True)
class Counting:
    """What is counted: by outcome how much, the first that holds; what must hold; from which sources and of which types."""

    numerator: tuple[tuple[str, Decimal], ...]
    denominator: tuple[str, ...]
    sources: tuple[str, ...]
    types: tuple[str, ...]

    def of(self, row: Mapping[str, Any]) -> Decimal | None:
        """How much a row counts; None for one that is not counted at all."""
        holds, of_type = row["holds"], row["type"]
        if not all(one in holds for one in self.denominator) or (self.sources and row["source"] not in self.sources):
            return None
        if self.types and not of_type.startswith(self.types):
            return None
        return next((each for name, each in self.numerator if name in holds), Decimal(0))


@dataclass(frozen=True, slots=True)
class Stated:
    """The figure as the first line states it."""

    code: str
    counting: Counting
    first: str
    last: str
    committee: str | None
    team: str | None
    as_of: str
    numerator: Decimal
    denominator: int
    rows: str
    release: int | None

    def lies_in(self, row: Mapping[str, Any]) -> bool:
        """Whether a row is of these months, this committee and department."""
        where = (self.committee in (None, row["committee"])) and (self.team in (None, row["team"]))
        return where and self.first <= row["month"] <= self.last

    @property
    def share(self) -> str:
        """The figure alone."""
        return f"{plain(self.numerator)}/{self.denominator}"

    @property
    def told(self) -> str:
        """The figure in one line, the same in every language."""
        return f"{self.share} · {self.first}–{self.last} · {self.as_of}"


def plain(value: Decimal) -> str:
    """A sum with one spelling: no exponent, and no noughts behind."""
    return f"{value.normalize():f}" if value else "0"


def statement(town: str, figure: str, digest: str, rows: int, head: Head) -> str:
    """What the town signs of a figure. Its second line is no size, so that it never reads as a head."""
    hashed, root = hashlib.sha256(figure.encode(errors="surrogatepass")).hexdigest(), base64.b64encode(head.root)
    return f"yiwang/{town}/figure\nfigure {hashed}\nrows {rows} {digest}\nhead {head.size} {root.decode()}\n"


def digest_of(rows: Iterable[tuple[str, str]]) -> str:
    """The hash over all rows, each as its seal and what it counts, in the order of the file."""
    return hashlib.sha256("".join(f"{seal} {counts}\n" for seal, counts in rows).encode()).hexdigest()


def seal_of(salt: bytes, row: str) -> str:
    """The seal of a row: nobody can tell from it what the row says without the salt."""
    return hashlib.sha256(salt + row.encode(errors="surrogatepass")).hexdigest()


def read_figure(text: Any) -> Stated:
    """The figure in the first line. Raises Stopped for what is none."""
    try:
        return _stated(json.loads(text))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Stopped("figure-unreadable") from None


def _stated(said: Any) -> Stated:
    counts = said["counts"]
    counting = Counting(
        tuple((_text(name), Decimal(_as(COUNTS, each))) for name, each in counts["numerator"]),
        *(_texts(counts[part]) for part in ("denominator", "sources", "types")),
    )
    release, denominator = said.get("release"), said["denominator"]
    if said["rows"] not in (OPEN, SEALED, NONE) or type(denominator) is not int or not counting.denominator:
        raise ValueError(said["rows"])
    return Stated(
        _text(said["code"])[:MOST_NAME], counting, _as(MONTH, said["first"]), _as(MONTH, said["last"]), _named(said["committee"]),
        _named(said["team"]), _text(said["as_of"])[:MOST_NAME], Decimal(_as(SUM, said["numerator"])), denominator, said["rows"],
        release if type(release) is int else None,
    )  # fmt: skip


def _text(found: Any) -> str:
    if not isinstance(found, str):
        raise TypeError(type(found))
    return found


def _texts(found: Any) -> tuple[str, ...]:
    if not isinstance(found, list):
        raise TypeError(type(found))
    return tuple(_text(one) for one in found)


def _named(found: Any) -> str | None:
    return None if found is None else _text(found)


def _as(form: re.Pattern[str], found: Any) -> str:
    if not form.fullmatch(_text(found)):
        raise ValueError(form.pattern)
    return str(found)


# --- the file --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Bundle:
    """The file as far as it was read."""

    verdict: Verdict
    stated: Stated
    sum: Decimal = Decimal(0)
    rows: list[tuple[str, str]] = field(default_factory=list)
    subjects: dict[int, frozenset[Subject]] = field(default_factory=dict)
    """By position what the entry may be about, as the rows that rest on it say."""
    seen: set[tuple[str, str]] = field(default_factory=set)
    found: set[int] = field(default_factory=set)
    """Positions of entries that the file holds."""

    def add(self, fault: Fault) -> None:
        """Name a fault; of very many the first ones."""
        if len(self.verdict.faults) < MOST_FAULTS:
            self.verdict.faults.append(fault)


def check_figure(
    lines: Iterator[tuple[int, Line]],
    verdict: Verdict,
    head: Head,
    trusted: tuple[Verifier, ...],
    witnesses: Sequence[Witnessed],
    header: Line,
) -> None:
    """Check the rows, their sum, the entries they rest on, and the town's signature under all of it."""
    stated = read_figure(header.get("figure"))
    verdict.kind, verdict.about, verdict.figure = f"figure-{stated.rows}", stated.code, stated.told
    at_witnesses(verdict, head, trusted, witnesses)
    bundle, last, body = _Bundle(verdict, stated), 0, checking.Body(lines)
    for number, line in body:
        if "seal" in line:
            _take_row(bundle, line, number)
        else:
            last = _take_entry(bundle, line, number, last, head)
    if body.is_cut():
        verdict.faults.append(Fault("cut", more={"last": body.count}))
    _close(bundle)
    verdict.rows, verdict.digest = len(bundle.rows), digest_of(bundle.rows)
    signed = statement(verdict.town, header["figure"], verdict.digest, verdict.rows, head)
    if not is_signed(signed, header.get("signed"), trusted):
        verdict.faults.append(Fault("figure-unsigned"))


def _take_row(bundle: _Bundle, line: Line, number: int) -> None:
    seal, counts = line["seal"], line.get("counts")
    if bundle.found or hash_in(seal) is None or not isinstance(counts, str) or not COUNTS.fullmatch(counts):
        raise Stopped("unreadable", line=number)
    again = ("", seal) in bundle.seen
    bundle.seen.add(("", seal))
    bundle.rows.append((seal, counts))
    bundle.sum += Decimal(counts)
    if bundle.stated.rows == OPEN:
        again = _open_row(bundle, line, number) or again
    if again:
        bundle.add(Fault("row-repeated", more={"line": number}))


def _open_row(bundle: _Bundle, line: Line, number: int) -> bool:
    """The row's text: sealed as it stands, and counted as it should be. Whether the same was counted before."""
    text, salt = line.get("row"), hash_in(line.get("salt"))
    if not isinstance(text, str) or salt is None:
        raise Stopped("unreadable", line=number)
    if seal_of(salt, text) != line["seal"]:
        bundle.add(Fault("row-changed", more={"line": number}))
    try:
        row = read_row(text)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Stopped("unreadable", line=number) from None
    counted = bundle.stated.counting.of(row) if bundle.stated.lies_in(row) else None
    if counted is None or counted != Decimal(line["counts"]):
        bundle.add(Fault("row-miscounted", more={"line": number}))
    who = (row["case_id"], str(row["part"]))
    again = who in bundle.seen
    bundle.seen.add(who)
    subjects, shared = subjects_of(row), SUBJECTS in row
    for position in row["entries"]:
        before = bundle.subjects.get(position, subjects)
        if before != subjects and not shared:
            bundle.add(Fault("entry-of-another", position))
        bundle.subjects[position] = before | subjects if shared else before
    return again


def subjects_of(row: Mapping[str, Any]) -> frozenset[Subject]:
    """What the entries of a row may be about: of its case, or of what it names, which is never a case."""
    if SUBJECTS not in row:
        return frozenset({(CASE, row["case_id"])})
    return frozenset((_text(kind), _text(which)) for kind, which in row[SUBJECTS])


def read_row(text: str) -> dict[str, Any]:
    """A row as it stands in its text. Raises ValueError, TypeError or KeyError for what is none."""
    row: dict[str, Any] = json.loads(text)
    for name in ("case_id", "month", "source", "type"):
        _text(row[name])
    for name in ("part", "committee", "team"):
        _named(row[name])
    _texts(row["holds"])
    if SUBJECTS in row and (not isinstance(row[SUBJECTS], list) or any(kind == CASE for kind, _ in subjects_of(row))):
        raise ValueError(SUBJECTS)
    positions = row["entries"]
    if not isinstance(positions, list) or not positions or any(type(one) is not int for one in positions):
        raise ValueError("entries")
    return row


def _take_entry(bundle: _Bundle, line: Line, number: int, last: int, head: Head) -> int:
    position = proven(bundle.verdict, line, number, last, head)
    bundle.found.add(position)
    subjects = bundle.subjects.get(position)
    if subjects is None:
        if position != bundle.stated.release:
            bundle.add(Fault("entry-without-row", position))
    elif isinstance(line.get("entry"), str) and _subject(line["entry"]) not in subjects:
        bundle.add(Fault("entry-of-another", position))
    return position


def _subject(text: str) -> tuple[Any, Any]:
    try:
        frame = json.loads(text)[0]
        return frame["subject_kind"], frame["subject_id"]
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        return None, None


def _close(bundle: _Bundle) -> None:
    """Every row's entries are there, and the rows give the figure."""
    stated = bundle.stated
    needed = {*bundle.subjects, *([] if stated.release is None else [stated.release])}
    for position in sorted(needed - bundle.found)[:1]:
        bundle.add(Fault("row-without-entry", position))
    summed = f"{plain(bundle.sum)}/{len(bundle.rows)}"
    expected = "0/0" if stated.rows == NONE else stated.share
    if summed != expected:
        bundle.add(Fault("other-sum", more={"sum": summed, "said": stated.share}))


def check(content: Iterable[bytes], *, keys: Collection[str] = (), witnesses: Sequence[Witnessed] = ()) -> Verdict:
    """Check a file of any kind, also a figure: as checking.check does."""
    return checking.check(content, keys=keys, witnesses=witnesses)


checking.KINDS["figure"] = check_figure
