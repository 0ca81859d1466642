"""The same readings give the same episodes: in any order, repeated, in any batches, late, and passed over where they change nothing."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.intake.sensing.alarms.conditions import Count, Missing, Number, Sample, Series, Several, Stuck, Watch
from yiwang.intake.sensing.alarms.quiet import quiet
from yiwang.intake.sensing.alarms.rules import Judged, judge
from yiwang.intake.sensing.alarms.tests.making import (
    BEFORE_MIDNIGHT,
    MINUTE,
    A,
    B,
    at,
    by_series,
    over,
    pasts,
    reader,
    rule,
    watched,
    watches,
)
from yiwang.intake.sensing.alarms.verdicts import Samples
from yiwang.intake.sensing.alarms.windows import judge_again, judge_in_parts

Readings = list[tuple[Series, Sample]]
NOTHING = Judged((), None)
AFTER_ALL = at(1500)
"""A clock that every reading of `pasts` lies before: what is passed over waits for it."""


def batches(readings: Readings, sizes: list[int]) -> list[Readings]:
    """The readings cut into pieces of these sizes, the last ones into one."""
    cut = []
    for size in sizes:
        cut.append(readings[:size])
        readings = readings[size:]
    return [*cut, readings]


@settings(max_examples=60, deadline=None)
@given(watches(), pasts(), st.randoms(use_true_random=False), st.none() | st.integers(0, 500))
def test_any_order_and_repetition_gives_the_same(watch: Watch, past: Readings, random: Any, known: int | None) -> None:
    until = None if known is None else at(known)
    whole = judge(watch, by_series(past), until)
    again = [*past, *(past[: random.randrange(len(past) + 1)])]
    random.shuffle(again)
    assert judge(watch, by_series(again), until) == whole


@settings(max_examples=250, deadline=None)
@given(watches(), pasts(), st.lists(st.integers(0, 12), max_size=8), st.lists(st.integers(0, 500), max_size=9))
def test_windows_judged_again_and_the_rest_kept_are_the_whole_judged(
    watch: Watch, past: Readings, sizes: list[int], clock: list[int]
) -> None:
    judged, stored, known = NOTHING, [], None
    for nth, batch in enumerate(batches(past, sizes)):
        stored += batch
        known = later(known, clock, nth)
        judged = judge_again(watch, judged, [sample.at for _, sample in batch], reader(by_series(stored)), known)
        assert judged.episodes == judge(watch, by_series(stored), known).episodes


@settings(max_examples=150, deadline=None)
@given(watches(), pasts(), st.lists(st.integers(1, 6), max_size=20))
def test_readings_that_a_comparison_passes_over_change_nothing(watch: Watch, past: Readings, sizes: list[int]) -> None:
    judged, stored = NOTHING, []
    for batch in batches(past, sizes):
        bands = {series: quiet(watch, series, judged) for series in watch.rule.series}
        stored += batch
        looked_at = [
            sample.at
            for series, sample in batch
            if series in bands and not ((band := bands[series]) and band.passes(sample))
        ]
        if looked_at:
            judged = judge_again(watch, judged, looked_at, reader(by_series(stored)))
        if not watch.rule.of_silence:
            assert judged.episodes == judge(watch, by_series(stored)).episodes
    judged = judge_again(watch, judged, [], reader(by_series(stored)), AFTER_ALL)
    assert judged.episodes == judge(watch, by_series(stored), AFTER_ALL).episodes


@settings(max_examples=150, deadline=None)
@given(watches(), pasts(), st.sampled_from([1, 7, 30, 2000]), st.none() | st.integers(0, 1500))
def test_a_past_judged_part_by_part_is_the_whole_judged(
    watch: Watch, past: Readings, minutes: int, known: int | None
) -> None:
    stored = by_series(past)
    moments = [sample.at for series, sample in past if series in watch.rule.series]
    whole = judge(watch, {series: stored[series] for series in watch.rule.series}, None if known is None else at(known))
    if moments and whole.until is not None:
        assert judge_in_parts(watch, min(moments), whole.until, reader(stored), minutes * MINUTE) == whole


@settings(max_examples=200, deadline=None)
@given(
    watches(),
    pasts(),
    st.lists(st.tuples(st.integers(0, 200), st.sampled_from([0, 2, 4, 6]), st.sampled_from("NNSM")), max_size=6),
)
def test_values_that_are_corrected_later_give_the_episodes_of_what_counts(
    watch: Watch, past: Readings, changes: list[tuple[int, int, str]]
) -> None:
    counts = {(series, sample.at): sample for series, sample in past}
    judged = judge_again(watch, NOTHING, [sample.at for _, sample in past], reader(by_series(past)), at(700))
    for nth, value, flag in changes if counts else ():
        series, moment = sorted(counts)[nth % len(counts)]
        counts[series, moment] = Sample(moment, Decimal(value), flag)
        now = by_series([(one, sample) for (one, _), sample in counts.items()])
        judged = judge_again(watch, judged, [moment], reader(now), at(700))
        assert judged.episodes == judge(watch, now, at(700)).episodes


def later(known: datetime | None, clock: list[int], nth: int) -> datetime | None:
    """The clock goes on, or stands."""
    given_now = at(clock[nth]) if nth < len(clock) else None
    return max((one for one in (known, given_now) if one), default=None)


@settings(max_examples=60, deadline=None)
@given(watches(), pasts())
def test_episodes_do_not_overlap_and_lie_in_order(watch: Watch, past: Readings) -> None:
    episodes = judge(watch, by_series(past), at(700)).episodes
    for one in episodes:
        assert one.start <= one.raised_at <= one.last_raised
        assert one.end is None or one.last_raised <= one.end <= one.proved_at
    for before, after in pairwise(episodes):
        assert before.proved_at is not None
        assert before.proved_at <= after.start


# --- pasts in which a shorter look back or ahead would not do ---------------------------------------------------------

LONG_RUN = watched(rule(over("3"), lasting=10, speaks_for=4))
BOTH = watched(rule(Several(True, (Stuck(A, Decimal(0)), over("3", series=B))), lasting=1, speaks_for=9))
SILENT = watched(rule(Several(True, (Missing(A, 10 * MINUTE), over("3", series=B))), speaks_for=4))
TWO_A_DAY = watched(rule(Count(A, MINUTE, Number(Decimal(3)), Number(Decimal(2))), speaks_for=4))
COUNT_AND_B = watched(
    rule(Several(True, (Count(A, MINUTE, Number(Decimal(3)), Number(Decimal(1))), over("3", series=B))), speaks_for=4)
)
MIDNIGHT = BEFORE_MIDNIGHT + 30
SLOW_TO_CLEAR = watched(rule(over("3"), clear_after=12, speaks_for=4))

PASTS = [
    pytest.param(
        LONG_RUN, [(A, minute, "5") for minute in (0, 3, 6, 9, 12, 15)], id="a run is longer than a reading speaks"
    ),
    pytest.param(LONG_RUN, [(A, minute, "5") for minute in (15, 12, 9, 6, 3, 0)], id="the same from its end"),
    pytest.param(LONG_RUN, [*((A, minute, "5") for minute in (0, 4, 8, 12)), (A, 6, "1")], id="late news breaks a run"),
    pytest.param(
        BOTH,
        [(A, 0, "1"), (A, 3, "1"), (B, 10, "5"), (A, 11, "1"), (B, 18, "5"), (A, 19, "1"), (B, 26, "5"), (A, 27, "1")],
        id="an episode rests on two readings before it",
    ),
    pytest.param(
        SILENT, [(A, 0, "1"), (A, 100, "1"), (B, 60, "5"), (B, 80, "1"), (A, 30, "1")], id="a silence began later"
    ),
    pytest.param(
        watched(rule(over("3"), clear_after=4, speaks_for=4)),
        [(A, 0, "5"), (A, 20, "5"), (A, 6, "1"), (A, 10, "1")],
        id="late news ends an episode in its middle",
    ),
    pytest.param(
        SLOW_TO_CLEAR,
        [*((A, minute, "1") for minute in range(0, 60, 3)), (A, 10, "5")],
        id="a late episode is over long after it",
    ),
    pytest.param(
        SLOW_TO_CLEAR,
        [(A, 0, "5"), *((A, minute, "1") for minute in range(3, 60, 3)), (A, 13, "5"), (A, 25, "5")],
        id="late news makes two episodes of one, and one of two",
    ),
    pytest.param(
        TWO_A_DAY,
        [(A, 0, "5"), (A, 400, "5"), (A, 200, "1"), (A, 700, "1"), (A, 100, "5"), (A, MIDNIGHT, "5"), (A, 300, "5")],
        id="what comes late from the morning is one too many in the evening",
    ),
    pytest.param(
        TWO_A_DAY,
        [
            (A, MIDNIGHT - 2, "5"),
            (A, MIDNIGHT - 1, "5"),
            (A, MIDNIGHT, "5"),
            (A, MIDNIGHT + 1, "5"),
            (A, MIDNIGHT + 2, "5"),
        ],
        id="each day counts for itself",
    ),
    pytest.param(
        COUNT_AND_B,
        [
            (A, 0, "5"),
            (A, 1, "5"),
            (B, 300, "5"),
            (A, 301, "1"),
            (B, 310, "1"),
            (A, 320, "1"),
            (B, 330, "5"),
            (A, 332, "1"),
        ],
        id="a value within the limit says that the day has too many already",
    ),
]


@pytest.mark.parametrize(("watch", "told"), PASTS)
def test_reading_by_reading_is_as_all_at_once(watch: Watch, told: list[tuple[Series, int, str]]) -> None:
    judged, stored, alarms = NOTHING, [], 0
    for series, minute, value in told:
        stored.append((series, Sample(at(minute), Decimal(value), "N")))
        judged = judge_again(watch, judged, [at(minute)], reader(by_series(stored)))
        assert judged == judge(watch, by_series(stored))
        alarms += len(judged.episodes)
    assert alarms, "the past is of no use to the test without an episode"


def test_what_is_late_by_an_hour_has_two_hours_of_a_year_read_again() -> None:
    stored = [(A, Sample(at(minute), Decimal(1), "N")) for minute in range(0, 525_600, 60)]
    before = judge(SLOW_TO_CLEAR, by_series(stored))
    asked: list[timedelta] = []

    def read(first: datetime, last: datetime | None) -> Samples:
        assert last is not None
        asked.append(last - first)
        return reader(by_series(stored))(first, last)

    judge_again(SLOW_TO_CLEAR, before, [at(300_000)], read)
    assert sum(asked, timedelta(0)) < timedelta(hours=2)


def test_values_within_the_limit_are_passed_over_where_only_counts_decide() -> None:
    passed = quiet(TWO_A_DAY, A, NOTHING)
    assert passed is not None
    assert [passed.passes(Sample(at(0), Decimal(value), "N")) for value in ("3", "3.1")] == [True, False]
    assert quiet(COUNT_AND_B, A, NOTHING) is None
