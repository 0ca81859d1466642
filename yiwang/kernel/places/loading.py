"""Files of places into the register: one file that somebody hands in, or a town's folder. The good rest always goes in."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from yiwang.kernel.places import queries, steps
from yiwang.kernel.places.datum import Datum
from yiwang.kernel.places.geojson import Frame, ReadFile, Refusal, orphaned, read_geojson
from yiwang.kernel.places.rules import Draft, Kind, arrange
from yiwang.kernel.terms import Call


@dataclass(frozen=True, slots=True)
class FileRefusal:
    """A refused feature and the file it stands in."""

    file: str
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of loading: counts of places, and what was refused and why. `unchanged` counts retired ones too."""

    registered: int
    changed: int
    unchanged: int
    refusals: tuple[FileRefusal, ...]


@dataclass(frozen=True, slots=True)
class ReadFolder:
    """A folder's places, not yet loaded."""

    drafts: tuple[Draft, ...]
    refusals: tuple[FileRefusal, ...]
    sha256: str
    origins: Mapping[str, tuple[str, int]]
    """The file of each good place by its key, and its number there (from 1)."""


def load_geojson(content: bytes, *, file: str, call: Call, declared_datum: Datum | None = None) -> Loaded:
    """Read one GeoJSON file into the register; `file` is its name. The same file again changes nothing.

    Raises NotGeoJson, TooManyFeatures or DatumUnknown for the file as a whole, and NotAllowed.
    """
    file_read = read_geojson(content, declared_datum, queries.frame(call.actor))
    refusals = tuple(FileRefusal(file, refusal) for refusal in file_read.refusals)
    digest = hashlib.sha256(content).hexdigest()
    return _enter(file_read.drafts, file, digest, refusals, call)


def load_places(folder: Path, *, call: Call) -> Loaded:
    """Load every *.geojson of a town's folder, in one transaction. Again: what differs is changed, nothing else.

    Raises NotGeoJson, TooManyFeatures or DatumUnknown with a file as a whole, and NotAllowed.
    """
    found = read_folder(folder, queries.frame(call.actor))
    return _enter(found.drafts, folder.name, found.sha256, found.refusals, call)


def read_folder(folder: Path, frame: Frame | None = None) -> ReadFolder:
    """Read a town's folder without loading it. The files are read as one: any of them may draw the town for the others."""
    contents = {path.name: path.read_bytes() for path in sorted(folder.glob("*.geojson"))}
    whole = _frame_of([read_geojson(content) for content in contents.values()], frame or Frame())
    files_read = {name: read_geojson(content, None, whole) for name, content in contents.items()}
    refusals = [FileRefusal(name, refusal) for name, file_read in files_read.items() for refusal in file_read.refusals]
    known = frame.known if frame and frame.known else frozenset()
    _, orphans = arrange([draft for file_read in files_read.values() for draft in file_read.drafts], known)
    lost = {draft.key for draft in orphans}
    for name, file_read in files_read.items():
        for row in file_read.rows:
            if row.draft.key in lost:
                refusals.append(FileRefusal(name, orphaned(row)))
    drafts = [draft for file_read in files_read.values() for draft in file_read.drafts if draft.key not in lost]
    digest = hashlib.sha256(b"".join(hashlib.sha256(content).digest() for content in contents.values()))
    origins = {row.draft.key: (name, row.number) for name, file_read in files_read.items() for row in file_read.rows}
    return ReadFolder(tuple(drafts), tuple(refusals), digest.hexdigest(), origins)


def _frame_of(files_read: list[ReadFile], frame: Frame) -> Frame:
    rows = [row for file_read in files_read for row in file_read.rows]
    towns = [row for row in rows if row.draft.kind == Kind.TOWN]
    return Frame(
        towns[0].draft.code if towns else frame.town_code,
        towns[0].geometry if towns else frame.town,
        {**frame.committees, **{row.draft.code: row.geometry for row in rows if row.draft.kind == Kind.COMMITTEE}},
    )


def _enter(
    drafts: tuple[Draft, ...], source: str, sha256: str, refusals: tuple[FileRefusal, ...], call: Call
) -> Loaded:
    fact = steps.import_places(drafts, source=source, sha256=sha256, refused=len(refusals), call=call)
    if fact is None:
        return Loaded(0, 0, len(drafts), refusals)
    return Loaded(fact.registered, fact.changed, fact.unchanged + fact.retired, refusals)
