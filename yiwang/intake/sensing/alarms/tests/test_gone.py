"""Alive, dead or gone, and what samples show: tables that a clerk could check. Hours since noon; the rules ask for twelve hours."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from yiwang.intake.sensing.alarms import gone, sampled
from yiwang.intake.sensing.alarms.conditions import Count, Missing, Number, Sample, Several, Stuck, Unusable
from yiwang.intake.sensing.alarms.tests.making import NOON, A, B, over, rule
from yiwang.intake.sensing.alarms.verdicts import Verdict

HOUR = timedelta(hours=1)
TODAY = date(2026, 11, 28)
LIMIT, OTHER = over("1"), over("1", series=B)


def at(hour: float):
    return NOON + hour * HOUR


def came(*told: tuple[float, str]):
    return [Sample(at(hour), Decimal(1), flag) for hour, flag in told]


ALIVE = (
    # what is asked, readings of A, readings of B, last beyond, why it is gone (empty: alive); now is hour 40, and 12 hours count
    (LIMIT, [(30, "N")], [], 5, ""),
    (LIMIT, [(28, "N")], [], 5, ""),
    (LIMIT, [(27.9, "N")], [], 5, gone.DEAD),
    (LIMIT, [(30, "D"), (31, "F"), (32, "M")], [], 5, gone.DEAD),
    (LIMIT, [(30, "S")], [], 5, gone.DEAD),
    (LIMIT, [(30, "S")], [], 30, ""),  # by hand, and beyond: it is known to be so
    (Unusable(A), [(30, "D")], [], 30, gone.DEAD),
    (Unusable(A), [(30, "N")], [], 5, ""),
    (Missing(A, HOUR), [], [], 35, gone.DEAD),
    (Missing(A, HOUR), [(39, "D")], [], 35, ""),  # whatever the flag: something comes
    (Stuck(A, Decimal(0)), [(39, "N")], [], 39, ""),
    (Several(False, (LIMIT, OTHER)), [(39, "N")], [], 5, gone.DEAD),  # any of them: without B nobody can see it back
    (Several(False, (LIMIT, OTHER)), [(39, "N")], [], 39, ""),  # but A is beyond
    (Several(False, (LIMIT, OTHER)), [(39, "N")], [(39, "N")], 5, ""),
    (Several(True, (LIMIT, OTHER)), [(39, "N")], [], 5, ""),  # all of them: A alone can show that it is back
    (Several(True, (LIMIT, OTHER)), [], [], 5, gone.DEAD),
)


@pytest.mark.parametrize(("when", "of_a", "of_b", "last", "why"), ALIVE)
def test_an_instrument_is_alive_or_dead(when, of_a, of_b, last, why):
    readings = {A: came(*of_a), B: came(*of_b)}
    found = gone.alive(rule(when), readings, at(last), None, since=at(28), today=TODAY)
    assert found.why == why
    assert (found.newest is None) is bool(why)


@pytest.mark.parametrize(("last_day", "why"), [(None, ""), (TODAY, ""), (date(2026, 11, 27), gone.OUT_OF_USE)])
def test_a_station_is_in_use_to_the_end_of_its_last_day(last_day, why):
    assert gone.alive(rule(LIMIT), {A: came((39, "N"))}, at(39), last_day, since=at(28), today=TODAY).why == why


@pytest.mark.parametrize(
    ("proof", "speaks_for", "every", "hours"), [(720, 180, 1, 13), (120, 2880, 24, 72), (60, 60, 0, 1)]
)
def test_it_is_dead_after_its_proof_or_what_a_reading_speaks_for_and_one_interval_more(proof, speaks_for, every, hours):
    asked = rule(LIMIT, proof=proof, speaks_for=speaks_for)
    assert gone.span_of(asked, every * HOUR) == hours * HOUR


C, X, W, U = Verdict.CLEAR, Verdict.RAISED, Verdict.BETWEEN, Verdict.UNKNOWN
RUNS = (
    # samples of the place (hour, verdict), those that were named, last beyond, which of them count
    ([(1, C), (20, C)], [1, 20], 0, [1, 20]),
    ([(1, C), (20, C)], [1], 0, [1]),
    ([(1, C), (20, C)], [1, 20], 1, [20]),
    ([(1, C), (10, X), (20, C)], [1, 20], 0, [20]),
    ([(1, C), (10, W), (20, C)], [1, 20], 0, [20]),
    ([(1, C), (10, U), (20, C)], [1, 20], 0, [1, 20]),
    ([(1, C), (20, X)], [1, 20], 0, []),
)


@pytest.mark.parametrize(("said", "named", "beyond", "counts"), RUNS)
def test_named_samples_count_since_it_was_last_beyond_by_the_instrument_or_any_sample(said, named, beyond, counts):
    run = sampled.run_of([(at(hour), one) for hour, one in said], [at(hour) for hour in named], at(beyond))
    assert run == [at(hour) for hour in counts]


@pytest.mark.parametrize(("hours", "shown"), [([], False), ([1], False), ([1, 12.9], False), ([1, 5, 13], True)])
def test_they_show_it_when_the_first_and_the_last_are_as_far_apart_as_the_rule_asks(hours, shown):
    assert sampled.shows([at(hour) for hour in hours], 12 * HOUR) is shown


@pytest.mark.parametrize(
    ("when", "can"),
    [
        (LIMIT, True),
        (Several(True, (LIMIT, OTHER)), True),
        (Several(False, (LIMIT, Missing(A, HOUR))), False),
        (Stuck(A, Decimal(0)), False),
        (Unusable(A), False),
        (Count(A, HOUR, Number(Decimal(1)), Number(Decimal(6))), False),
    ],
)
def test_a_sample_can_show_a_return_of_limits_alone(when, can):
    assert sampled.can_show(rule(when)) is can
