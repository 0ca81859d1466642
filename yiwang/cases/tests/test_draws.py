"""A share of each month's closed cases is drawn to be looked at again, by a seed that nobody chooses and anybody can check."""

import hashlib
from datetime import date

import pytest

from yiwang.cases import jobs, problems, queries, rules
from yiwang.cases.models import Case, Recheck, RecheckDraw
from yiwang.cases.steps import remarks
from yiwang.cases.tests.conftest import at
from yiwang.cases.tests.test_loopholes import closed, handled
from yiwang.kernel.journal import sequencer
from yiwang.kernel.journal.models import Entry, EntryPosition
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.problems import NotAllowed

FIRST_WORKING_DAY = "2019-05-05 00:10"
"""1 to 4 May 2019 are Labour Day; Sunday the 5th is worked."""


@pytest.fixture
def closed_cases(town, handling):
    """Case numbers of so many cases closed at a moment; every entry has its place in the journal."""

    def make(count, moment="2019-04-10 09:00"):
        town.now = at(moment)
        made = [handling() for _ in range(count)]
        for case_id in made:
            handled(town, case_id)
            closed(town, case_id)
        while sequencer.sequence_once():
            pass
        return sorted(Case.objects.filter(pk__in=made).values_list("number", flat=True))

    return make


@pytest.mark.parametrize(
    ("now", "drawn"),
    [
        ("2019-04-30 23:59", 0),
        ("2019-05-01 09:00", 0),
        ("2019-05-04 23:59", 0),
        (FIRST_WORKING_DAY, 1),
        ("2019-05-31 09:00", 1),
        ("2019-06-03 09:00", 0),
    ],
)
def test_the_month_before_is_drawn_from_once_from_the_first_working_day_on(closed_cases, now, drawn):
    closed_cases(3)
    assert jobs.draw_rechecks(at(now)) == drawn
    assert jobs.draw_rechecks(at(now)) == 0
    assert Recheck.objects.count() == drawn


def test_the_seed_is_the_hash_of_the_months_last_entry(closed_cases):
    closed_cases(2)
    last = EntryPosition.objects.order_by("-position").first()
    closed_cases(1, "2019-05-02 09:00")
    jobs.draw_rechecks(at(FIRST_WORKING_DAY))
    held = RecheckDraw.objects.get()
    assert held.seed_position == last.position
    assert held.seed == bytes(Entry.objects.get(pk=last.entry_id).hash).hex()


def test_nothing_is_drawn_before_the_whole_month_has_its_place_in_the_journal(town, closed_cases, handling):
    closed_cases(2)
    late = handling()
    assert jobs.draw_rechecks(at(FIRST_WORKING_DAY)) == 0, "what is not placed yet would change the seed"
    while sequencer.sequence_once():
        pass
    assert jobs.draw_rechecks(at(FIRST_WORKING_DAY)) == 1
    assert not Recheck.objects.filter(case=late).exists()


def test_the_pool_is_what_was_closed_in_the_month_and_anyone_can_draw_again(town, closed_cases):
    first, later = closed_cases(24), closed_cases(1, "2019-05-02 09:00")
    assert jobs.draw_rechecks(at(FIRST_WORKING_DAY)) == 2, "five percent of 24, rounded up"
    held = queries.draw_of_month(town.call("auditor").actor, date(2019, 4, 17))
    assert list(held.pool) == first
    assert later[0] not in held.pool
    by_lot = sorted(held.pool, key=lambda number: hashlib.sha256(f"{held.seed}/{number}".encode()).hexdigest())
    assert sorted(by_lot[:2]) == list(held.drawn)
    drawn = Recheck.objects.values_list("case__number", "draw_id", "seed")
    assert sorted(drawn) == [(number, held.draw_id, held.seed) for number in held.drawn]


def test_a_case_shows_the_draw_that_took_it(town, closed_cases):
    number = closed_cases(1)[0]
    jobs.draw_rechecks(at(FIRST_WORKING_DAY))
    draw = queries.case(town.call("verifier").actor, number).recheck.draw
    assert (draw.first, draw.last, draw.pool, draw.drawn) == ("2019-04-01", "2019-04-30", (number,), (number,))


def test_a_month_that_is_not_over_has_no_seed_yet(town, closed_cases):
    closed_cases(1)
    town.now = at("2019-04-30 23:59")
    with pytest.raises(problems.MonthNotOver):
        remarks.draw_month(date(2019, 4, 1), call=town.call("duty_officer"))


def test_a_month_before_the_journal_has_no_seed(town, closed_cases):
    closed_cases(1)
    assert remarks.draw_month(date(2019, 3, 1), call=town.call("duty_officer")) is None
    assert not RecheckDraw.objects.exists()


def test_a_month_in_which_nothing_was_closed_has_an_empty_draw(town, closed_cases, handling):
    handling()
    closed_cases(0)
    town.now = at(FIRST_WORKING_DAY)
    held = remarks.draw_month(date(2019, 4, 1), call=town.call("duty_officer"))
    assert (held.pool, held.drawn) == ((), ())


def test_only_those_who_may_draw_do(town, closed_cases):
    closed_cases(1)
    town.now = at(FIRST_WORKING_DAY)
    with pytest.raises(NotAllowed):
        remarks.draw_month(date(2019, 4, 1), call=town.call("handler", team="sanitation"))
    assert queries.draw_of_month(town.call("handler", team="sanitation").actor, date(2019, 4, 1)) is None


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2019, 4, 17), date(2019, 4, 1), date(2019, 4, 30)),
        (date(2019, 12, 31), date(2019, 12, 1), date(2019, 12, 31)),
        (date(2020, 2, 1), date(2020, 2, 1), date(2020, 2, 29)),
    ],
)
def test_a_month_has_its_first_and_last_day(day, first, last):
    assert rules.month_of(day) == (first, last)


@pytest.mark.parametrize(("pool", "percent", "count"), [(0, 5, 0), (1, 5, 1), (20, 5, 1), (21, 5, 2), (10, 100, 10)])
def test_the_share_is_rounded_up(pool, percent, count):
    numbers = [f"XH{n}" for n in range(pool)]
    assert len(rules.drawn("seed", numbers, percent)) == count
    assert rules.drawn("seed", reversed(numbers), percent) == rules.drawn("seed", numbers, percent)


@pytest.mark.django_db(transaction=True)
def test_replay_gives_the_same_draws(closed_cases):
    closed_cases(3)
    assert jobs.draw_rechecks(at(FIRST_WORKING_DAY)) == 1
    assert not replay().differences
