"""A resident asks in the browser for something about their data; the office answers on its page; the answer is read and copied."""

import json
import re

import pytest

from yiwang.intake.reports.claims import steps
from yiwang.intake.reports.models import DataClaim

pytestmark = pytest.mark.django_db


def test_a_claim_is_made_on_the_page_and_its_answer_is_read_there_and_in_the_copy(logged_in, reported, town):
    number, _ = reported()
    client = logged_in()
    assert '"/me/claims"' in client.get("/me/data").content.decode()
    page = client.get(f"/me/claims?kind=correct&number={number}").content.decode()
    for wanted in ("更正或补充", "限制或拒绝处理", "30 天内答复", f'value="{number}" selected'):
        assert wanted in page
    assert client.post("/me/claims", {"words": "门牌错了"}).status_code == 422
    assert client.post("/me/claims", {"kind": "correct", "words": " "}).status_code == 422
    sent = client.post("/me/claims", {"kind": "correct", "number": number, "words": "门牌错了"})
    assert sent.status_code == 303
    assert re.search(r"最晚 \d{4}年\d+月\d+日 答复", client.get(sent["Location"]).content.decode())
    claim = DataClaim.objects.get()
    steps.answer(claim.id, outcome="refused", words="门牌以派出所登记的为准", call=town.call("duty_officer"))
    page = client.get("/me/claims").content.decode()
    for wanted in ("没有照办", "门牌以派出所登记的为准", "值班长"):
        assert wanted in page
    (copied,) = json.loads(client.get("/me/copy").content)["claims"]
    assert (copied["outcome"], copied["number"]) == ("没有照办", number)
    assert "门牌以派出所登记的为准" in client.get("/me/copy/sheet").content.decode()


def test_who_only_called_the_hotline_has_the_same_after_proving_the_phone(logged_in, town):
    """Nobody made that account: it was kept for the phone that the caller left."""
    from yiwang.intake.reports.steps import receiving

    person = receiving.Person("199 0000 0009", "水演示")
    call = town.call("operator")
    number = receiving.enter(channel="desk", text="电话里说的路灯", reporter=person, call=call).number
    client = logged_in("199 0000 0009")
    assert "电话里说的路灯" in client.get("/me/copy/sheet").content.decode()
    assert client.post("/me/claims", {"kind": "delete", "number": number, "words": "请删除"}).status_code == 303
