"""A pack declares a field in another way: what was recorded before is shown, given out and counted as it was recorded, and listed."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.problems import LogInFirst
from yiwang.kernel.terms import VISITOR, Actor, ActorKind, Call
from yiwang.registers import exporting, importing, law, queries, steps
from yiwang.registers.declared import Catalogue, Field, Register, load
from yiwang.registers.models import RegisterRow
from yiwang.registers.speaking import Speaker

pytestmark = pytest.mark.django_db
SYSTEM = Actor(ActorKind.SYSTEM)
DAY, TODAY = date(2025, 1, 1), date(2026, 1, 1)
PUMPS = """\
- code: pump
  name: {zh-Hans: 泵站, en: "Pumps"}
  systems: [S22]
  source: master
  owner: utilities
  legal_basis: 本镇泵站管理办法
  purpose: {zh-Hans: 养护, en: "Upkeep"}
  retention_months: 60
  disclosure: internal
  place: none
  key: [code]
  fields:
    - {code: code, name: {zh-Hans: 编号, en: "Number"}, type: text, required: true}
    - {code: state, name: {zh-Hans: 状况, en: "State"}, type: text}
    - {code: head, name: {zh-Hans: 扬程, en: "Head"}, type: whole, unit: 米}
    - {code: cost, name: {zh-Hans: 造价, en: "Cost"}, type: money_fen}
    - {code: kept, name: {zh-Hans: 有人值守, en: "Attended"}, type: yes_no}
    - code: grade
      name: {zh-Hans: 等级, en: "Grade"}
      type: choice
      choices: [{code: a, name: {zh-Hans: 甲, en: "A"}}, {code: b, name: {zh-Hans: 乙, en: "B"}}]
"""
SAID = {"code": "P-1", "state": "=好", "head": "12", "cost": "8.50", "kept": "是", "grade": "乙"}
ABC = {"a": {"zh-Hans": "甲", "en": "A"}}


@pytest.fixture
def declare(tmp_path, monkeypatch):
    """Gives the register of pumps as first declared; called, it changes one field (to None: takes it away) of the running town."""
    path = tmp_path / "pumps" / "registers.yaml"
    path.parent.mkdir()
    path.write_text(PUMPS, encoding="utf-8")
    running = {"catalogue": load([path])}
    monkeypatch.setattr(law, "catalogue", lambda: running["catalogue"])
    people_teams.create_team("utilities", "department", name_zh="某", name_en="Some", call=call())
    steps.enter_row("pump", SAID, DAY, call=call())

    def change(code: str, **changed: Any) -> Register:
        register = running["catalogue"].register("pump")
        fields: list[Field] = []
        for one in register.fields:
            if one.code != code:
                fields.append(one)
            elif changed:
                fields.append(replace(one, **changed))
        running["catalogue"] = Catalogue({"pump": replace(register, fields=tuple(fields))})
        return running["catalogue"].register("pump")

    return change


def call() -> Call:
    return Call(SYSTEM, walltime.now(), "test")


def unfit() -> list[tuple[str, str]]:
    return [(one.field, one.why) for row in queries.unfit(SYSTEM, "pump", on=TODAY) for one in row.misfits]


@pytest.mark.parametrize(
    ("code", "changed", "shown", "why"),
    [
        ("state", {"type": "yes_no"}, "=好", "type"),
        ("state", {"type": "whole"}, "=好", "type"),
        ("state", {"type": "decimal"}, "=好", "type"),
        ("state", {"type": "date"}, "=好", "type"),
        ("state", {"type": "choice", "choices": ABC}, "=好", "type"),
        ("state", {"type": "money_fen"}, "=好", "type"),
        ("state", {"type": "team"}, "=好", "type"),
        ("state", {"type": "place", "kind": "river"}, "=好", "type"),
        ("head", {"type": "date", "unit": ""}, "12 米", "type"),
        ("head", {"type": "money_fen", "unit": ""}, "12 米", "type"),
        ("head", {"type": "text", "unit": ""}, "12 米", "type"),
        ("head", {"type": "yes_no", "unit": ""}, "12 米", "type"),
        ("head", {"unit": "千米"}, "12 米", "unit"),
        ("head", {"most": 10}, "12", "bounds"),
        ("cost", {"type": "whole"}, "8.50 元", "type"),
        ("cost", {"type": "decimal"}, "8.50 元", "type"),
        ("kept", {"type": "text"}, "是", "type"),
        ("kept", {"type": "whole"}, "是", "type"),
        ("grade", {"choices": ABC}, "b", "choice"),
        ("grade", {"type": "text", "choices": {}}, "b", "type"),
    ],
)
def test_what_was_recorded_shows_as_recorded_at_every_read_and_is_listed(declare, code, changed, shown, why):
    register = declare(code, **changed)
    (row,) = queries.history(SYSTEM, "pump", "P-1")
    assert Speaker(SYSTEM, register, "zh-Hans").row(row.values, row.measures)[code] == shown
    assert queries.rows(SYSTEM, "pump", on=TODAY, sort=f"-{code}", text=shown).total == 1
    for tongue in ("zh-hans", "en"):
        assert exporting.as_xlsx(SYSTEM, "pump", on=TODAY, language=tongue)
    assert exporting.as_csv(SYSTEM, "pump", on=TODAY, language="zh-hans").count("'=好") == 1
    assert queries.tally(SYSTEM, "pump", on=TODAY, filled=code).whole == 1
    assert unfit() == [(code, why)]


def test_a_row_from_before_measures_were_kept_breaks_nothing_either(declare):
    RegisterRow.objects.update(measures={})
    for code, kind in (
        ("state", "yes_no"),
        ("state", "date"),
        ("head", "date"),
        ("kept", "whole"),
        ("kept", "money_fen"),
    ):
        register = declare(code, type=kind)
        (row,) = queries.history(SYSTEM, "pump", "P-1")
        words = Speaker(SYSTEM, register, "zh-Hans").row(row.values, row.measures)
        assert (words["state"], words["head"], words["kept"]) == ("=好", "12", "是")
        assert queries.rows(SYSTEM, "pump", on=TODAY, sort=code).total == 1
        assert (code, "type") in unfit()


def test_a_text_that_was_yes_or_no_is_counted_as_neither_until_it_is_put_right(declare):
    declare("state", type="yes_no")
    assert queries.tally(SYSTEM, "pump", on=TODAY, filled="state").part == 0
    assert queries.tally(SYSTEM, "pump", on=TODAY, filled="kept").part == 1
    steps.enter_row("pump", SAID | {"state": "是"}, DAY, call=call())
    assert queries.tally(SYSTEM, "pump", on=TODAY, filled="state").part == 1
    assert unfit() == []


def test_a_field_that_was_taken_away_stays_in_the_row_and_is_told(declare):
    register = declare("head")
    (row,) = queries.history(SYSTEM, "pump", "P-1")
    assert Speaker(SYSTEM, register, "en").removed(row.values, row.measures) == {"head": "12 米"}
    assert unfit() == [("head", "removed")]


def test_a_field_that_is_needed_by_now_is_told_where_it_is_empty(declare):
    steps.enter_row("pump", {"code": "P-2"}, DAY, call=call())
    declare("head", required=True)
    assert unfit() == [("head", "missing")]


def test_the_same_number_in_a_new_unit_is_a_change_and_again_it_is_none(declare):
    sheet = "编号,状况,扬程,造价,有人值守,等级,生效日期\nP-1,=好,12,8.50,是,乙,2025-01-01\n".encode()
    assert importing.take("pump", sheet, "a.csv", call=call()).fact.unchanged == 1
    declare("head", unit="千米")
    assert importing.take("pump", sheet, "a.csv", call=call()).fact.entered == 1
    assert importing.take("pump", sheet, "a.csv", call=call()).fact.unchanged == 1
    (row,) = queries.history(SYSTEM, "pump", "P-1")
    assert (row.measures["head"], row.earlier[0]["measures"]["head"]) == ("whole 千米", "whole 米")
    assert unfit() == []
    sequencer.sequence_once()
    assert replay().differences == ()


def test_a_row_that_is_known_under_another_key_is_told(declare, monkeypatch):
    two = replace(law.catalogue().register("pump"), key=("code", "grade"))
    monkeypatch.setattr(law, "catalogue", lambda: Catalogue({"pump": two}))
    assert unfit() == [("", "key")]


def test_only_who_keeps_a_register_is_told_of_its_rows(declare):
    for ask in (queries.unfit, queries.unfit_count):
        with pytest.raises(LogInFirst):
            ask(VISITOR, "pump", on=TODAY)


def test_a_second_look_at_a_list_judges_no_row_again_until_a_row_the_day_or_the_declaration_is_another(declare):
    def counted(on: date = TODAY) -> tuple[int, bool]:
        with CaptureQueriesContext(connection) as asked:
            number = queries.unfit_count(SYSTEM, "pump", on=on)
        return number, any('"values"' in one["sql"] for one in asked)

    assert counted() == (0, True)
    assert counted() == (0, False)
    declare("head", unit="千米")
    assert counted() == (1, True)
    assert counted() == (1, False)
    assert counted(date(2024, 12, 31)) == (0, True)
    steps.enter_row("pump", {**SAID, "head": "1"}, TODAY, call=call())
    assert counted() == (0, True)
    steps.enter_row("pump", {**SAID, "code": "P-2"}, DAY, call=call())
    steps.end_row("pump", "P-2", TODAY, call=call())
    assert counted() == (0, True)
    assert counted(date(2025, 6, 1)) == (1, True)
