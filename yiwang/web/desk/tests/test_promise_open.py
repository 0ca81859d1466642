"""A promise's public page for others to build on: its entries with proofs, a licence, and a feed that a reader can read."""

import gzip
import io
import json
import re
from datetime import UTC, date, datetime

import feedparser
import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.kernel import walltime
from yiwang.kernel.journal import checking, sealer, sequencer
from yiwang.kernel.journal.models import EntryPosition
from yiwang.kernel.journal.notes import Signer
from yiwang.kernel.terms import VISITOR
from yiwang.plan import proving
from yiwang.web.board import feed
from yiwang.web.desk.tests import test_evidence, test_promises
from yiwang.web.desk.tests.conftest import made

pytestmark = pytest.mark.django_db

KEY = Signer("yiwang/here", bytes(range(32)))
PAGE = "/plan/2031/promise/1.01"
promised, red = test_evidence.promised, test_promises.red


@pytest.fixture
def town(db):
    return made()


def read(client: Client | None = None) -> feedparser.FeedParserDict:
    answer = (client or Client()).get(f"{PAGE}/feed.atom")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    found = feedparser.parse(io.BytesIO(answer.content), response_headers={"content-type": answer["Content-Type"]})
    assert not found.bozo, found.get("bozo_exception")
    return found


def test_a_reader_of_feeds_is_told_all_that_happened_in_public_with_lasting_identifiers(promised):
    before = read()
    assert before.version == "atom10"
    assert [one.title for one in before.entries] == ["答应"]
    test_evidence.sent(promised.client("water"), value="40")
    found = read()
    assert [one.title for one in found.entries] == ["截至 2031年4月30日：40 亩", "答应"]
    assert found.entries[1].id == before.entries[0].id
    assert found.entries[0].content[0].value == test_evidence.WHY
    assert found.entries[0].link.startswith(f"http://testserver{PAGE}/evidence/")
    assert found.feed.updated == found.entries[0].updated == "2031-05-01T12:00:00+08:00"
    assert found.feed.title == "1.01 新增河岸绿地"
    assert found.feed.author == "新海镇"
    assert {one.rel: one.href for one in found.feed.links} == {
        "self": f"http://testserver{PAGE}/feed.atom",
        "alternate": f"http://testserver{PAGE}",
        "license": "https://creativecommons.org/licenses/by/4.0/",
    }
    ids = [found.feed.id, *(one.id for one in found.entries)]
    assert len(set(ids)) == len(ids)
    english = read(Client(headers={"Accept-Language": "en"}))
    assert [one.id for one in english.entries] == [one.id for one in found.entries]
    assert english.entries[1].title == "Promised"


def test_what_is_withdrawn_explained_and_supervised_is_told_as_well(red):
    keeper = red.client("water")
    test_promises.opened(red)
    test_promises.explain(red, "1.01")
    action = re.search(r'action="(/desk/evidence/withdraw/[^"]+)"', keeper.get(test_evidence.PAGE).content.decode())
    keeper.post(action[1], {"reason": "多写了一个零"})
    told = {one.title: one.content[0].value for one in read().entries}
    assert told["已撤回：截至 2031年4月30日：10 亩"] == "多写了一个零"
    assert told["部门说明"] == "施工招标已完成，五月进场 预计 2031年6月30日 拿出依据"
    assert told["督办"] == "2031年5月1日 起由镇里督办。"
    assert len(told) == 5
    test_promises.caught_up()
    verbs = [
        EntryPosition.objects.get(position=place).entry.verb
        for place in proving.places(VISITOR, 2031, "1.01", date(2031, 5, 2))
    ]
    assert verbs == [
        "plan.opened", "evidence.signed", "commitment.supervised", "commitment.explained", "evidence.withdrawn",
    ]  # fmt: skip


def test_a_feed_that_says_nothing_new_is_not_sent_again(promised):
    first = Client().get(f"{PAGE}/feed.atom")
    again = Client(headers={"If-None-Match": first["ETag"]}).get(f"{PAGE}/feed.atom")
    assert (again.status_code, again.content) == (304, b"")


@settings(max_examples=50)
@given(st.text())
def test_any_words_make_a_feed_that_can_be_read(words):
    event = feed.Event("one", datetime(2031, 5, 1, tzinfo=UTC), "x", words, "/")
    content = feed.atom([event], year=2031, row="1.01", title=words, site="http://a", address="http://a/b")
    assert not feedparser.parse(io.BytesIO(content)).bozo


def test_the_page_leads_to_feed_proof_and_licence(promised):
    page = Client().get(PAGE).content.decode()
    assert (
        f'<link rel="alternate" type="application/atom+xml" title="1.01 新增河岸绿地" href="{PAGE}/feed.atom">' in page
    )
    assert f'href="{PAGE}/proof.jsonl.gz"' in page
    assert '<a rel="license" href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>' in page
    assert Client().get(f"{PAGE}/data.json").json()["license"] == "https://creativecommons.org/licenses/by/4.0/"
    for gone in ("feed.atom", "proof.jsonl.gz"):
        assert Client().get(f"/plan/2031/promise/9.99/{gone}").status_code == 404


def test_every_public_entry_of_a_promise_is_proven_and_nobody_is_named(promised, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    test_evidence.sent(promised.client("water"), value="40")
    while sequencer.sequence_once():
        pass
    sealer.key_path().write_text(KEY.text, encoding="utf-8")
    sealer.seal_once(KEY, walltime.now())
    content = gzip.decompress(Client().get(f"{PAGE}/proof.jsonl.gz").content)
    verdict = checking.check(content.splitlines(keepends=True), keys=[str(KEY.verifier)])
    assert verdict.right, verdict.faults
    assert (verdict.kind, verdict.about, verdict.entries) == ("promise", "2031/1.01", 2)
    lines = [json.loads(one) for one in content.splitlines()][1:-1]
    assert [one["verb"] for one in lines] == ["plan.opened", "evidence.signed"]
    assert {name for one in lines for name in one} == {"position", "verb", "recorded_at", "hash", "proof"}
    for one in lines:
        assert EntryPosition.objects.get(position=one["position"]).entry.verb == one["verb"]
    audited = gzip.decompress(promised.client("auditor").get(f"{PAGE}/proof.jsonl.gz").content)
    assert all("entry" in json.loads(one) for one in audited.splitlines()[1:-1])
    assert checking.check(audited.splitlines(keepends=True)).right
