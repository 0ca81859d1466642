"""The reader this process uses: trained on the packs' sentences and the town's own cases, knowing the town's places.

Kept in memory; made anew when the town has learnt enough to make a difference. A later issue puts a better reader
behind the same interface (reading/reader.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID

from yiwang.cases import law
from yiwang.cases import queries as cases
from yiwang.intake.reports.reading.duplicates import RecentIndex
from yiwang.intake.reports.reading.ngram_reader import NgramReader
from yiwang.intake.reports.reading.reader import Earlier, NamedPlace, PastCase, Reader, TypeWords
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.places import queries as places
from yiwang.kernel.places.shapes import middle
from yiwang.kernel.places.town_map import TownMap
from yiwang.kernel.terms import Actor, ActorKind, CaseId, PlaceId

SYSTEM = Actor(ActorKind.SYSTEM)
LOOK_BACK = timedelta(days=60)
"""Older cases are not compared for duplicates."""
LEARN_AGAIN_AT = 1.25
"""The reader is trained again when the town's own cases have grown by a quarter."""
CHECK_EVERY = timedelta(minutes=10)
MOST_TAUGHT = 5_000
CATCH_UP = 1_000
"""Journal entries taken at once when the live index catches up."""


@dataclass(slots=True)
class _Kept:
    reader: Reader
    taught: int
    checked_at: datetime
    town_map: TownMap


_kept: list[_Kept] = []
_training = Lock()


def reader(now: datetime) -> Reader:
    """The town's reader, trained on first use (half a second), when its places changed, and when the town has learnt more."""
    town_map = places.town_map(SYSTEM)
    if _kept and _kept[0].town_map is town_map and now - _kept[0].checked_at < CHECK_EVERY:
        return _kept[0].reader
    with _training:
        taught = cases.taught_texts(SYSTEM, MOST_TAUGHT)
        stale = not _kept or _kept[0].town_map is not town_map
        if stale or len(taught) > LEARN_AGAIN_AT * _kept[0].taught + 20:
            past = [PastCase(one.text, one.type_code) for one in reversed(taught)]
            _kept[:] = [_Kept(NgramReader(_types(), past=past, places=_places(town_map)), len(taught), now, town_map)]
        _kept[0].checked_at = now
        return _kept[0].reader


def _types() -> list[TypeWords]:
    return [TypeWords(one.code, one.name["zh-Hans"], one.department, one.examples) for one in law.catalogue().types()]


def _places(town_map: TownMap) -> list[NamedPlace]:
    return [
        NamedPlace(row.place_id, row.name, row.aliases, middle(row.geometry))
        for row in town_map.rows
        if row.kind not in {"component", "grid_cell", "town"}
    ]


def recent_index(now: datetime, *, besides: frozenset[UUID] = frozenset()) -> RecentIndex:
    """The cases of the last two months, to find duplicates among; without `besides`."""
    rows = cases.near_in_time(SYSTEM, now - LOOK_BACK)
    return RecentIndex(_earlier(row) for row in reversed(rows) if row.id not in besides)


def _earlier(row: cases.CaseRow) -> Earlier:
    place_id = PlaceId(row.place_id) if row.place_id else None
    return Earlier(row.id, "case", row.text, row.opened_at, row.point, place_id, row.type_code or None)


@dataclass(slots=True)
class _Live:
    index: RecentIndex
    position: int


_live: list[_Live] = []
_using_live = Lock()


@contextmanager
def live_index(now: datetime) -> Iterator[RecentIndex]:
    """The same index kept up to date by the journal's position, for reading as somebody types. One user at a time."""
    with _using_live:
        head = journal.head()
        if not _live or head < _live[0].position:  # a journal that grew shorter is another town's: it was restored
            _live[:] = [_Live(recent_index(now), head)]
        while placed := journal.entries_after(_live[0].position, CATCH_UP):
            gathered = [CaseId(UUID(one.entry.subject_id)) for one in placed if one.entry.verb == "case.gathered"]
            for row in cases.rows_of(SYSTEM, gathered).values():
                _live[0].index.add(_earlier(row))
            _live[0].position = placed[-1].position or _live[0].position
        yield _live[0].index
