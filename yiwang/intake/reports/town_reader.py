"""The reader this process uses: trained on the packs' sentences and the town's own cases, knowing the town's places.

Kept in memory; made anew when the town has learnt enough to make a difference. A later issue puts a better reader
behind the same interface (reading/reader.py).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID

from yiwang.cases import law
from yiwang.cases import queries as cases
from yiwang.intake.reports.reading.duplicates import RecentIndex
from yiwang.intake.reports.reading.ngram_reader import NgramReader
from yiwang.intake.reports.reading.reader import Earlier, NamedPlace, PastCase, Reader, TypeWords
from yiwang.kernel.places import queries as places
from yiwang.kernel.places.shapes import middle
from yiwang.kernel.terms import Actor, ActorKind

SYSTEM = Actor(ActorKind.SYSTEM)
LOOK_BACK = timedelta(days=60)
"""Older cases are not compared for duplicates."""
LEARN_AGAIN_AT = 1.25
"""The reader is trained again when the town's own cases have grown by a quarter."""
CHECK_EVERY = timedelta(minutes=10)
MOST_TAUGHT = 5_000


@dataclass(slots=True)
class _Kept:
    reader: Reader
    taught: int
    checked_at: datetime


_kept: list[_Kept] = []
_training = Lock()


def reader(now: datetime) -> Reader:
    """The town's reader, trained on first use (about a second) and again when the town has learnt more."""
    if _kept and now - _kept[0].checked_at < CHECK_EVERY:
        return _kept[0].reader
    with _training:
        taught = cases.taught_texts(SYSTEM, MOST_TAUGHT)
        if not _kept or len(taught) > LEARN_AGAIN_AT * _kept[0].taught + 20:
            past = [PastCase(one.text, one.type_code) for one in reversed(taught)]
            _kept[:] = [_Kept(NgramReader(_types(), past=past, places=_places()), len(taught), now)]
        _kept[0].checked_at = now
        return _kept[0].reader


def _types() -> list[TypeWords]:
    return [TypeWords(one.code, one.name["zh-Hans"], one.department, one.examples) for one in law.catalogue().types()]


def _places() -> list[NamedPlace]:
    town_map = places.town_map(SYSTEM)
    return [
        NamedPlace(row.place_id, row.name, row.aliases, middle(row.geometry))
        for row in town_map.rows
        if row.kind not in {"component", "grid_cell", "town"}
    ]


def recent_index(
    now: datetime, *, until: datetime | None = None, besides: frozenset[UUID] = frozenset()
) -> RecentIndex:
    """The open cases of the last two months, to find duplicates among; without `besides`."""
    index = RecentIndex()
    for row in reversed(cases.near_in_time(SYSTEM, now - LOOK_BACK)):
        if row.id not in besides and (until is None or row.opened_at <= until):
            index.add(Earlier(row.id, "case", row.text, row.opened_at, row.point, row.place_id, row.type_code or None))  # type: ignore[arg-type]
    return index
