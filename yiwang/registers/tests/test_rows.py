"""Rows of a register: dated, corrected, ended, taken in by the thousand, given out without a formula, and built again by replay."""

import csv
import io
from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.problems import BadFields, LogInFirst
from yiwang.kernel.terms import VISITOR, Actor, ActorKind, Call
from yiwang.kernel.wording import problem_text
from yiwang.registers import exporting, importing, law, queries, rules, steps
from yiwang.registers.declared import Catalogue, load
from yiwang.registers.exporting import safe
from yiwang.registers.models import RegisterRow
from yiwang.registers.problems import (
    ColumnsMissing,
    EndBeforeBegin,
    RegisterIsMirror,
    RowEndedAlready,
    RowUnchanged,
)

pytestmark = pytest.mark.django_db
SYSTEM = Actor(ActorKind.SYSTEM)
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
    - {code: watts, name: {zh-Hans: 功率, en: "Power"}, type: whole, unit: 瓦, min: 1, max: 1000}
    - {code: cost, name: {zh-Hans: 造价, en: "Cost"}, type: money_fen}
    - {code: note, name: {zh-Hans: 备注, en: "Note"}, type: text}
"""
NOBODY = rules.Names({}, {})
D1, D2, D3 = date(2024, 1, 1), date(2025, 1, 1), date(2026, 1, 1)


def call() -> Call:
    return Call(SYSTEM, walltime.now(), "test")


@pytest.fixture(autouse=True)
def lamps(tmp_path, monkeypatch):
    path = tmp_path / "lamps" / "registers.yaml"
    path.parent.mkdir()
    mirror = LAMPS.replace("code: lamp", "code: mirror").replace("source: master", "source: {mirror: {of: 市名录}}")
    path.write_text(LAMPS + mirror, encoding="utf-8")
    found: Catalogue = load([path])
    monkeypatch.setattr(law, "catalogue", lambda: found)
    people_teams.create_team("utilities", "department", name_zh="某", name_en="Some", call=call())


def enter(watts: object, valid_from: date, code: str = "L-1"):
    return steps.enter_row("lamp", {"code": code, "watts": watts}, valid_from, call=call())


def watts_on(day: date) -> list[int]:
    return [row.values["watts"] for row in queries.rows(SYSTEM, "lamp", on=day).rows]


def test_a_row_holds_from_its_day_until_the_next_one_and_the_past_stays():
    enter(100, D1)
    enter(60, D3)
    enter(80, D2)
    assert [watts_on(day) for day in (date(2023, 1, 1), D1, date(2024, 12, 31), D2, D3)] == [
        [],
        [100],
        [100],
        [80],
        [60],
    ]
    assert [(row.valid_from, row.valid_to) for row in queries.history(SYSTEM, "lamp", "L-1")] == [
        (D3, None), (D2, D3), (D1, D2),
    ]  # fmt: skip


def test_the_same_day_again_is_a_correction_and_what_was_said_stays():
    enter(100, D1)
    enter(90, D1)
    (row,) = queries.history(SYSTEM, "lamp", "L-1")
    assert row.values["watts"] == 90
    assert [one["values"]["watts"] for one in row.earlier] == [100]


def test_what_holds_already_is_no_change():
    enter(100, D1)
    with pytest.raises(RowUnchanged):
        enter("100", D2)


def test_an_ended_row_holds_until_its_end_and_may_begin_anew():
    enter(100, D1)
    with pytest.raises(EndBeforeBegin):
        steps.end_row("lamp", "L-1", D1, call=call())
    steps.end_row("lamp", "L-1", D2, call=call())
    with pytest.raises(RowEndedAlready):
        steps.end_row("lamp", "L-1", D3, call=call())
    enter(50, D3)
    assert [watts_on(day) for day in (date(2024, 12, 31), D2, D3)] == [[100], [], [50]]


def test_a_wrong_value_is_refused_with_its_field():
    with pytest.raises(BadFields) as refused:
        steps.enter_row("lamp", {"watts": "5000", "cost": "1.234"}, D1, call=call())
    assert {code: fault.slug for code, fault in refused.value.fields.items()} == {
        "code": "register-value-missing",
        "watts": "register-value-out-of-bounds",
        "cost": "register-value-unreadable",
    }


def test_a_mirror_is_changed_by_its_list_only():
    with pytest.raises(RegisterIsMirror):
        steps.enter_row("mirror", {"code": "L-1"}, D1, call=call())
    assert importing.take("mirror", "编号\nL-1\n".encode(), "a.csv", call=call()).fact.entered == 1


def test_nobody_reads_an_internal_register_without_an_office():
    with pytest.raises(LogInFirst):
        queries.rows(VISITOR, "lamp", on=D1)
    with pytest.raises(LogInFirst):
        queries.catalogue(VISITOR, D1)


# --- sheets ----------------------------------------------------------------------------------------------------------


def ten_thousand() -> bytes:
    """Ten thousand lamps, of which each hundredth is faulty: one in three kinds."""
    sheet = io.StringIO()
    write = csv.writer(sheet)
    write.writerow(["编号", "功率（瓦）", "造价", "备注", "厂家"])
    for number in range(10_000):
        fault = number // 100 % 3 if number % 100 == 99 else None
        write.writerow(
            [
                "" if fault == 0 else f"L-{number}",
                "很亮" if fault == 1 else 60,
                "12.345" if fault == 2 else "1200.50",
                "",
                "某厂",
            ]
        )
    return sheet.getvalue().encode("gb18030")


def test_of_ten_thousand_rows_each_faulty_one_is_named_with_column_and_reason_and_again_changes_nothing():
    content = ten_thousand()
    done = importing.take("lamp", content, "路灯.csv", call=call())
    assert (done.fact.entered, done.fact.unchanged, done.fact.refused) == (9_900, 0, 100)
    assert done.ignored == ("厂家",)
    assert {(one.column, one.problem.slug) for one in done.refused} == {
        ("编号", "register-value-missing"),
        ("功率（瓦）", "register-value-unreadable"),
        ("造价", "register-value-unreadable"),
    }
    assert [one.row for one in done.refused] == [number + 2 for number in range(99, 10_000, 100)]
    assert queries.rows(SYSTEM, "lamp", on=date(2100, 1, 1), most=1).total == 9_900
    before = list(RegisterRow.objects.order_by("id").values())
    again = importing.take("lamp", content, "路灯.csv", call=call())
    assert (again.fact.entered, again.fact.unchanged, again.fact.refused) == (0, 9_900, 100)
    assert list(RegisterRow.objects.order_by("id").values()) == before


@pytest.mark.parametrize(
    ("row", "column", "slug"),
    [
        ("L-1,,,,2024-01-01", "", "register-row-twice"),
        ("L-2,,,,2024-02-30", "生效日期", "register-value-unreadable"),
        ("L-2,,,张演示 13900000001,", "备注", "register-value-personal"),
        ("L-2,0,,,", "功率", "register-value-out-of-bounds"),
        ("长" * 201 + ",60,,,", "编号", "register-key-too-long"),
        ('"L-2\n左",60,,,', "编号", "register-key-sign"),
        ("L/../2,60,,,", "编号", "register-key-sign"),
        ("L-2,,,,2024-01-01,多", "", "register-cells-more"),
        ('L-2,,,"错"的,', "", "row-quote-stray"),
    ],
)
def test_a_row_is_refused_by_its_column_and_the_others_go_in(row, column, slug):
    content = f"编号,功率,造价,备注,生效日期\nL-1,60,,,2024-01-01\n{row}\nL-9,60,,,2024-01-01\n".encode()
    done = importing.take("lamp", content, "a.csv", call=call())
    assert [(one.row, one.column, one.problem.slug) for one in done.refused] == [(3, column, slug)]
    assert done.fact.entered == 2


def test_a_key_may_be_as_long_as_its_limit_says_and_each_language_names_column_and_limit():
    enter(60, D1, code="长" * 200)
    assert queries.history(SYSTEM, "lamp", "长" * 200)
    with pytest.raises(BadFields) as refused:
        enter(60, D1, code="长" * 3000)
    assert refused.value.fields["code"].slug == "register-value-too-long"
    with pytest.raises(BadFields) as refused:
        enter(60, D1, code="长" * 201)
    for language, column in (("zh-Hans", "编号"), ("en", "编号")):
        said = " ".join(problem_text(refused.value.fields["code"], language).values())
        assert column in said
        assert "200" in said


def test_two_rows_are_never_known_under_one_key():
    step = replace(law.catalogue().register("lamp"), key=("code", "note"))
    for note in ("b·c", "·"):
        _, faults = rules.read_row(step, {"code": "a", "note": note}, NOBODY, "en")
        assert {code: (fault.slug, fault.parameters) for code, fault in faults.items()} == {
            "note": ("register-key-sign", {"column": "Note", "sign": "·"})
        }
    values, faults = rules.read_row(step, {"code": "长" * 120, "note": "短" * 80}, NOBODY, "en")
    assert values
    assert faults["code"].parameters == {"column": "Number", "length": 201, "limit": 200}


def test_a_sheet_without_a_needed_column_changes_nothing():
    with pytest.raises(ColumnsMissing):
        importing.take("lamp", "功率,备注\n60,好\n".encode(), "a.csv", call=call())
    assert not RegisterRow.objects.exists()


HOSTILE = ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1", "'引号"]


def test_an_export_runs_no_formula_and_is_read_back_without_a_change():
    for number, note in enumerate(HOSTILE):
        steps.enter_row("lamp", {"code": f"L-{number}", "note": f"x{note}", "cost": "-1.50"}, D1, call=call())
    steps.enter_row("lamp", {"code": "=HYPERLINK(1)", "note": "@x"}, D1, call=call())
    text = exporting.as_csv(SYSTEM, "lamp", on=D2, language="zh-hans")
    book = openpyxl.load_workbook(io.BytesIO(exporting.as_xlsx(SYSTEM, "lamp", on=D2, language="zh-hans")))
    assert "'=HYPERLINK(1)" in text
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    for content, name in (
        (text.encode(), "a.csv"),
        (exporting.as_xlsx(SYSTEM, "lamp", on=D2, language="en"), "a.xlsx"),
    ):
        done = importing.take("lamp", content, name, call=call())
        assert (done.fact.entered, done.fact.refused) == (0, 0)


@pytest.mark.parametrize("text", HOSTILE[:5])
def test_what_a_spreadsheet_would_reckon_is_shown(text):
    assert safe(text) == "'" + text


def test_replay_gives_the_same_rows():
    enter(100, D1)
    enter(90, D1)
    enter(80, D2)
    steps.end_row("lamp", "L-1", D3, call=call())
    importing.take("lamp", "编号,功率\nL-1,70\nL-3,5\n".encode(), "a.csv", call=call())
    sequencer.sequence_once()
    assert replay().differences == ()
