"""What becomes an alarm and what does not: tables that a clerk can read. Minutes after noon; the limit is 1.0 unless said otherwise."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from yiwang.intake.sensing.alarms.conditions import (
    Level,
    Missing,
    Number,
    Rate,
    Rung,
    Series,
    Several,
    Stuck,
    Unusable,
    Watch,
)
from yiwang.intake.sensing.alarms.quiet import quiet
from yiwang.intake.sensing.alarms.rules import Episode, Judged, judge, returned
from yiwang.intake.sensing.alarms.tests.making import MINUTE, NOON, A, B, at, line, over, rule, under, watched
from yiwang.intake.sensing.alarms.verdicts import Verdict, horizon_of, steps
from yiwang.intake.sensing.alarms.windows import judge_again

Told = list[tuple[int, str]]


def minutes(episode: Episode) -> tuple[int, int, int | None, int | None]:
    """Start, raised, end and proved, in minutes after noon."""
    moments = (episode.start, episode.raised_at, episode.end, episode.proved_at)
    return tuple(None if one is None else (one - NOON) // MINUTE for one in moments)  # type: ignore[return-value]


def found(watch: Watch, readings: dict[Series, list], known: int | None = None) -> list[tuple]:
    samples = {series: line(*told) for series, told in readings.items()}
    return [minutes(one) for one in judge(watch, samples, None if known is None else at(known)).episodes]


LIMIT = watched(rule(over("1.0", back="0.9"), lasting=10, clear_after=20, speaks_for=15))


@pytest.mark.parametrize(
    ("readings", "episodes"),
    [
        pytest.param([(0, "1.0"), (10, "1.0"), (20, "1.0")], [], id="on the limit is within it"),
        pytest.param([(0, "1.01"), (9, "1.01")], [], id="beyond for less than ten minutes"),
        pytest.param([(0, "1.01"), (10, "1.01")], [(0, 10, None, None)], id="beyond for ten minutes"),
        pytest.param([(0, "1.2"), (5, "1.0"), (10, "1.2")], [], id="within in between"),
        pytest.param([(0, "1.2"), (16, "1.2"), (25, "1.2")], [], id="sixteen minutes without a reading break it"),
        pytest.param([(0, "1.2"), (15, "1.2")], [(0, 15, None, None)], id="fifteen do not"),
        pytest.param([(0, "1.2"), (5, "9", "M"), (10, "1.2")], [], id="nobody knows how it stood during maintenance"),
        pytest.param([(0, "9", "D"), (5, "9", "C"), (10, "9", "T")], [], id="such values count for nothing"),
        pytest.param([(0, "1.2", "S"), (10, "1.2", "S")], [(0, 10, None, None)], id="what was entered by hand counts"),
        pytest.param(
            [(0, "1.2"), (10, "1.2"), (20, "0.9"), (30, "0.9"), (40, "0.9")], [(0, 10, 20, 40)], id="back for twenty"
        ),
        pytest.param(
            [(0, "1.2"), (10, "1.2"), (20, "0.95"), (30, "0.95"), (40, "0.95"), (50, "0.95")],
            [(0, 10, None, None)],
            id="within the limit, not within nine tenths of it",
        ),
        pytest.param(
            [(0, "1.2"), (10, "1.2"), (20, "0.5"), (36, "0.5"), (50, "0.5")],
            [(0, 10, None, None)],
            id="a silence proves no return",
        ),
        pytest.param(
            [(0, "1.2"), (10, "1.2"), (20, "0.5"), (30, "1.2"), (40, "0.5"), (50, "0.5"), (60, "0.5")],
            [(0, 10, 40, 60)],
            id="beyond once more: the same episode",
        ),
        pytest.param(
            [(0, "2"), (10, "2"), (20, "0"), (30, "0"), (40, "0"), (50, "2"), (60, "2")],
            [(0, 10, 20, 40), (50, 60, None, None)],
            id="beyond again after it was over: another one",
        ),
    ],
)
def test_a_limit_with_duration_and_return(readings, episodes):
    assert found(LIMIT, {A: readings}) == episodes
    assert found(LIMIT, {A: [*reversed(readings), *readings]}) == episodes


def test_less_oxygen_than_the_limit_is_an_alarm_and_the_worst_is_the_least():
    watch = watched(rule(under("5", back="1.1")))
    judged = judge(watch, {A: line((0, "5"), (1, "4.9"), (2, "3.1"), (3, "5.2"), (4, "5.5"))})
    assert [minutes(one) for one in judged.episodes] == [(1, 1, 4, 4)]
    assert [(worst.value, worst.at) for worst in judged.episodes[0].worst] == [(Decimal("3.1"), at(2))]


@pytest.mark.parametrize(
    ("direction", "readings", "episodes"),
    [
        pytest.param("either", [(0, "1"), (30, "2")], [], id="two an hour is not faster than two an hour"),
        pytest.param("either", [(0, "1"), (29, "2")], [(0, 29, None, None)], id="it began with the reading before"),
        pytest.param("rise", [(0, "2"), (29, "1")], [], id="it falls, and only a rise is watched"),
        pytest.param("fall", [(0, "2"), (29, "1")], [(0, 29, None, None)], id="it falls"),
        pytest.param("either", [(0, "1"), (10, "3", "C"), (20, "5")], [], id="nothing is compared with a calibration"),
        pytest.param("either", [(0, "1"), (61, "9")], [], id="nor with what is an hour old"),
        pytest.param("either", [(0, "1"), (10, "5"), (70, "5.1")], [(0, 10, 70, 70)], id="it moves no more"),
    ],
)
def test_a_value_that_moves_too_fast(direction, readings, episodes):
    assert found(watched(rule(Rate(A, direction, Decimal(2), Decimal("0.5")))), {A: readings}) == episodes


@pytest.mark.parametrize(
    ("readings", "episodes"),
    [
        pytest.param([(0, "7.01"), (30, "7.01"), (60, "7.01")], [(0, 60, None, None)], id="an hour on the spot"),
        pytest.param([(0, "7.01"), (30, "7.02"), (60, "7.01")], [], id="it moves a little"),
        pytest.param([(0, "7"), (30, "7"), (60, "7"), (90, "7.2")], [(0, 60, 90, 90)], id="it moves again"),
        pytest.param([(0, "7"), (30, "7"), (59, "8"), (89, "8")], [], id="two short standstills are none"),
    ],
)
def test_a_value_that_stands_still(readings, episodes):
    assert found(watched(rule(Stuck(A, Decimal(0)), lasting=60)), {A: readings}) == episodes


@pytest.mark.parametrize(
    ("readings", "episodes"),
    [
        pytest.param([(0, "7", "D"), (30, "7", "B"), (60, "7", "M")], [(0, 60, None, None)], id="an hour of no use"),
        pytest.param([(0, "7", "D"), (30, "7", "D"), (59, "7", "D")], [], id="not for long enough"),
        pytest.param([(0, "7", "D"), (30, "7"), (60, "7", "D")], [], id="one between them counts"),
        pytest.param(
            [(0, "7", "F"), (30, "7", "F"), (60, "7", "F"), (90, "7", "S")], [(0, 60, 90, 90)], id="it counts again"
        ),
        pytest.param([(0, "7", "D"), (70, "7", "D")], [], id="a silence says nothing of it: that is another rule"),
    ],
)
def test_readings_of_which_none_counts(readings, episodes):
    assert found(watched(rule(Unusable(A), lasting=60)), {A: readings}) == episodes


GONE = watched(rule(Missing(A, timedelta(minutes=30)), speaks_for=0))


@pytest.mark.parametrize(
    ("readings", "known", "episodes"),
    [
        pytest.param([], 600, [], id="who never reported is not missing"),
        pytest.param([(0, "1")], None, [], id="nobody says how late it is"),
        pytest.param([(0, "1")], 30, [], id="half an hour is not longer than half an hour"),
        pytest.param([(0, "1")], 31, [(0, 30, None, None)], id="silent since noon"),
        pytest.param([(0, "1"), (30, "1")], 60, [], id="in time"),
        pytest.param([(0, "1"), (31, "1")], 60, [(0, 30, 31, 31)], id="a minute late"),
        pytest.param([(0, "1"), (31, "1"), (20, "1")], 50, [], id="what comes late fills the silence"),
        pytest.param([(0, "1", "M"), (25, "1", "M")], 50, [], id="a station in maintenance is there"),
        pytest.param([(0, "1"), (90, "1")], 200, [(0, 30, 90, 90), (90, 120, None, None)], id="gone, back, and gone"),
    ],
)
def test_no_readings(readings, known, episodes):
    assert found(GONE, {A: readings}, known) == episodes


BOTH = watched(rule(Several(True, (over("1.0"), under("5", series=B))), lasting=30, speaks_for=60))
ANY = watched(rule(Several(False, (over("1.0"), under("5", series=B))), lasting=30, speaks_for=60))


@pytest.mark.parametrize(
    ("watch", "ammonia", "oxygen", "episodes"),
    [
        pytest.param(BOTH, [(0, "2"), (30, "2"), (60, "2")], [(10, "9")], [], id="all: one of them alone"),
        pytest.param(BOTH, [(0, "2"), (30, "2")], [(5, "4"), (35, "4")], [(5, 35, None, None)], id="all: both at once"),
        pytest.param(BOTH, [(0, "2")], [(61, "4"), (91, "4")], [], id="all: what spoke an hour ago says nothing now"),
        pytest.param(ANY, [(0, "2"), (30, "2")], [(10, "9")], [(0, 30, None, None)], id="any: one of them alone"),
        pytest.param(
            ANY, [(0, "2")], [(10, "9"), (31, "9")], [], id="any: the other's good readings do not prolong it"
        ),
        pytest.param(ANY, [(0, "2")], [(15, "4"), (30, "4")], [(0, 30, None, None)], id="any: one after the other"),
        pytest.param(
            ANY, [(0, "2"), (30, "2"), (40, "0")], [(10, "9")], [(0, 30, 40, 40)], id="any: over when neither holds"
        ),
        pytest.param(
            ANY, [(0, "2"), (30, "2"), (40, "0")], [], [(0, 30, None, None)], id="any: who knows of the other"
        ),
    ],
)
def test_several_conditions(watch, ammonia, oxygen, episodes):
    assert found(watch, {A: ammonia, B: oxygen}) == episodes


def test_an_episode_that_rests_on_the_reading_before_begins_no_earlier_than_the_last_one_was_over():
    watch = watched(rule(Several(False, (Rate(A, "either", Decimal(6), Decimal(1)), over("3", series=B)))))
    told = {A: [(0, "0"), (10, "0"), (15, "9")], B: [(5, "5"), (12, "0")]}
    assert found(watch, told) == [(5, 5, 12, 12), (12, 15, None, None)]


LADDER = (
    Rung("minor", Decimal(0), 0 * MINUTE),
    Rung("major", Decimal("1.5"), 0 * MINUTE),
    Rung("serious", Decimal(2), 0 * MINUTE),
    Rung("serious", Decimal(0), 60 * MINUTE),
)


@pytest.mark.parametrize(
    ("readings", "severities"),
    [
        pytest.param([(0, "1.4")], [(0, "minor")], id="a little"),
        pytest.param([(0, "1.5")], [(0, "major")], id="half as much again"),
        pytest.param(
            [(0, "1.1"), (5, "2.0"), (9, "1.2")], [(0, "minor"), (5, "serious"), (9, "minor")], id="up and down"
        ),
        pytest.param([(0, "1.1"), (59, "1.1"), (60, "1.1")], [(0, "minor"), (60, "serious")], id="an hour of a little"),
    ],
)
def test_severity_over_time(readings, severities):
    (episode,) = judge(watched(rule(over("1.0"), ladder=LADDER)), {A: line(*readings)}).episodes
    assert [((moment - NOON) // MINUTE, severity) for moment, severity in episode.severities] == severities
    assert episode.severity == max((severity for _, severity in severities), key=["minor", "major", "serious"].index)


def test_a_silence_grows_graver_by_the_clock_alone():
    watch = watched(rule(Missing(A, timedelta(minutes=30)), speaks_for=0, ladder=LADDER[::3]))
    (before,) = judge(watch, {A: line((0, "1"))}, at(60)).episodes
    (after,) = judge(watch, {A: line((0, "1"))}, at(61)).episodes
    assert (before.severity, after.severity) == ("minor", "serious")


def test_each_reading_is_judged_by_the_limit_of_its_own_day():
    new_year = date(2026, 6, 2)
    levels = [
        Level(date(2020, 1, 1), date(2026, 6, 1), Decimal(2), "old", "a", True),
        Level(new_year, None, Decimal(1), "new", "b", False),
    ]
    watch = watched(rule(over("7")), levels)
    day = 24 * 60
    (episode,) = judge(watch, {A: line((0, "1.5"), (day, "1.5"), (-day, "2"))}).episodes
    assert minutes(episode)[0] == day
    assert (episode.versions, episode.verified) == (("new",), False)


def test_without_a_limit_on_a_day_there_is_no_alarm_and_no_return_either():
    gap = [Level(date(2020, 1, 1), date(2026, 6, 1), Decimal(1), "old", "a", True)]
    watch = watched(rule(over("7"), effective_from=date(2000, 1, 1)), gap)
    day = 24 * 60
    assert found(watch, {A: [(0, "2"), (day, "0"), (2 * day, "9")]}) == [(0, 0, None, None)]
    assert found(watch, {A: [(-9999 * day, "9")]}) == []


def test_a_reading_from_before_the_rule_is_not_judged_by_it():
    watch = watched(rule(over("1.0"), effective_from=date(2026, 6, 2)))
    assert found(watch, {A: [(0, "9"), (24 * 60, "9")]}) == [(24 * 60, 24 * 60, None, None)]


def test_an_alarm_says_when_it_rests_on_a_value_entered_by_hand_and_on_what_was_not_verified():
    (clean,) = judge(watched(rule(over("1"))), {A: line((0, "2"))}).episodes
    (marked,) = judge(watched(rule(over("1"), verified=False)), {A: line((0, "2", "S"))}).episodes
    assert (clean.by_hand, clean.verified, marked.by_hand, marked.verified) == (False, True, True, False)


def test_two_different_readings_of_one_moment_are_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="two readings of one moment"):
        judge(LIMIT, {A: line((0, "1"), (0, "2"))})


# --- the proof of return ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("readings", "proved"),
    [
        pytest.param([(20, "0.5"), (50, "0.5"), (79, "0.5")], None, id="a minute short of an hour"),
        pytest.param([(20, "0.5"), (50, "0.5"), (80, "0.5")], (20, 80), id="an hour"),
        pytest.param([(20, "0.5"), (50, "0.95"), (80, "0.5"), (110, "0.5")], None, id="not quite back in between"),
        pytest.param([(20, "0.5"), (50, "2"), (60, "0.5"), (120, "0.5")], (60, 120), id="beyond in between: from anew"),
        pytest.param([(20, "0.5"), (81, "0.5"), (90, "0.5")], None, id="silent for more than an hour in between"),
        pytest.param(
            [(20, "0.5"), (50, "0.5", "S"), (80, "0.5")], None, id="a value entered by hand is no instrument's"
        ),
        pytest.param([(20, "0.5"), (50, "0.5", "M"), (80, "0.5")], None, id="nor is one of its maintenance"),
        pytest.param([(5, "0.5"), (30, "0.5"), (65, "0.5")], None, id="what was before the end of the alarm"),
    ],
)
def test_the_same_instrument_proves_that_it_is_back(readings, proved):
    watch, samples = watched(rule(over("1.0", back="0.9"), proof=60, speaks_for=60)), {A: line(*readings)}
    back = returned(watch, steps(watch, samples, horizon_of(samples, None)), after=at(10))
    assert (back and ((back.since - NOON) // MINUTE, (back.proved_at - NOON) // MINUTE)) == proved


# --- what a comparison passes over ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "flag", "minute", "passed"),
    [
        ("5", "N", 200, True),
        ("1.0", "N", 200, True),
        ("0.9", "N", 200, False),
        ("6.1", "N", 200, False),
        ("0.9", "M", 200, True),
        ("5", "N", 40, False),
    ],
)
def test_between_the_limits_a_reading_is_passed_over_after_the_last_alarm(value, flag, minute, passed):
    watch = watched(rule(Several(False, (over("6"), under("1.0")))))
    judged = judge(watch, {A: line((0, "9"), (40, "3"))})
    band = quiet(watch, A, judged)
    assert band is not None
    assert band.passes(line((minute, value, flag))[0]) == passed


@pytest.mark.parametrize(
    "watch",
    [
        watched(rule(Rate(A, "either", Decimal(1), Decimal(1)))),
        watched(rule(Stuck(A, Decimal(0)), lasting=9)),
        watched(rule(Several(True, (over("1"), Stuck(A, Decimal(0)))), lasting=9)),
    ],
)
def test_what_cannot_be_seen_in_one_value_is_never_passed_over(watch):
    assert quiet(watch, A, Judged((), None)) is None


def test_nothing_is_passed_over_while_an_alarm_is_open():
    watch = watched(rule(over("1")))
    judged = judge_again(watch, Judged((), None), [at(0)], lambda first, last: {A: line((0, "9"))})
    assert quiet(watch, A, judged) is None


def test_a_limit_is_a_number_that_the_rule_states():
    assert over("1.0").source == Number(Decimal("1.0"))


def test_of_silence_the_clock_tells_so_that_only_what_comes_late_is_looked_at():
    judged = judge(GONE, {A: line((0, "1"))}, at(20))
    band = quiet(GONE, A, judged)
    assert band is not None
    assert [band.passes(one) for one in line((20, "1"), (21, "999"))] == [False, True]
    assert quiet(GONE, A, Judged((), None)) is None
    assert quiet(GONE, A, judge(GONE, {A: line((0, "1"))}, at(31))) is None


# --- a sample's bound: below a detection limit, or beyond what could be measured ---------------------------------------

OVER_ONE, UNDER_TWO = watched(rule(over("1.0", back="0.9"))), watched(rule(under("2")))


@pytest.mark.parametrize(
    ("watch", "value", "flag", "verdict"),
    [
        (OVER_ONE, "0.025", "<", Verdict.CLEAR),
        (OVER_ONE, "0.95", "<", Verdict.BETWEEN),
        (OVER_ONE, "1.0", "<", Verdict.BETWEEN),
        (OVER_ONE, "1.5", "<", Verdict.UNKNOWN),
        (OVER_ONE, "0.5", ">", Verdict.UNKNOWN),
        (OVER_ONE, "1.0", ">", Verdict.RAISED),
        (OVER_ONE, "24", ">", Verdict.RAISED),
        (UNDER_TWO, "0.5", "<", Verdict.RAISED),
        (UNDER_TWO, "2", "<", Verdict.RAISED),
        (UNDER_TWO, "3", "<", Verdict.UNKNOWN),
        (UNDER_TWO, "2", ">", Verdict.CLEAR),
        (UNDER_TWO, "1", ">", Verdict.UNKNOWN),
    ],
)
def test_a_bound_says_what_every_value_on_its_side_says_or_nothing(watch, value, flag, verdict):
    (first, *_) = steps(watch, {A: line((0, value, flag))}, at(0))
    assert first.verdict is verdict


def test_a_bound_says_nothing_of_how_fast_something_moves():
    watch = watched(rule(Rate(A, "either", Decimal(1), Decimal(1))))
    found = steps(watch, {A: line((0, "1"), (10, "9", "<"), (20, "9"))}, at(20))
    assert {one.verdict for one in found} == {Verdict.UNKNOWN}
