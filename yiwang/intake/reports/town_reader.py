"""The reader this process uses: trained on the packs' sentences and the town's own cases, knowing the town's places.

Kept in memory; made anew when the town has learnt enough to make a difference (rules.fit_due). Nobody who types waits for the
town's cases to be learnt: that runs beside them, and meanwhile they are answered by the reader there is. A later issue puts a
better reader behind the same interface (reading/reader.py).
"""

import logging
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
from yiwang.kernel.terms import SYSTEM, CaseId, PlaceId

log = logging.getLogger(__name__)

LOOK_BACK = timedelta(days=60)
"""Older cases are not compared for duplicates."""
CHECK_EVERY = timedelta(minutes=10)
MOST_COMPARED = 2_000
"""So many of the newest cases does a process take in when it starts; those that come later join them…"""
MOST_KEPT = 5_000
"""…until, at the next pruning, the oldest beyond so many go: each takes some 10 kB."""
FOLLOWED = (
    "case.gathered", "report.read", "case.accepted", "case.corrected", "case.handled", "case.voided", "case.words_forgotten",
)  # fmt: skip
"""What gives a case its words, place or type, changes them, or takes it out."""
CATCH_UP = 500
"""Cases read at once when the live index catches up."""
PRUNE_EVERY = timedelta(hours=1)
NOT_LEARNT = "the reader could not be trained; the one there is goes on"


@dataclass(slots=True)
class _Kept:
    reader: NgramReader
    learnt: Mapping[CaseId, str]
    fitted_at: datetime
    checked_at: datetime
    town_map: TownMap


_kept: list[_Kept] = []
_plain: list[NgramReader] = []
"""Knows the packs' sentences only: made in a second, for those who type before the first training is done."""
_failed: list[datetime] = []
"""When the last training failed; empty after one that did not. Until `CHECK_EVERY` later nobody who types sets off another."""
_training = Lock()
_making_plain = Lock()


def reader(now: datetime) -> Reader:
    """The town's reader, for the worker: trained on first use and whenever that is due, so that it depends on nobody's speed.

    Where it cannot be trained anew, the one there is goes on and the log says why; where there is none, that is raised.
    """
    with _training:
        if not _kept:
            _kept[:] = [_trained(_Lesson(now))]
        elif _fit_is_due(now):
            _learn(now, lambda: _Lesson(now))
        return _with_todays_places(_kept[0])


def reader_at_hand(now: datetime) -> Reader:
    """The town's reader, for somebody who types: as it is, trained beside them when that is due. In a new process they get one
    that knows the packs' sentences only until the first training is done."""
    if _kept:
        kept = _kept[0]
        if _fit_is_due(now):
            _train_beside(now)
        return _with_todays_places(kept)
    with _making_plain:
        if not _plain:
            _plain[:] = [NgramReader(_types(), places=_places(places.town_map(SYSTEM)))]
        plain = _plain[0]
    _train_beside(now)
    return plain


def get_ready(now: datetime) -> None:
    """Take in the newest cases and train the reader, so that nobody has to wait for it: called beside a process that starts.

    Nobody waits for the outcome, so what goes wrong is logged here; whoever types first tries it again.
    """
    try:
        with live_index(now):
            pass
        reader(now)
    except Exception:
        log.exception("the reader could not get ready with the process; whoever types first sets it off again")


class _Lesson:
    """What is to be learnt, read from the tables at this moment: training itself asks the database nothing."""

    def __init__(self, now: datetime) -> None:
        taught = cases.taught_texts(SYSTEM, now - rules.LEARN_BACK, rules.LEARN_MOST)
        self.now = now
        self.types = _types()
        self.town_map = places.town_map(SYSTEM)
        self.past = [PastCase(one.text, one.type_code) for one in reversed(taught)]
        self.learnt = {one.case_id: one.type_code for one in taught}


def _trained(lesson: _Lesson) -> _Kept:
    fitted = NgramReader(lesson.types, past=lesson.past, places=_places(lesson.town_map))
    return _Kept(fitted, lesson.learnt, lesson.now, lesson.now, lesson.town_map)


def _train_beside(now: datetime) -> None:
    """Train the next reader in a thread of its own. Where one is being trained already, that one has to do for now."""
    if (_failed and abs(now - _failed[0]) < CHECK_EVERY) or not _training.acquire(blocking=False):
        return
    begun = False
    try:
        lesson = _Lesson(now)
        Thread(target=_train, args=(lesson,), name="the reader learns", daemon=True).start()
        begun = True
    except Exception:
        _failed[:] = [now]
        log.exception(NOT_LEARNT)
    finally:
        if not begun:
            _training.release()


def _train(lesson: _Lesson) -> None:
    try:
        _learn(lesson.now, lambda: lesson)
    finally:
        _training.release()


def _learn(now: datetime, lesson: Callable[[], _Lesson]) -> None:
    """Put a better reader in the place of the one there is; where that fails, that one goes on."""
    try:
        _kept[:] = [_trained(lesson())]
        _plain.clear()
        _failed.clear()
    except Exception:
        _failed[:] = [now]
        log.exception(NOT_LEARNT)


def _with_todays_places(kept: _Kept) -> Reader:
    town_map = places.town_map(SYSTEM)
    if kept.town_map is not town_map:
        kept.reader, kept.town_map = kept.reader.knowing(_places(town_map)), town_map
    return kept.reader


def _fit_is_due(now: datetime) -> bool:
    """Whether the reader there is has much to learn by now; looked up once in `CHECK_EVERY`."""
    kept = _kept[0]
    if abs(now - kept.checked_at) < CHECK_EVERY:
        return False
    kept.checked_at = now
    there = cases.taught_types(SYSTEM, now - rules.LEARN_BACK, rules.LEARN_MOST)
    erased = cases.any_wordless(SYSTEM, kept.learnt.keys() - there.keys())
    return rules.fit_due(kept.learnt, there, since_fit=now - kept.fitted_at, words_erased=erased)


def _types() -> list[TypeWords]:
    """The types that people write about: one without example sentences (督办) is never suggested."""
    found = (one for one in law.catalogue().types() if one.examples)
    return [TypeWords(one.code, one.name["zh-Hans"], one.department, one.examples) for one in found]


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
    # A journal that grew shorter is another town's: it was restored.
    if not _live or journal.head() < _live[0].position:
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
        live.index.prune(now - LOOK_BACK, MOST_KEPT)
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
