"""What was written in place of a telephone is kept sealed, opened under a telephone's rules, and goes when the report goes."""

from dataclasses import replace

import pytest

from yiwang.cases.problems import BadChoice
from yiwang.cases.steps import forward, sideways, splitting
from yiwang.cases.tests.conftest import town  # noqa: F401  # the fixture of cases
from yiwang.intake.reports import queries, taking
from yiwang.intake.reports.models import Report
from yiwang.intake.reports.steps import private
from yiwang.kernel.journal.models import Entry
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.people import queries as people
from yiwang.kernel.problems import NotAllowed, NotFound
from yiwang.kernel.terms import Actor, ActorKind, CaseId, ReportId

HEADER = "工单编号,来电时间,诉求内容,来电人,联系电话\n"
WRITTEN = "问隔壁小店的人"


@pytest.fixture
def taken(town):  # noqa: F811
    """The report of a message with this in its contact cell."""

    def take(contact=WRITTEN, name="水演示"):
        sheet = f"{HEADER}T1,2019-04-01 09:00,路灯不亮,{name},{contact}\n".encode()
        done = taking.take_sheet(sheet, "热线.csv", call=town.call("operator"))
        assert (done.added, done.refused) == (1, ())
        return Report.objects.get()

    return take


def opened(report, call, purpose="call-back", case_id=None):
    fact = private.open_contact(ReportId(report.id), purpose=purpose, case_id=case_id, call=call)
    return queries.contact_text(call.actor, fact)


def test_it_is_kept_sealed_with_the_name_and_opened_for_a_purpose_on_record(town, taken):  # noqa: F811
    report = taken()
    assert report.reporter is None
    assert WRITTEN.encode() not in bytes(report.contact_cipher)
    assert opened(report, town.call("operator")) == f"水演示 {WRITTEN}"
    (entry,) = Entry.objects.filter(verb="report.contact_opened", subject_id=str(report.id))
    assert (entry.actor, entry.reason) == (town.call("operator").actor.name, f"{report.number}: call-back")
    assert WRITTEN not in str(Entry.objects.values_list("body", flat=True))


def test_a_number_among_the_words_is_used_and_its_holder_sees_who_looked_and_what_is_kept(town, taken):  # noqa: F811
    report = taken("13900000001、13900000002")
    own = Actor(ActorKind.RESIDENT, report.reporter)
    assert people.own_details(own).phone == "13900000001"
    assert queries.own_contact_texts(own) == {report.id: "13900000001、13900000002"}
    assert opened(report, town.call("operator")) == "13900000001、13900000002"
    assert [(look.purpose, look.about) for look in people.looks_at_me(own)] == [("call-back", report.number)]


def test_who_may_not_open_a_telephone_opens_no_contact(town, taken):  # noqa: F811
    report = taken()
    for call in (town.call("verifier"), town.call("handler", team="sanitation"), town.resident()):
        with pytest.raises(NotAllowed):
            opened(report, call)
    with pytest.raises(BadChoice):
        opened(report, town.call("operator"), "curious")
    fact = private.open_contact(ReportId(report.id), purpose="call-back", call=town.call("operator"))
    with pytest.raises(NotAllowed):
        queries.contact_text(town.call("dispatcher").actor, fact)
    assert queries.own_contact_texts(town.resident().actor) == {}


@pytest.mark.django_db(transaction=True)
def test_it_goes_with_the_report_and_the_journal_gives_the_same_tables(town, taken):  # noqa: F811
    report, call = taken("13900000001 转 8012"), town.call("operator")
    seen = private.open_contact(ReportId(report.id), purpose="call-back", call=call)
    assert replay().differences == ()
    sideways.decline(CaseId(report.case_id), reason_code="not-town", explanation="请联系物业", call=call)
    asked = replace(town.call("administrator"), reason="本人要求")
    private.forget_report(ReportId(report.id), ground="个人信息保护法第四十七条", call=asked)
    assert Report.objects.get().contact_cipher is None
    for again in (lambda: opened(report, call), lambda: queries.contact_text(call.actor, seen)):
        with pytest.raises(NotFound):
            again()
    assert replay().differences == ()


def test_without_words_there_is_nothing_to_open(town, taken):  # noqa: F811
    with pytest.raises(NotFound):
        opened(taken("13900000001"), town.call("operator"))


def test_the_department_that_has_what_was_split_off_opens_it_from_there(town, taken):  # noqa: F811
    report, desk, hands = taken(), town.call("operator"), town.call("handler", team="sanitation")
    first = CaseId(report.case_id)
    forward.accept(first, type_code="C-01-02", title="路灯", call=desk)
    child, other = (
        splitting.split(first, type_code="E-01-01", title="垃圾", text="垃圾没人收", call=desk).child_id
        for _ in range(2)
    )
    forward.dispatch(first, town.teams["water"], call=town.call("dispatcher"))
    forward.dispatch(child, town.teams["sanitation"], call=town.call("dispatcher"))
    assert opened(report, hands, case_id=child) == f"水演示 {WRITTEN}"
    for elsewhere in (None, other):
        with pytest.raises(NotAllowed):
            opened(report, hands, case_id=elsewhere)
