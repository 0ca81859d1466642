"""What shows a promise: rows of a register by themselves before what was signed, and each as of the day that is asked for."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client

from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer
from yiwang.kernel.journal.models import EntryPosition
from yiwang.kernel.people import queries as known
from yiwang.kernel.people.steps import accounts as people
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.terms import VISITOR, Actor, ActorKind, Call, Grant, ScopeKind
from yiwang.plan import proving, queries, showing, steps
from yiwang.plan.commitments import Commitment, Evidence, Target
from yiwang.plan.facts import ItemNamed, Source, Words
from yiwang.plan.items import Contents
from yiwang.registers import law
from yiwang.registers import steps as registers
from yiwang.registers.declared import load
from yiwang.registers.evidence import steps as evidence
from yiwang.registers.evidence.rules import Statement

pytestmark = pytest.mark.django_db
SYSTEM = Actor(ActorKind.SYSTEM)
CALL = Call(SYSTEM, datetime(2031, 1, 2, 4, 0, tzinfo=UTC), "command")
CONTENTS = Contents(2031, (ItemNamed(1, Words("灯", "Lamps"), "一", Words("环境", "Environment")),))
BOTH = {"zh-Hans": "路灯有编号", "en": "Lamps have numbers"}
APRIL, JUNE, NEXT = date(2031, 4, 1), date(2031, 6, 1), date(2032, 2, 1)
LAMPS = """\
- code: lamp
  name: {zh-Hans: 路灯, en: "Street lamps"}
  systems: [S22]
  source: master
  owner: utilities
  legal_basis: 本镇路灯管理办法
  purpose: {zh-Hans: 报修, en: "Repair"}
  retention_months: 60
  disclosure: internal
  place: none
  key: [code]
  fields:
    - {code: code, name: {zh-Hans: 编号, en: "Number"}, type: text, required: true}
    - {code: plate, name: {zh-Hans: 挂牌, en: "Plate"}, type: yes_no}
    - {code: street, name: {zh-Hans: 路, en: "Street"}, type: text}
"""


def promise(row: str, source: Source | None, target: Target | None = None) -> Commitment:
    return Commitment(
        row, 1, BOTH, ("S22",), ("register",), "utilities", BOTH, target, (12, 31), 0,
        Evidence("register", BOTH, source), None,
    )  # fmt: skip


PLATES = Source(register="lamp", filled="plate")
ROWS = (
    promise("1.01", PLATES, Target(Decimal(100), "percent", "=")),
    promise("1.02", Source(register="lamp", where=(("street", "海桥路"),)), Target(Decimal(3), "count", ">=")),
    promise("1.03", PLATES),
    promise("1.04", None),
)


@pytest.fixture(autouse=True)
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "lamps" / "registers.yaml"
    path.parent.mkdir()
    path.write_text(LAMPS, encoding="utf-8")
    catalogue = load([path])
    monkeypatch.setattr(law, "catalogue", lambda: catalogue)
    people_teams.create_team("utilities", "department", name_zh="水电办", name_en="Utilities", call=CALL)
    steps.promise_year(2031, CONTENTS, ROWS, call=CALL)


def lamp(code: str, plate: str, since: date = APRIL) -> None:
    registers.enter_row("lamp", {"code": code, "plate": plate, "street": "海桥路"}, since, call=CALL)


def standing(row: str, day: date = APRIL):
    return queries.promise(VISITOR, 2031, row, day)


def sign(row: str, day: date, **said) -> None:
    made = people.create_account(f"k{row}-{day}", "管演示", call=CALL)
    ground = known.team_by_code(SYSTEM, "utilities").team_id
    people.grant_role(made.account_id, "handler", scope_id=ground, call=CALL)
    actor = Actor(ActorKind.STAFF, made.account_id, (Grant("handler", ScopeKind.TEAM, ground),))
    call = Call(actor, walltime.day_begins(NEXT), "test")
    evidence.sign(showing.subject_of(2031, row), Statement(day, "逐盏数过", **said), call=call)


def test_a_share_of_rows_is_what_the_register_says_on_that_day():
    assert standing("1.01").shown is None
    lamp("L-1", "是")
    lamp("L-2", "否")
    lamp("L-2", "是", JUNE)
    found = [standing("1.01", day) for day in (APRIL, JUNE)]
    assert [(one.shown.value, one.shown.part, one.shown.whole) for one in found] == [(50, 1, 2), (100, 2, 2)]
    assert [one.judgement.why for one in found] == ["not-yet", "reached"]


def test_a_number_of_rows_is_counted_among_those_that_fit():
    lamp("L-1", "是")
    assert (standing("1.02").shown.value, standing("1.02").shown.by) == (1, "register")
    registers.enter_row("lamp", {"code": "L-9", "street": "北沿路"}, APRIL, call=CALL)
    assert standing("1.02").shown.value == 1


def test_two_thousand_four_hundred_and_ninety_nine_of_2500_is_not_all():
    registers.take_sheet(
        "lamp", [(APRIL, {"code": f"L-{n}", "plate": n != 7}) for n in range(2500)],
        filename="a.csv", sha256="0" * 64, refused=0, call=CALL,
    )  # fmt: skip
    assert standing("1.01").judgement.why == "not-yet"


def test_the_proof_of_a_share_holds_the_entries_of_the_rows_that_count_on_that_day():
    lamp("L-1", "是")
    lamp("L-2", "否")
    lamp("L-2", "是", JUNE)
    registers.enter_row("lamp", {"code": "L-9", "street": "北沿路"}, JUNE, call=CALL)
    while sequencer.sequence_once():
        pass

    def told(row: str, day: date) -> list[list[str]]:
        places = proving.places(VISITOR, 2031, row, day)
        facts = [EntryPosition.objects.get(position=place).entry.body for place in places]
        return [[line["key"] for line in fact["rows"]] for fact in facts if "rows" in fact]

    assert told("1.01", APRIL) == [["L-1"], ["L-2"]]
    assert told("1.01", JUNE) == [["L-1"], ["L-2"], ["L-9"]]
    assert told("1.02", JUNE) == [["L-1"], ["L-2"]], "the street of 1.02 alone"
    assert told("1.04", JUNE) == []


def test_what_was_signed_counts_until_there_is_a_figure():
    sign("1.01", APRIL, value=Decimal(100), unit="percent")
    assert (standing("1.01").judgement.why, standing("1.01").shown.by) == ("reached", "signed")
    lamp("L-1", "否")
    assert (standing("1.01").judgement.why, standing("1.01").shown.by) == ("not-yet", "register")


def test_without_a_number_to_reach_somebody_signs_that_it_is_done():
    lamp("L-1", "是")
    assert standing("1.03").judgement.why == standing("1.03", NEXT).judgement.why == "no-number"
    sign("1.03", JUNE, done=True)
    assert standing("1.03", NEXT).judgement.why == "reached"
    assert standing("1.04").judgement.why == "no-data"


def test_a_whole_board_takes_few_queries_however_many_promises(django_assert_max_num_queries):
    lamp("L-1", "是")
    many = tuple(promise(f"1.{n}", PLATES) for n in range(10, 90))
    steps.promise_year(2031, CONTENTS, ROWS + many, call=CALL)
    with django_assert_max_num_queries(10):
        (item,) = queries.board(VISITOR, 2031, APRIL)
    assert len(item.promises) == 84


@pytest.mark.parametrize(("register", "field"), [("bench", "plate"), ("lamp", "colour"), ("lamp", "street")])
def test_the_board_stands_when_the_pack_of_a_register_has_gone(register, field, monkeypatch):
    """What a promise was to be counted from is not there any more: no data, and its department signs; the others go on."""
    gone = promise(
        "1.05", Source(register=register, filled=field, where=((field, "x"),)), Target(Decimal(3), "count", ">=")
    )
    steps.promise_year(2031, CONTENTS, (*ROWS, gone), call=CALL)
    lamp("L-1", "是")
    known = law.catalogue()
    fewer = replace(
        known.by_code["lamp"], fields=tuple(one for one in known.by_code["lamp"].fields if one.code != "street")
    )
    monkeypatch.setattr(law, "catalogue", lambda: replace(known, by_code={"lamp": fewer}))
    assert standing("1.05").judgement.why == "no-data"
    assert standing("1.01").shown.part == 1
    sign("1.05", JUNE, value=Decimal(3), unit="count")
    assert standing("1.05", NEXT).judgement.why == "reached"
    for address in ("/plan/2031", "/plan/2031/promise/1.05", "/plan/2031/data.csv"):
        assert Client().get(address).status_code == 200, address


def test_the_page_of_a_promise_stands_when_the_pack_of_its_indicator_has_gone():
    gone = promise("1.05", Source(indicator="benches.painted"), Target(Decimal(90), "percent", ">="))
    steps.promise_year(2031, CONTENTS, (*ROWS, gone), call=CALL)
    page = Client().get("/plan/2031/promise/1.05")
    assert page.status_code == 200
    assert "由责任部门签认" in page.content.decode()
