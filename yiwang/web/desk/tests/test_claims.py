"""Whoever has the duty answers what residents ask about their own data: the list says by when, words show no number."""

import re
from datetime import timedelta

import pytest

from yiwang.intake.reports import jobs
from yiwang.intake.reports.claims import steps
from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer
from yiwang.kernel.people.models import Account
from yiwang.kernel.people.rules import TEXT_PAUSES
from yiwang.kernel.people.tests import senders
from yiwang.kernel.terms import AccountId, Actor, ActorKind, Call
from yiwang.web.desk.tests.conftest import DeskTown, made

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> DeskTown:
    return made()


def test_a_claim_waits_on_the_home_page_and_is_answered_on_its_own(town):
    town.report()
    person = AccountId(Account.objects.get(kind="resident").id)
    call = Call(Actor(ActorKind.RESIDENT, person), walltime.now(), "test")
    claim = steps.make("object", "不要再打 13900000001", call=call)
    duty = town.client("duty_officer")
    home = duty.get("/desk/").content.decode()
    assert home.index("居民对本人信息的请求") < home.index("各环节的案件数"), "work comes before counts"
    assert re.search(r"全部信息 · 最晚 \d{4}年\d+月\d+日 答复", home)
    listed = duty.get("/desk/claims").content.decode()
    assert "限制或拒绝处理" in listed
    assert "不要再打" in listed
    address = f"/desk/claims/{claim.claim_id}"
    page = duty.get(address).content.decode()
    assert "139****0001" in page
    for hidden in ("13900000001", "19900000001", "水演示"):
        assert hidden not in page
    assert duty.post(address, {"outcome": "granted", "answer": ""}).status_code == 422
    assert duty.post(address, {"outcome": "granted", "answer": "以后只发短信"}).status_code == 302
    assert duty.post(address, {"outcome": "granted", "answer": "再答"}).status_code == 409
    assert "已照办" in duty.get("/desk/claims").content.decode()
    assert town.client("operator").get("/desk/claims").status_code == 403


@pytest.mark.parametrize(("phone", "arrives"), [("19900000001", True), (senders.REFUSED, False)])
def test_whoever_asked_is_told_by_text_that_the_answer_is_there_or_the_office_sees_that_they_were_not(
    town, settings, phone, arrives
):
    settings.CODE_SENDER = f"{senders.HERE}.Picky"
    town.report(phone=phone)
    person = AccountId(Account.objects.get(kind="resident").id)
    claim = steps.make("object", "不要再打电话", call=Call(Actor(ActorKind.RESIDENT, person), walltime.now(), "test"))
    steps.answer(claim.claim_id, outcome="granted", words="以后只发短信", call=town.call("duty_officer"))
    sequencer.sequence_once()
    moment = walltime.now()
    for pause in (*TEXT_PAUSES, timedelta()):
        jobs.tell_people(moment)
        moment += pause
    lines = senders.taken().read_text("utf-8").splitlines() if senders.taken().exists() else []
    told = [line for line in lines if phone in line and "请求已经答复" in line]
    assert len(told) == arrives
    assert not any("以后只发短信" in text for text in told)  # what was answered is read after logging in
    page = town.client("duty_officer").get(f"/desk/claims/{claim.claim_id}").content.decode()
    assert ("短信没有送到" in page) is not arrives
