"""The reader this process uses: trained on the packs' sentences and the town's own cases, knowing the town's places.

Kept in memory; made anew when the town has learnt enough to make a difference (rules.fit_due). Nobody waits for that but the
first who asks: the next training runs beside the others, who are answered by the reader there is. A later issue puts a better
reader behind the same interface (reading/reader.py).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock, Thread
from typing import Any
from uuid import UUID

from django.db import connection

from yiwang.cases import law
from yiwang.cases import queries as cases
from yiwang.cases.stages import State
from yiwang.intake.reports import rules
from yiwang.intake.reports.models import Report, ReportAdvice
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
MOST_COMPARED = 2_000
"""So many of the newest cases does a process take in when it starts; those that come later join them."""
FOLLOWED = (
    "case.gathered", "report.read", "case.accepted", "case.corrected", "case.handled", "case.voided", "case.words_forgotten",
)  # fmt: skip
"""What gives a case its words, place or type, changes them, or takes it out."""
CATCH_UP = 500
"""Cases read at once when the live index catches up."""
PRUNE_EVERY = timedelta(hours=1)


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


@dataclass(slots=True)
class _Live:
    index: RecentIndex
    position: int
    pruned_at: datetime


_live: list[_Live] = []
_using_live = Lock()


@contextmanager
def live_index(now: datetime, *, besides: Callable[[], Set[UUID]] = frozenset) -> Iterator[RecentIndex]:
    """The cases of the last two months, to find duplicates among: as they are at this moment, also what was told a second ago.

    Kept by this process and brought up to date by the journal whenever it is asked for; one user at a time. Inside a
    transaction it is made for this once: what that has written may be rolled back and must not stay in memory. `besides`:
    the cases to leave out (those still to be read, which join it one by one); asked when it is known what is new.
    """
    if connection.in_atomic_block:
        yield _made(now, besides).index
        return
    with _using_live:
        yield _up_to_date(now, besides)


def _made(now: datetime, besides: Callable[[], Set[UUID]]) -> _Live:
    live = _Live(RecentIndex(), journal.head(), now)
    newest, left_out = cases.opened_since(SYSTEM, now - LOOK_BACK, MOST_COMPARED), besides()
    _follow(live.index, [case_id for case_id in reversed(newest) if case_id not in left_out], now)
    return live


def _up_to_date(now: datetime, besides: Callable[[], Set[UUID]]) -> RecentIndex:
    if (
        not _live or journal.head() < _live[0].position
    ):  # a journal that grew shorter is another town's: it was restored
        _live[:] = [_made(now, besides)]
    live = _live[0]
    touched = journal.touched_after(live.position, FOLLOWED)
    left_out = besides()
    for ref in left_out:
        live.index.remove(ref)
    news = _cases_among({UUID(subject_id) for subject_id in touched.subject_ids})
    _follow(live.index, sorted(news - left_out), now)
    live.position = touched.position
    if abs(now - live.pruned_at) >= PRUNE_EVERY:
        live.index.forget_before(now - LOOK_BACK)
        live.pruned_at = now
    return live.index


def _cases_among(subject_ids: Set[UUID]) -> set[UUID]:
    """The cases among the subjects of entries, and those of the reports among them."""
    if not subject_ids:
        return set()
    return {*subject_ids, *Report.objects.filter(pk__in=subject_ids).values_list("case_id", flat=True)}


def _follow(index: RecentIndex, case_ids: Sequence[UUID], now: datetime) -> None:
    """Bring these cases up to date in the index, the oldest first: as they are now, or out of it."""
    for start in range(0, len(case_ids), CATCH_UP):
        part = [CaseId(case_id) for case_id in case_ids[start : start + CATCH_UP]]
        rows, guesses = cases.rows_of(SYSTEM, part), _guesses(part)
        for case_id in part:
            row = rows.get(case_id)
            if row is not None and _compared(row) and (case_id in index or row.opened_at >= now - LOOK_BACK):
                index.add(_earlier(row, *guesses.get(case_id, ("", ()))))
            else:
                index.remove(case_id)


def _guesses(case_ids: list[CaseId]) -> dict[UUID, tuple[str, Any]]:
    """The type and the places that the reader suggested for each case's report, as far as it was read."""
    advice_list = ReportAdvice.objects.filter(report__case__in=case_ids)
    return {
        case_id: (code, at) for case_id, code, at in advice_list.values_list("report__case_id", "top_code", "places")
    }


def _compared(row: cases.CaseRow) -> bool:
    """Not what was entered by mistake, nor what is forgotten: its words are erased."""
    return row.state != State.VOIDED and bool(row.text)


def _earlier(row: cases.CaseRow, guessed_code: str, guessed_places: Any) -> Earlier:
    """The guesses stand for the type and the place until somebody gives it others (as in NgramReader.read_many)."""
    place_id = row.place_id or (UUID(guessed_places[0]["place_id"]) if guessed_places else None)
    code = row.type_code or guessed_code or None
    return Earlier(row.id, "case", row.text, row.opened_at, row.point, PlaceId(place_id) if place_id else None, code)
