"""Clocks: started by rules with their version, paused with reasons, run out as facts, and always recomputable."""

from datetime import date

import pytest

from yiwang.cases import clocks, law, problems
from yiwang.cases.locked import clocks_of
from yiwang.cases.models import Case, Clock
from yiwang.cases.numbers import Source
from yiwang.cases.steps import forward, sideways, timing
from yiwang.cases.tests.conftest import SYSTEM, at
from yiwang.cases.tests.photos import stored_photo
from yiwang.kernel.terms import Call
from yiwang.kernel.wording import problem_text


def due(case_id, stage):
    return Clock.objects.filter(case=case_id, stage=stage).latest("id").due_at


def sweep(town):
    return timing.sweep(Call(SYSTEM, town.now, "timer"))


@pytest.mark.parametrize(
    ("type_code", "limit", "expected"),
    [
        ("E-01-01", "4 working_hour", "2019-04-02 15:00"),
        ("C-01-01", "4 urgent_hour", "2019-04-02 13:00"),
        ("C-01-02", "2 working_day", "2019-04-04 17:00"),
    ],
)
def test_the_handling_clock_runs_by_the_local_table_of_the_type(town, handling, type_code, limit, expected):
    """Dispatched on Tuesday 2 April 2019 at 09:00; the office is open 08:30-11:30 and 13:30-17:00."""
    case_id = handling(type_code)
    clock = Clock.objects.get(case=case_id, stage="handle")
    assert f"{clock.amount} {clock.unit}" == limit
    assert clock.due_at == at(expected)
    assert clock.rule_version == f"{type_code}.handle@2019-01-01"
    assert len(clock.rule_hash) == 64


@pytest.mark.parametrize(
    ("demand", "days", "expected"),
    [
        ("consultation", 1, "2019-04-03 17:00"),
        ("suggestion", 1, "2019-04-03 17:00"),
        ("supervision", 3, "2019-04-08 17:00"),
        ("call_back_review", 3, "2019-04-08 17:00"),
        ("request", 5, "2019-04-10 17:00"),
        ("complaint", 5, "2019-04-10 17:00"),
    ],
)
def test_hotline_demands_have_their_own_working_days_over_qingming(town, gathered, demand, days, expected):
    """R-111: 1/3/5/15 working days from receipt of the order, not from acceptance; 5-7 April 2019 are Qingming."""
    case_id = gathered(source=Source.HOTLINE)
    town.now = at("2019-04-02 16:00")
    forward.accept(case_id, type_code="H-01-01", title="房屋", demand=demand, call=town.call("operator"))
    clock = Clock.objects.get(case=case_id, stage="answer")
    assert (clock.amount, clock.unit, clock.rule) == (days, "working_day", f"hotline.limit.{demand}")
    assert clock.due_at == at(expected)


@pytest.mark.parametrize(
    ("type_code", "demand", "days"),
    [("E-01-01", "consultation", 1), ("C-01-02", "complaint", 5), ("E-01-01", "", 5), ("H-01-01", "supervision", 3)],
)
def test_an_order_of_12345_has_its_days_beside_the_limits_of_any_type(town, gathered, type_code, demand, days):
    """The duty of R-111 comes with the order, whatever it is about."""
    case_id = gathered(source=Source.HOTLINE)
    forward.accept(case_id, type_code=type_code, title="路灯", demand=demand, call=town.call("operator"))
    forward.dispatch(case_id, town.teams["sanitation"], call=town.call("dispatcher"))
    found = {clock.stage: clock for clock in Clock.objects.filter(case=case_id, state="running")}
    assert set(found) == {"contact", "answer", "handle"}
    assert (found["answer"].amount, found["answer"].rule) == (days, f"hotline.limit.{demand or 'request'}")
    assert found["handle"].rule == f"{type_code}.handle"
    assert Case.objects.get(pk=case_id).demand == (demand or "request")


def test_what_a_resident_reports_on_the_portal_as_an_event_is_no_demand(town, gathered):
    case_id = gathered()
    forward.accept(case_id, type_code="E-01-01", title="垃圾", call=town.call("operator"))
    assert Case.objects.get(pk=case_id).demand == ""
    assert not Clock.objects.filter(case=case_id, stage="answer").exists()


def test_the_hotline_must_speak_with_the_caller_within_one_working_day(town, gathered):
    case_id = gathered(source=Source.HOTLINE)
    assert due(case_id, "contact") == at("2019-04-03 17:00")
    forward.contact(case_id, reached=False, note="无人接听", call=town.call("operator"))
    assert Clock.objects.get(case=case_id, stage="contact").state == "running"
    forward.contact(case_id, reached=True, call=town.call("operator"))
    assert Clock.objects.get(case=case_id, stage="contact").state == "stopped"


def test_running_out_is_a_fact_of_the_moment_it_was_due_and_is_written_once(town, handling):
    case_id = handling()
    town.now = at("2019-04-02 15:00")
    assert sweep(town) == 0
    town.now = at("2019-04-02 16:00")
    assert sweep(town) == 1
    assert sweep(town) == 0
    case = Case.objects.get(pk=case_id)
    assert (case.overdue, case.due_at) == (True, at("2019-04-02 15:00"))


def test_a_suspended_case_stands_still_and_goes_on_with_what_was_left(town, handling):
    case_id = handling()
    town.now = at("2019-04-02 10:00")
    sideways.suspend(
        case_id,
        reason_code="weather",
        explanation="暴雨",
        review_on=date(2019, 4, 8),
        call=town.call("duty_officer"),
    )
    town.now = at("2019-04-03 10:00")
    assert sweep(town) == 0
    sideways.resume(case_id, explanation="雨停", call=town.call("duty_officer"))
    assert due(case_id, "handle") == at("2019-04-03 15:00")


def test_rework_goes_on_with_what_was_left_of_the_handling_clock(town, handling):
    case_id = handling()
    town.now = at("2019-04-02 10:00")
    photo = (stored_photo(town.call("operator")),)
    forward.report_back(
        case_id, outcome="solved", result="已清", files=photo, call=town.call("handler", team="sanitation")
    )
    town.now = at("2019-04-02 14:00")
    sideways.rework(case_id, finding="角落还有", call=town.call("verifier"))
    assert due(case_id, "handle") == at("2019-04-02 17:00")
    assert Case.objects.get(pk=case_id).reworks == 1


def test_more_time_is_asked_for_once_before_the_limit_and_granted_in_the_clocks_own_unit(town, handling):
    case_id = handling()
    hands = town.call("handler", team="sanitation")
    ask = {"reason_code": "parts-ordered", "explanation": "等车"}
    with pytest.raises(problems.ExtensionTooLong):
        timing.ask_extension(case_id, amount=5, call=hands, **ask)
    timing.ask_extension(case_id, amount=4, call=hands, **ask)
    with pytest.raises(problems.ExtendedOnce):
        timing.ask_extension(case_id, amount=1, call=hands, **ask)
    timing.grant_extension(case_id, explanation="同意", call=town.call("dispatcher"))
    assert due(case_id, "handle") == at("2019-04-03 10:30")
    with pytest.raises(problems.ExtendedOnce):
        timing.ask_extension(case_id, amount=1, call=hands, **ask)


def test_a_clock_that_ran_out_is_too_late_to_be_extended(town, handling):
    case_id = handling()
    town.now = at("2019-04-02 15:01")
    with pytest.raises(problems.TooLateToExtend) as refusal:
        timing.ask_extension(
            case_id, amount=1, reason_code="weather", explanation="雨", call=town.call("handler", team="sanitation")
        )
    assert "2019-04-02 15:00" in problem_text(refusal.value)["why"]


def test_every_running_clock_recomputes_from_its_events(town, handling, gathered):
    handling()
    handling("C-01-02")
    gathered(source=Source.HOTLINE)
    checked = 0
    for case in Case.objects.all():
        for clock in clocks_of(case.id):
            recomputed = clocks.due_of(clock, law.calendar())
            assert recomputed is None or recomputed == (clock.due_at, clock.provisional)
            checked += recomputed is not None
    assert checked >= 4


def test_a_message_from_before_the_rules_has_no_clock(town, gathered):
    case_id = gathered(happened_at=at("2017-03-01 10:00"), source=Source.HOTLINE)
    assert not Clock.objects.filter(case=case_id).exists()
