"""The sealed journal through its own door: what everybody may see, what only an auditor may, and what no page ever says."""

import gzip
import json
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.test import Client

from yiwang.cases import numbers
from yiwang.intake.reports.steps import receiving
from yiwang.intake.reports.steps.receiving import Person
from yiwang.kernel import walltime
from yiwang.kernel.journal import checking, sealer, sequencer, tree, witnessing
from yiwang.kernel.journal.notes import Signer, read_head, read_heads
from yiwang.kernel.people.steps import accounts as people
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.people.tests.strongly import log_in_strongly
from yiwang.web.portal.tests import conftest as portal

KEY = Signer("yiwang/xinhai", bytes(range(32)))
WORDS, NAME, PHONE, ORDER = "三号门口垃圾两天没人收", "水演示", "19900000088", "请当天清走"

pytestmark = pytest.mark.django_db


@dataclass
class Sealed:
    """A very small town with one closed case in it."""

    town: portal.PortalTown
    number: str

    def somebody(self, role: str) -> Client:
        """Logged in as a member of staff with this role."""
        call = portal.Call(portal.SYSTEM, walltime.now(), "test")
        account = people.create_account(f"seal-{role}", "档演示", call=call).account_id
        people.grant_role(account, role, call=call)
        client = Client()
        log_in_strongly(client, account)
        return client


@pytest.fixture
def town(db, settings, tmp_path) -> Sealed:
    settings.DATA_DIR = tmp_path
    made = portal.made()
    number = receiving.enter(
        channel="desk", text=WORDS, title="垃圾", reporter=Person(PHONE, NAME), on_behalf=None,
        place_id=made.places["桃花新村"], call=made.call("operator"),
    ).number  # fmt: skip
    made.closed(number)
    return Sealed(made, number)


def seal() -> None:
    sealer.key_path().write_text(KEY.text, encoding="utf-8")
    while sequencer.sequence_once():
        pass
    while sealer.seal_once(KEY, walltime.now()):
        pass


def unpacked(content: bytes) -> list[bytes]:
    return gzip.decompress(content).splitlines(keepends=True)


def test_before_the_first_head_the_page_says_so(town, client):
    page = client.get("/transparency")
    assert page.status_code == 200
    assert "还没有签过树头" in page.content.decode()
    assert client.get("/transparency/head").status_code == 409


def test_anybody_reads_the_newest_head_with_key_and_root(town, client):
    seal()
    page = client.get("/transparency").content.decode()
    note = client.get("/transparency/head").content.decode()
    read = read_head(note)
    assert KEY.verifier.signed(read)
    assert str(KEY.verifier) in page
    assert read.head.root.hex() in page
    assert f"已封存到第 {read.head.size} 条" in page
    assert client.get(f"/transparency/head/{read.head.size}").content.decode() == note
    assert client.get("/transparency/head/1").status_code == 404


def test_the_page_says_since_when_nothing_was_sealed(town, client):
    seal()
    now = walltime.now()
    something_happens()
    assert "正常" in client.get("/transparency").content.decode()
    with walltime.at(now + timedelta(minutes=5)):
        assert "封存停了" in client.get("/transparency").content.decode()


def something_happens() -> None:
    call = portal.Call(portal.SYSTEM, walltime.now(), "test")
    people_teams.create_team("archive", "department", name_zh="档案室", name_en="Archive", call=call)
    while sequencer.sequence_once():
        pass


def test_a_case_is_found_by_its_number_however_it_was_typed_and_its_proof_holds(town, client):
    seal()
    number = town.number
    typed = f" {number[:6].lower()} {number[6:]}"
    led = client.get("/transparency/case", {"number": typed})
    assert led["Location"] == f"/transparency/case/{number}"
    page = client.get(led["Location"]).content.decode()
    answer = client.get(f"/transparency/case/{number}/proof.jsonl.gz")
    verdict = checking.check(unpacked(answer.content), keys=[str(KEY.verifier)])
    assert verdict.right, verdict.faults
    assert (verdict.about, verdict.kind) == (number, "case")
    assert verdict.entries >= 1
    for line in map(json.loads, unpacked(answer.content)[1:-1]):
        assert line["hash"] in page


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "请填写编号"),
        ("XH123", "输错了一位"),
        (numbers.number(date(2019, 4, 1), numbers.Source.PORTAL, 1), "没有这个编号"),
    ],
)
def test_a_number_that_leads_nowhere_is_explained_on_the_page(town, client, typed, told):
    page = client.get("/transparency/case", {"number": typed})
    assert page.status_code == 422
    assert told in page.content.decode()


def test_no_public_page_or_file_of_the_seal_says_what_an_entry_says_or_who_it_was(town, client):
    seal()
    for address in (
        "/transparency",
        f"/transparency/case/{town.number}",
        f"/transparency/case/{town.number}/proof.jsonl.gz",
    ):
        answer = client.get(address)
        content = (gzip.decompress(answer.content) if address.endswith("gz") else answer.content).decode()
        for told in (WORDS, NAME, PHONE, "已清运", "staff:", "resident:", "垃圾已经清走"):
            assert told not in content


def test_a_head_proves_that_it_begins_with_an_earlier_one(town, client):
    sealer_of_some(5)
    seal()
    last = read_head(client.get("/transparency/head").content.decode()).head
    told = client.get(f"/transparency/consistency/5/{last.size}").json()
    first = read_head(told["first_head"]).head
    proof = [bytes.fromhex(one) for one in told["proof"]]
    assert tree.consistent(5, last.size, proof, first.root, last.root)
    assert client.get(f"/transparency/consistency/{last.size}/5").status_code == 404
    assert client.get(f"/transparency/consistency/4/{last.size}").status_code == 404


def sealer_of_some(count: int) -> None:
    while sequencer.sequence_once():
        pass
    sealer.seal_once(KEY, walltime.now(), count)


def test_the_file_of_heads_is_what_a_witness_keeps_and_goes_on_from_a_size(town, client):
    sealer_of_some(5)
    seal()
    kept = client.get("/transparency/heads.txt").content.decode()
    sizes = [read_head(one).head.size for one in read_heads(kept)]
    assert sizes[0] == 5
    assert len(sizes) == 2
    later = client.get("/transparency/heads.txt?after=5").content.decode()
    assert [read_head(one).head.size for one in read_heads(later)] == sizes[1:]
    assert str(sizes[1]) in client.get("/transparency/heads").content.decode()
    assert client.get("/transparency/heads?before=5").status_code == 200


def test_the_whole_journal_goes_to_the_auditor_and_to_nobody_who_only_asks(town, client):
    seal()
    assert client.get("/transparency/journal.jsonl.gz").status_code in (302, 401)
    auditor = town.somebody("auditor")
    assert town.somebody("dispatcher").get("/transparency/journal.jsonl.gz").status_code == 403
    assert "全部日志" in auditor.get("/transparency").content.decode()
    answer = auditor.get("/transparency/journal.jsonl.gz")
    content = unpacked(b"".join(answer.streaming_content))
    kept = checking.Witnessed("heads.txt", client.get("/transparency/heads.txt").content.decode())
    verdict = checking.check(content, keys=[str(KEY.verifier)], witnesses=[kept])
    assert verdict.right, verdict.faults
    assert verdict.witnessed == 1
    for told in (WORDS, NAME, PHONE):
        assert told not in b"".join(content).decode()


def test_witnesses_stand_there_by_host_with_what_stood_in_the_way(town, client, settings):
    seal()
    settings.WITNESSES = (
        "https://keeper.example/heads?of=secret",
        "mailto:clerk@court.example",
        "file:/mnt/kept/heads.txt",
    )
    now = walltime.now()
    turns = [witnessing.take(one, now, timedelta(minutes=10)) for one in settings.WITNESSES]
    witnessing.told(turns[0], now)
    witnessing.failed(turns[1], "unreachable", now)
    page = client.get("/transparency").content.decode()
    assert "keeper.example" in page
    assert "court.example" in page
    assert "unreachable。稍后再试" in page
    for secret in ("secret", "clerk@", "/mnt/kept"):
        assert secret not in page
