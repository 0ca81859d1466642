"""The reader this process uses: trained on the packs' sentences and the town's own cases, knowing the town's places.

Kept in memory; made anew when the town has learnt enough to make a difference (rules.fit_due). Nobody waits for that but the
first who asks: the next training runs beside the others, who are answered by the reader there is. A later issue puts a better
reader behind the same interface (reading/reader.py).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock, Thread
from uuid import UUID

from yiwang.cases import law
from yiwang.cases import queries as cases
from yiwang.intake.reports import rules
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
CHECK_EVERY = timedelta(minutes=10)
CATCH_UP = 1_000
"""Journal entries taken at once when the live index catches up."""


@dataclass(slots=True)
class _Kept:
    reader: NgramReader
    learnt: Mapping[CaseId, str]
    fitted_at: datetime
    checked_at: datetime
    town_map: TownMap


_kept: list[_Kept] = []
_training = Lock()


def reader(now: datetime) -> Reader:
    """The town's reader, trained on first use; who asks later gets it as it is, and it learns on beside them."""
    town_map = places.town_map(SYSTEM)
    if not _kept:
        with _training:
            if not _kept:
                past, learnt = _past(now)
                _kept[:] = [
                    _Kept(NgramReader(_types(), past=past, places=_places(town_map)), learnt, now, now, town_map)
                ]
    kept = _kept[0]
    if kept.town_map is not town_map:
        kept.reader, kept.town_map = kept.reader.knowing(_places(town_map)), town_map
    if abs(now - kept.checked_at) >= CHECK_EVERY:
        kept.checked_at = now
        _learn_on(kept, now)
    return kept.reader


def _past(now: datetime) -> tuple[list[PastCase], dict[CaseId, str]]:
    """What the town's own cases teach, oldest first, and which they are."""
    taught = cases.taught_texts(SYSTEM, now - rules.LEARN_BACK, rules.LEARN_MOST)
    return [PastCase(one.text, one.type_code) for one in reversed(taught)], {
        one.case_id: one.type_code for one in taught
    }


def _learn_on(kept: _Kept, now: datetime) -> None:
    """Train the next reader beside those who ask, where one is due and none is being trained. What it learns is read here."""
    there = cases.taught_types(SYSTEM, now - rules.LEARN_BACK, rules.LEARN_MOST)
    erased = cases.any_wordless(SYSTEM, kept.learnt.keys() - there.keys())
    if not rules.fit_due(kept.learnt, there, since_fit=now - kept.fitted_at, words_erased=erased):
        return
    past, learnt = _past(now)
    types, town_map = _types(), kept.town_map

    def train() -> None:
        with _training:
            fitted = NgramReader(types, past=past, places=_places(town_map))
            _kept[:] = [_Kept(fitted, learnt, now, kept.checked_at, town_map)]

    if not _training.locked():
        Thread(target=train, name="the reader learns", daemon=True).start()


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
