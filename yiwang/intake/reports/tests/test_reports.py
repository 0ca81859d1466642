"""Reports come in, are read, are accepted by a named person, and can be taken back."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yiwang.cases import problems as case_problems
from yiwang.cases.models import Case, Clock
from yiwang.cases.steps import sideways
from yiwang.cases.tests.conftest import SYSTEM, at, town  # noqa: F401  # the fixture of cases
from yiwang.intake.reports import jobs, problems, queries, rules
from yiwang.intake.reports.models import Report, ReportAdvice
from yiwang.intake.reports.steps import importing, private, receiving, suggesting
from yiwang.intake.reports.steps.importing import Message
from yiwang.intake.reports.steps.receiving import Person
from yiwang.kernel.journal import sequencer
from yiwang.kernel.journal.models import Entry, EntryPrivate
from yiwang.kernel.people.models import Account
from yiwang.kernel.people.tests import senders
from yiwang.kernel.terms import VISITOR, Actor, ActorKind, Call, Point

RUBBISH = "菜场门口堆了一大堆垃圾，臭得很，两天没人收"
PHONE = "19900000088"


@pytest.fixture
def visit(town):  # noqa: F811
    return Call(VISITOR, town.now, "web")


@pytest.fixture
def timer(town):  # noqa: F811
    return Call(SYSTEM, town.now, "timer")


def report(call, **given):
    return receiving.receive(**{"text": RUBBISH, "reporter": Person(PHONE, "陆测试"), "call": call, **given})


def test_a_visitor_reports_and_gets_one_number_for_report_and_case(visit):
    made = report(visit)
    assert Report.objects.get().number == Case.objects.get().number == made.number
    assert Case.objects.get().state == "gathered"


def test_two_people_are_known_when_one_reports_for_another(visit):
    made = report(visit, on_behalf=Person("19900000089", "陆奶奶"))
    row = Report.objects.get(pk=made.report_id)
    assert row.reporter != row.on_behalf
    assert Account.objects.filter(kind="resident").count() == 2


def test_both_people_are_told_and_both_may_read_it(visit, town, settings, tmp_path):  # noqa: F811
    settings.DATA_DIR = tmp_path
    made = report(visit, on_behalf=Person("19900000089", "陆奶奶"))
    row = Report.objects.get(pk=made.report_id)
    for account in (row.reporter, row.on_behalf):
        assert queries.reports_of(Actor(ActorKind.RESIDENT, account))
        assert queries.reports_of_case(Actor(ActorKind.RESIDENT, account), made.case_id)
    sequencer.sequence_once()
    assert jobs.tell_people(town.now) == 2
    assert jobs.tell_people(town.now) == 0
    told = sorted(path.read_text().split()[0] for path in (tmp_path / "outbox").glob("*.txt"))
    assert told == [PHONE, "19900000089"]


def test_who_reported_is_told_that_their_case_was_voided(visit, town, settings, tmp_path):  # noqa: F811
    settings.DATA_DIR = tmp_path
    made = report(visit)
    sideways.void(made.case_id, reason_code="mistake", explanation="录错了", call=town.call("duty_officer"))
    sequencer.sequence_once()
    jobs.tell_people(town.now)
    told = [path.read_text() for path in (tmp_path / "outbox").glob("*.txt")]
    assert any(f"{made.number} 已经作废" in one for one in told)


def test_one_refused_number_costs_nobody_else_their_text(visit, town, settings, tmp_path):  # noqa: F811
    settings.DATA_DIR, settings.CODE_SENDER = tmp_path, f"{senders.HERE}.Picky"
    for phone in (senders.REFUSED, PHONE, senders.STRANGE, "19900000089"):
        report(visit, reporter=Person(phone, "陆测试"))
    sequencer.sequence_once()
    assert jobs.tell_people(town.now) == 2
    assert senders.phones() == [PHONE, "19900000089"]
    assert jobs.tell_people(town.now) == 0


def test_sending_twice_with_one_key_is_one_report(visit):
    keyed = replace(visit, key="form-1")
    assert report(keyed) == report(keyed)
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"text": "   "}, problems.SaySomething),
        ({"text": "很" * 5001}, problems.TooLong),
    ],
)
def test_what_cannot_be_used_is_refused(visit, given, refusal):
    with pytest.raises(refusal):
        report(visit, **given)


def test_a_point_outside_the_town_is_kept_and_lies_in_no_committee(visit):
    made = report(visit, point=Point(116.39, 39.91))
    case = Case.objects.get(pk=made.case_id)
    assert (case.longitude, case.committee) == (116.39, None)


def test_the_machine_reads_and_suggests_but_files_nothing(visit, timer):
    made = report(visit)
    assert jobs.read_waiting(timer) == 1
    assert jobs.read_waiting(timer) == 0
    advice = ReportAdvice.objects.get(report=made.report_id)
    assert advice.top_code.startswith("E-01")
    assert Case.objects.get().state == "gathered"


def test_the_second_report_of_the_same_matter_is_suggested_as_a_duplicate(visit, timer, town):  # noqa: F811
    first = report(visit)
    later = replace(visit, now=visit.now + timedelta(minutes=1))
    second = report(later, text="菜场门口堆了一大堆垃圾，臭得很，已经两天没人收了")
    jobs.read_waiting(timer)
    operator = town.call("operator").actor
    found = queries.advice_of(operator, second.case_id)
    assert [one.key for one in found.duplicates] == [first.number]
    assert found.duplicates[0].why


def test_a_named_person_accepts_in_bulk_and_what_was_not_read_is_refused(visit, timer, town):  # noqa: F811
    read = report(visit)
    jobs.read_waiting(timer)
    unread = report(visit, text="另一件事")
    answers = suggesting.accept_as_suggested([read.case_id, unread.case_id], call=town.call("operator"))
    assert [answer.refused is None for answer in answers] == [True, False]
    assert isinstance(answers[1].refused, case_problems.ProofMissing)
    assert Case.objects.get(pk=read.case_id).title


@pytest.mark.parametrize(
    ("type_code", "demand", "days"),
    [
        ("H-02-05", "consultation", 1),
        ("H-04-07", "consultation", 1),
        ("H-05-07", "consultation", 1),
        ("H-06-07", "consultation", 1),
        ("H-09-03", "suggestion", 1),
        ("H-02-01", "complaint", 5),
        ("H-10-01", "request", 5),
        ("E-01-01", "request", 5),
    ],
)
def test_orders_accepted_in_bulk_have_the_kind_of_demand_of_their_type_and_its_days(
    timer,
    town,  # noqa: F811
    type_code,
    demand,
    days,
):
    made = receiving.enter(channel="hotline", source_key="RX-9", text="想问一下", call=town.call("operator"))
    jobs.read_waiting(timer)
    ReportAdvice.objects.filter(report=made.report_id).update(top_code=type_code, top_probability=0.9)
    (answer,) = suggesting.accept_as_suggested([made.case_id], call=town.call("operator"))
    assert answer.refused is None
    assert Case.objects.get(pk=made.case_id).demand == demand
    clock = Clock.objects.get(case=made.case_id, stage="answer")
    assert (clock.amount, clock.unit, clock.rule) == (days, "working_day", f"hotline.limit.{demand}")


@pytest.mark.parametrize(("probability", "refused"), [(0.0, True), (0.39, True), (0.4, False), (1.0, False)])
def test_a_class_that_is_only_a_guess_is_not_taken_in_bulk_and_says_why(visit, timer, town, probability, refused):  # noqa: F811
    made = report(visit)
    jobs.read_waiting(timer)
    ReportAdvice.objects.filter(report=made.report_id).update(top_probability=probability)
    (answer,) = suggesting.accept_as_suggested([made.case_id], call=town.call("operator"))
    assert isinstance(answer.refused, problems.NotSure) == refused
    assert Case.objects.get(pk=made.case_id).state == ("gathered" if refused else "accepted")
    if refused:
        assert answer.refused.parameters == {"number": made.number, "percent": round(probability * 100), "least": 40}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("垃圾没人收！请尽快处理。", "垃圾没人收"),
        ("灯不亮？看不见路", "灯不亮"),
        ("第一件；第二件", "第一件"),
        ("Broken lamp; and more", "Broken lamp"),
    ],
)
def test_a_title_ends_where_the_first_sentence_ends(text, title):
    assert rules.title_of("", text) == title


def test_an_imported_message_keeps_its_own_times_and_its_reply_is_an_event(timer):
    message = Message(
        source_key="2549",
        text="小区停车收费不合理",
        title="停车费",
        happened_at=at("2019-04-25 09:32"),
        reply="已核实并答复。",
        replied_at=at("2019-05-10 14:56"),
    )
    assert importing.import_messages([message, message], call=timer) == importing.Imported(1, 1)
    assert importing.import_messages([message], call=timer) == importing.Imported(0, 1)
    case = Case.objects.get()
    assert case.opened_at == at("2019-04-25 09:32")
    assert Entry.objects.get(verb="case.noted").happened_at == at("2019-05-10 14:56")
    assert Clock.objects.get(case=case, stage="contact").due_at == at("2019-04-26 17:00")


def test_a_hundred_messages_with_their_replies_ask_the_database_nine_times_each(timer):
    messages = [
        Message(
            source_key=f"many {number}",
            text=f"第{number}盏路灯不亮",
            happened_at=at("2019-04-25 09:32"),
            reply="已修好。",
            replied_at=at("2019-04-26 10:00"),
        )
        for number in range(100)
    ]
    importing.import_messages(messages[:1], call=timer)  # what is asked once and then kept in memory
    with CaptureQueriesContext(connection) as asked:
        importing.import_messages(messages, call=timer)
    assert len(asked) <= 9 * 99 + 5


def test_the_link_lets_the_reporter_in_and_nobody_else(visit):
    made = report(visit)
    actor = queries.reporter_by_link(made.number, queries.link_token(made.number))
    assert actor.kind == ActorKind.RESIDENT
    with pytest.raises(problems.LinkUnknown):
        queries.reporter_by_link(made.number, "x" * 16)
    with pytest.raises(problems.LinkUnknown):
        queries.reporter_by_link("XH20190402W9999999", queries.link_token(made.number))


def test_a_person_can_have_their_words_erased_once_the_case_has_ended(visit, town):  # noqa: F811
    made = report(visit)
    reporter = Report.objects.get().reporter
    asking = Call(Actor(ActorKind.RESIDENT, reporter), town.now, "web", reason="本人要求")
    assert private.forget_person(reporter, call=asking).kept == (made.number,)
    assert Report.objects.get().text == RUBBISH


def test_after_erasure_the_words_are_nowhere(visit, town):  # noqa: F811
    made = report(visit)
    sideways.decline(made.case_id, reason_code="not-town", explanation="请联系物业", call=town.call("operator"))
    reporter = Report.objects.get().reporter
    asking = Call(Actor(ActorKind.RESIDENT, reporter), town.now, "web", reason="本人要求")
    assert private.forget_person(reporter, call=asking).reports == 1
    assert Report.objects.get().text == Case.objects.get().text == ""
    about = Entry.objects.filter(subject_id__in=[str(made.report_id), str(made.case_id)])
    assert not EntryPrivate.objects.filter(entry__in=about).exists()
    assert not any("垃圾" in str(entry.body) for entry in Entry.objects.all())


def test_nobody_erases_for_another(visit, town):  # noqa: F811
    made = report(visit)
    other = Call(Actor(ActorKind.RESIDENT, UUID(int=5)), town.now, "web", reason="好奇")
    with pytest.raises(Exception, match="not-allowed"):
        private.forget_report(made.report_id, ground="第四十七条", call=other)


def test_the_day_of_a_number_is_the_day_it_was_received(visit):
    assert report(visit).number.startswith(f"XH{date(2019, 4, 2):%Y%m%d}W")


def test_nothing_of_the_reporter_stands_in_the_public_part_of_the_journal(visit):
    report(visit)
    bodies = " ".join(str(body) for body in Entry.objects.values_list("body", flat=True))
    assert RUBBISH[:6] not in bodies
    assert PHONE not in bodies
    assert "陆测试" not in bodies
