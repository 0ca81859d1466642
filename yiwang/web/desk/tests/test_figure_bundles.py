"""What a number rests on: any figure gives a file that is checked without the town, and the public one holds only what is public."""

import gzip
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from yiwang.cases.outcomes import stretches
from yiwang.cases.steps import forward
from yiwang.indicators import bundles, jobs, law, queries
from yiwang.indicators import steps as indicators
from yiwang.indicators.models import EvidenceCase
from yiwang.kernel import walltime
from yiwang.kernel.journal import codec, figurechecking, sealer, sequencer
from yiwang.kernel.journal.checking import Verdict
from yiwang.kernel.journal.notes import Signer
from yiwang.kernel.places import loading
from yiwang.kernel.terms import Call
from yiwang.registers import importing
from yiwang.web.desk.tests.conftest import SYSTEM, DeskTown, made

pytestmark = pytest.mark.django_db

KEY = Signer("yiwang/here", bytes(range(32)))
CODE = "grid.closed"
FOLDER = settings.ROOT / "towns" / "xinhai"


@pytest.fixture
def town(settings, tmp_path) -> DeskTown:
    settings.DATA_DIR = tmp_path
    sealer.key_path().write_text(KEY.text, encoding="utf-8")
    return made()


def counted() -> None:
    while sequencer.sequence_once():
        pass
    jobs.follow_journal(walltime.now())
    sealer.seal(walltime.now())


def lines_of(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(one) for one in gzip.decompress(content).splitlines()]


def got(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()
    assert answer["Content-Type"] == "application/gzip"
    return answer.content


def checked(content: bytes) -> Verdict:
    verdict = figurechecking.check(gzip.decompress(content).splitlines(keepends=True), keys=[str(KEY.verifier)])
    assert verdict.right, verdict.faults
    return verdict


def share(client: Client, code: str = CODE) -> str:
    told = client.get(f"/desk/indicators/{code}/export?form=json").json()
    return f"{told['numerator']}/{told['denominator']}"


def test_the_file_of_a_figure_gives_the_same_figure_and_names_its_cases_and_entries(town):
    case_ids = [town.closed() for _ in range(2)] + [town.dispatched()]
    counted()
    leader = town.client("leader")
    content = got(leader, f"/desk/indicators/{CODE}/proof")
    verdict = checked(content)
    assert verdict.figure.startswith(f"{share(leader)} · ")
    assert verdict.about == CODE
    rows = [json.loads(one["row"]) for one in lines_of(content) if "row" in one]
    numbers = {
        row["number"] for row in leader.get(f"/desk/indicators/{CODE}/denominator/export?form=json").json()["rows"]
    }
    assert {row["case"] for row in rows} == numbers
    assert {row["case_id"] for row in rows} <= {str(one) for one in case_ids}
    assert all(len(row["entries"]) >= 5 for row in rows)
    assert not any("entry" in one for one in lines_of(content)), "what entries say is for who may export the journal"


def test_an_auditors_file_holds_the_entries_from_which_each_row_can_be_worked_out_again(town):
    for _ in range(3):
        town.closed()
    counted()
    lines = lines_of(got(town.client("auditor"), f"/desk/indicators/{CODE}/proof"))
    entries = {one["position"]: json.loads(one["entry"]) for one in lines if "position" in one}
    rows = [json.loads(one["row"]) for one in lines if "row" in one]
    assert rows
    for row in rows:
        history = []
        for place in row["entries"]:
            frame, body, _ = entries[place]
            fact = codec.load(frame["verb"], frame["v"], body, None)
            history.append((datetime.fromisoformat(frame["happened_at"]), fact))
        standing = stretches(history)[-1].standing
        assert sorted(standing.holds) == row["holds"]
        assert (standing.source, standing.type_code) == (row["source"], row["type"])


def test_every_figure_is_counted_again_from_its_file_in_any_scope(town):
    town.dispatched(team="water")
    case_id = town.closed(channel="hotline", source_key="RX-1")
    forward.rate(case_id, solved="yes", satisfaction="fairly", call=town.call("operator"))
    counted()
    leader, found = town.client("leader"), {}
    for code in law.indicators():
        for team in ("", town.teams["water"]):
            told = leader.get(f"/desk/indicators/{code}/export", {"team": str(team), "form": "json"}).json()
            answer = leader.get(f"/desk/indicators/{code}/proof", {"team": str(team)})
            found[code, bool(team)] = f"{told['numerator']}/{told['denominator']}"
            assert checked(answer.content).figure.startswith(f"{found[code, bool(team)]} · "), code
    assert found["hotline.satisfied", False] == "0.8/1"
    assert found["grid.dispatched_on_time", True] == "1/1"


def test_strangers_get_the_figure_they_read_with_sealed_rows_and_nothing_of_any_case(town):
    for _ in range(5):
        town.closed()
    counted()
    public = Client().get(f"/figures/{CODE}/data.json").json()
    content = got(Client(), public["proof"])
    verdict, lines = checked(content), lines_of(content)
    assert (verdict.kind, verdict.rows) == ("figure-sealed", 5)
    assert verdict.figure.startswith(f"{public['numerator']}/{public['denominator']} · ")
    assert {name for one in lines[1:-1] for name in one} == {"seal", "counts"}
    assert public["proof"] in Client().get(f"/figures/{CODE}").content.decode()
    assert checked(got(Client(), f"/api/figures/{CODE}/proof")).digest == verdict.digest
    stated = json.loads(lines[0]["figure"])
    query = {"from": stated["first"], "to": stated["last"], "as_of": stated["as_of"]}
    opened = checked(town.client("auditor").get(f"/desk/indicators/{CODE}/proof", query).content)
    assert (opened.kind, opened.digest) == ("figure-open", verdict.digest), "an auditor sees that these are the rows"


def test_the_public_file_stands_still_while_single_cases_come_in(town):
    for _ in range(5):
        town.closed()
    counted()
    before = lines_of(got(Client(), f"/figures/{CODE}/proof.jsonl.gz"))[1:]
    town.closed()
    counted()
    assert lines_of(got(Client(), f"/figures/{CODE}/proof.jsonl.gz"))[1:] == before
    assert lines_of(got(town.client("leader"), f"/figures/{CODE}/proof.jsonl.gz"))[1:] == before


def test_of_very_few_cases_and_of_what_is_not_public_there_is_no_file(town):
    for _ in range(4):
        town.closed()
    counted()
    for code in (CODE, "grid.dispatched_rightly", "grid.extended"):
        assert Client().get(f"/figures/{code}/proof.jsonl.gz").status_code == 409, code
    assert Client().get("/figures/nothing.such/proof.jsonl.gz").status_code == 404
    assert Client().get(f"/figures/{CODE}/data.json").json()["proof"] is None
    assert "proof.jsonl.gz" not in Client().get(f"/figures/{CODE}").content.decode()


def test_rows_that_no_longer_give_the_public_figure_are_left_out_of_its_file(town):
    for _ in range(5):
        town.closed()
    counted()
    row = EvidenceCase.objects.filter(holds__contains=["closed"]).first()
    EvidenceCase.objects.filter(pk=row.pk).update(holds=[one for one in row.holds if one != "closed"])
    content = got(Client(), f"/figures/{CODE}/proof.jsonl.gz")
    assert (checked(content).kind, checked(content).rows) == ("figure-none", 0)


def test_a_reviewed_figure_comes_with_the_proof_of_the_entry_that_let_it_go(town):
    for number in range(5):
        case_id = town.closed(channel="hotline", source_key=f"RX-{number}")
        forward.rate(
            case_id, solved="yes", satisfaction="fairly" if number == 1 else "satisfied", call=town.call("operator")
        )
    counted()
    now, one = walltime.now(), "hotline.satisfied"
    year = walltime.town_day(now).year
    scope = bundles.Scope(date(year, 1, 1), date(year, 12, 1))
    found = queries.figure(town.actor("leader"), one, scope, now)
    indicators.release(
        one, scope.first, scope.last, now, seen=found.share.written, ground="看过", call=town.call("leader")
    )
    counted()
    content = got(Client(), f"/figures/{one}/proof.jsonl.gz")
    verdict = checked(content)
    assert (verdict.kind, verdict.rows, verdict.entries) == ("figure-none", 0, 1), (
        "rows would tell how many were fairly content"
    )
    assert verdict.figure.startswith("4.8/5 · ")
    (proof,) = [line for line in lines_of(content) if "position" in line]
    assert proof["verb"] == "indicator.released"
    assert "entry" not in proof


def test_a_page_makes_no_file_of_very_many_rows_and_says_what_to_do(town, monkeypatch):
    monkeypatch.setattr(bundles, "MOST_ROWS", 1)
    for _ in range(2):
        town.closed()
    counted()
    answer = town.client("leader").get(f"/desk/indicators/{CODE}/proof")
    assert answer.status_code == 413
    assert "yiwang indicator export" in answer.content.decode()


def test_before_the_newest_entry_is_sealed_and_without_the_key_the_refusal_says_so(town):
    town.closed()
    while sequencer.sequence_once():
        pass
    jobs.follow_journal(walltime.now())
    leader = town.client("leader")
    assert "还没有封存" in leader.get(f"/desk/indicators/{CODE}/proof").content.decode()
    counted()
    sealer.key_path().unlink()
    answer = leader.get(f"/desk/indicators/{CODE}/proof")
    assert (answer.status_code, "封存钥匙不在" in answer.content.decode()) == (409, True)


@pytest.mark.parametrize("who", ["operator", "sanitation"])
def test_who_reads_no_figures_of_the_town_gets_no_file(town, who):
    assert town.client(who).get(f"/desk/indicators/{CODE}/proof").status_code == 403
    assert Client().get(f"/api/indicators/{CODE}/proof").status_code == 401


def test_sums_of_parts_of_a_case_are_exact():
    assert figurechecking.plain(Decimal("0.10") + Decimal("0.2")) == "0.3"
    assert figurechecking.plain(Decimal(100)) == "100"
    assert figurechecking.plain(Decimal(0)) == "0"


def test_the_file_of_a_measured_figure_rests_on_the_entries_of_its_registers(town):
    """One sheet tells of many sections, so rows share entries; each entry is about a register that its rows name."""
    call = Call(SYSTEM, walltime.now(), "test")
    loading.load_places(FOLDER / "places", call=call)
    for code in ("water_section", "section_month"):
        importing.take(code, (FOLDER / "registers" / f"{code}.csv").read_bytes(), f"{code}.csv", call=call)
    counted()
    code, span = "waters.worse_than_v", "from=2026-01&to=2026-12"
    lines = lines_of(got(town.client("auditor"), f"/desk/indicators/{code}/proof?{span}"))
    verdict = checked(got(town.client("leader"), f"/desk/indicators/{code}/proof?{span}"))
    rows = [json.loads(one["row"]) for one in lines if "row" in one]
    assert verdict.figure.startswith("2/60 · ")
    assert len(rows) == 60
    assert {tuple(map(tuple, row["subjects"])) for row in rows} == {
        (("register", "section_month"), ("register", "water_section"))
    }
    said = {json.loads(one["entry"])[0]["verb"] for one in lines if "position" in one}
    assert said == {"register.rows_entered"}


def test_an_entry_about_something_else_is_found_in_a_measured_row():
    row = {"case_id": "1", "subjects": [["register", "river"]]}
    assert figurechecking.subjects_of(row) == {("register", "river")}
    whole = row | {"month": "2026-01", "source": "waters.section_month", "type": "", "part": None, "committee": None}
    whole |= {"team": None, "holds": [], "entries": [1]}
    assert figurechecking.read_row(json.dumps(whole))["entries"] == [1]
    for wrong in ([["case", "1"]], {"register": "river"}, [["register"]], [[1, 2]]):
        with pytest.raises((ValueError, TypeError)):
            figurechecking.read_row(json.dumps(whole | {"subjects": wrong}))
