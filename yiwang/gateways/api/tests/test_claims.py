"""A resident asks for something about their own data; an office answers by the dated rule, with its reason; nobody else reads it."""

from datetime import timedelta

import pytest

from yiwang.cases import queries as cases
from yiwang.intake.reports.claims.facts import ClaimMade
from yiwang.intake.reports.models import DataClaim, Report
from yiwang.kernel import walltime
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.terms import Actor, ActorKind

pytestmark = pytest.mark.django_db

WRONG = "门牌写错了，应当是 12 号。我的手机是 13900000001"


@pytest.fixture
def resident(somebody):
    program = somebody("")
    people = program.get("/session/demonstration").json()
    found = next(one for one in people if one["kind"] == "resident")
    return program.log_in(kind="demonstration", account_id=found["account_id"])


def reported(resident) -> str:
    return resident.post("/reports", {"text": "桃花新村 10 号门口路灯不亮"}).json()["number"]


def test_a_claim_is_due_within_thirty_days_by_a_rule_and_answered_once_with_its_words(resident, somebody):
    number = reported(resident)
    made = resident.post("/me/claims", {"kind": "correct", "words": WRONG, "number": number}).json()
    due = walltime.town_day(walltime.now()) + timedelta(days=30)
    assert (made["due_on"], made["rule"], made["outcome"]) == (str(due), "privacy.answer-within@2020-10-01", "")
    duty = somebody("duty")
    (waiting,) = duty.get("/claims").json()
    assert (waiting["number"], waiting["words"]) == (number, WRONG.replace("13900000001", "139****0001"))
    answer = {"outcome": "granted", "words": "已更正", "correction": "应当是 12 号门口"}
    assert duty.post(f"/claims/{made['id']}/answer", {**answer, "words": " "}).status_code == 422
    assert duty.post(f"/claims/{made['id']}/answer", answer).json()["outcome"] == "granted"
    assert duty.post(f"/claims/{made['id']}/answer", {**answer, "words": "再答"}).status_code == 409
    assert duty.get("/claims").json() == []
    (own,) = resident.get("/me/claims").json()
    assert (own["answer"], own["outcome"], own["words"]) == ("已更正", "granted", WRONG)
    case_id = Report.objects.get(number=number).case_id
    notes = [one.fact.text for one in cases.timeline(Actor(ActorKind.SYSTEM), case_id) if one.verb == "case.noted"]
    assert notes == ["报件人更正：应当是 12 号门口"]


def test_nobody_else_reads_or_answers_it_and_of_anothers_report_nothing_can_be_asked(resident, somebody):
    number = reported(resident)
    made = resident.post("/me/claims", {"kind": "explain", "words": "为什么"}).json()
    answer = {"outcome": "refused", "words": "不照办"}
    for who, status in (("operator", 403), ("sanitation", 403), ("auditor", 403), ("", 401)):
        assert somebody(who).post(f"/claims/{made['id']}/answer", answer).status_code == status, who
    assert resident.get("/claims").status_code == 403
    assert [one["id"] for one in somebody("auditor").get("/claims").json()] == [made["id"]]
    people = somebody("").get("/session/demonstration").json()
    other = [one for one in people if one["kind"] == "resident"][1]
    second = somebody("").log_in(kind="demonstration", account_id=other["account_id"])
    assert second.get("/me/claims").json() == []
    asked = {"kind": "delete", "words": "删掉", "number": number}
    assert second.post("/me/claims", asked).status_code == 404


def test_five_claims_wait_at_a_time(resident):
    for number in range(5):
        assert resident.post("/me/claims", {"kind": "object", "words": f"不要再打电话 {number}"}).status_code == 200
    assert resident.post("/me/claims", {"kind": "object", "words": "第六项"}).status_code == 409


def test_with_the_account_the_words_go_from_table_and_journal_and_nobody_waits(resident, somebody):
    made = resident.post("/me/claims", {"kind": "object", "words": WRONG}).json()
    assert resident.post("/me/erase", {"sure": True}).status_code == 200
    row = DataClaim.objects.get(pk=made["id"])
    assert (row.account, row.words, row.answer) == (None, "", "")
    assert [one.fact.words for one in journal.history("claim", row.id) if isinstance(one.fact, ClaimMade)] == [None]
    assert somebody("duty").get("/claims").json() == []
