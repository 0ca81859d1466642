"""A year without a notice of holidays: deadlines are provisional, and nobody stays late by a day that turned out to be off."""

import pytest

from yiwang.cases import law
from yiwang.cases.models import Case, Clock
from yiwang.cases.steps import forward, lineage, timing
from yiwang.cases.tests.conftest import SYSTEM, at
from yiwang.kernel.journal.models import Entry
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.terms import Call
from yiwang.kernel.workdays.loading import NOTICES, calendar_from

NEW_YEAR_2027 = """
year: 2027
notices:
  - title: Invented for this test
    number: 国办发明电〔2027〕0号
    posted: 2027-01-02
    page: https://www.gov.cn/invented
    verified: false
    days:
      - {holiday: new-year, rest: [%s]}
"""
BY_WEEKDAYS = "2027-01-01 17:00"
"""Two working days after Wednesday 30 December 2026, as long as nobody knows of a holiday."""


def timer(town):
    return Call(SYSTEM, town.now, "timer")


def ran_out(case_id):
    clock = Clock.objects.get(case=case_id, stage="handle")
    return clock.ran_out, Case.objects.get(pk=case_id).overdue


@pytest.fixture
def lamp(town, gathered):
    """A lamp out, given to a department for two working days on Wednesday 30 December 2026."""
    town.now = at("2026-12-30 09:00")
    case_id = gathered()
    forward.accept(case_id, type_code="C-01-02", title="路灯", call=town.call("operator"))
    forward.dispatch(case_id, town.teams["sanitation"], call=town.call("dispatcher"))
    clock = Clock.objects.get(case=case_id, stage="handle")
    assert (clock.due_at, clock.provisional) == (at(BY_WEEKDAYS), True)
    return case_id


@pytest.fixture
def notice(monkeypatch, tmp_path):
    """Load a notice for 2027 with these days off."""

    def load(days_off: str) -> None:
        path = tmp_path / "2027.yaml"
        path.write_text(NEW_YEAR_2027 % days_off, encoding="utf-8")
        calendar = calendar_from([*NOTICES.glob("*.yaml"), path], law.calendar().hours)
        monkeypatch.setattr(law, "calendar", lambda: calendar)

    return load


def test_without_a_notice_nothing_is_recomputed(town, lamp):
    assert timing.recompute_all(timer(town)) == 0


@pytest.mark.parametrize("swept_first", [False, True], ids=["before the sweep", "after the sweep"])
@pytest.mark.parametrize(
    ("days_off", "due", "late_at_last"),
    [
        ("2027-01-01..2027-01-03", "2027-01-04 17:00", True),
        ("2027-01-01..2027-01-08", "2027-01-11 17:00", False),
    ],
)
def test_a_late_notice_gives_its_days_back(town, lamp, notice, days_off, due, late_at_last, swept_first):
    """The notice comes on Wednesday 6 January 2027, when by weekdays the department was late for five days."""
    town.now = at("2027-01-06 10:00")
    if swept_first:
        timing.sweep(timer(town))
        assert ran_out(lamp) == (True, True)
    notice(days_off)
    assert timing.recompute_all(timer(town)) == 1
    assert Clock.objects.get(case=lamp, stage="handle").due_at == at(due)
    assert ran_out(lamp) == (late_at_last, late_at_last)
    town.now = at("2027-01-12 09:00")
    assert timing.sweep(timer(town)) == (0 if late_at_last else 1)
    assert ran_out(lamp) == (True, True)
    assert replay().differences == ()


@pytest.mark.parametrize("by", ["the sweeper", "whoever takes it up"])
def test_nobody_is_found_late_by_the_old_end_once_the_notice_is_there(town, lamp, notice, by):
    town.now = at("2027-01-06 10:00")
    notice("2027-01-01..2027-01-08")
    if by == "the sweeper":
        timing.sweep(timer(town))
    else:
        forward.sign(lamp, call=town.call("handler", team="sanitation"))
    assert ran_out(lamp) == (False, False)
    assert not Entry.objects.filter(verb="case.ran_out", subject_id=str(lamp)).exists()
    assert replay().differences == ()


def test_who_handled_it_within_the_new_days_was_not_late_after_all(town, lamp, notice):
    town.now = at("2027-01-05 10:00")
    timing.sweep(timer(town))
    handler = town.call("handler", team="sanitation")
    forward.sign(lamp, call=handler)
    forward.report_back(lamp, outcome="solved", result="换了灯", no_photo_reason="夜里看不出", call=handler)
    assert Clock.objects.get(case=lamp, stage="handle").ran_out
    town.now = at("2027-01-06 10:00")
    notice("2027-01-01..2027-01-08")
    assert timing.recompute_all(timer(town)) == 1
    assert ran_out(lamp) == (False, False)
    assert timing.recompute_all(timer(town)) == 0
    assert replay().differences == ()


def test_a_follower_that_a_notice_found_in_time_after_all_goes_on_when_it_follows_no_longer(
    town, lamp, gathered, notice
):
    town.now = at("2027-01-05 10:00")
    timing.sweep(timer(town))
    main = gathered()
    forward.accept(main, type_code="C-01-02", title="路灯", call=town.call("operator"))
    lineage.merge(lamp, main, call=town.call("operator"))
    town.now = at("2027-01-06 10:00")
    notice("2027-01-01..2027-01-08")
    assert timing.recompute_all(timer(town)) >= 1
    lineage.unmerge(lamp, explanation="是另一盏灯", call=town.call("operator"))
    clock = Clock.objects.get(case=lamp, stage="handle")
    assert (clock.state, clock.ran_out) == ("running", False)
    assert Case.objects.get(pk=lamp).due_at is not None
    assert replay().differences == ()
