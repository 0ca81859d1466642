"""Codes, drafts and what becomes a fact."""

from dataclasses import replace
from datetime import date

import pytest

from yiwang.kernel.places import rules
from yiwang.kernel.places.problems import (
    CodeMissing,
    CodeOutsideTown,
    CodeWrong,
    DateWrong,
    KindUnknown,
    NameMissing,
    PlaceInUse,
    PlaceRetiredAlready,
    ShapeWrong,
)
from yiwang.kernel.places.rules import Draft, Kind, Known

TOWN = "310151114"
CELL = Draft(Kind.GRID_CELL, "310151114003007", "新海二村07网格", "POLYGON ((0 0, 1 0, 1 1, 0 0))", "Polygon")
RIVER = Draft(Kind.RIVER, "R-H02", "红星2号河", "LINESTRING (0 0, 1 1)", "LineString")


def test_a_grid_code_is_division_town_committee_cell():
    code = rules.grid_code("310151114003007")
    assert (code.division, code.town, code.committee, code.cell) == ("310151", "114", "003", "007")
    assert code.committee_code == "310151114003"


def test_a_component_id_is_division_class_subclass_serial():
    code = rules.component_code("3101510118000042")
    assert (code.division, code.main_class, code.subclass, code.serial) == ("310151", "01", "18", "000042")


@pytest.mark.parametrize(
    ("draft", "problem"),
    [
        (CELL, None),
        (RIVER, None),
        (replace(CELL, code=""), CodeMissing),
        (replace(CELL, code="31015111400300"), CodeWrong),
        (replace(CELL, code="3101511140030071"), CodeWrong),
        (replace(CELL, code="31015111400300A"), CodeWrong),
        (replace(CELL, code="３１０１５１１１４００３００７"), CodeWrong),
        (replace(CELL, code="310151114003000"), CodeWrong),
        (replace(CELL, code="310151113003007"), CodeOutsideTown),
        (replace(RIVER, code="红星2号河"), CodeWrong),
        (replace(CELL, name="  "), NameMissing),
        (replace(CELL, shape="Point"), ShapeWrong),
        (replace(RIVER, shape="Point"), ShapeWrong),
        (replace(RIVER, valid_from=date(2026, 1, 2), valid_to=date(2026, 1, 1)), DateWrong),
        (Draft(Kind.COMPONENT, "3102300118000042", "路灯", "POINT (0 0)", "Point"), CodeOutsideTown),
    ],
)
def test_what_a_draft_must_have(draft, problem):
    if problem is None:
        rules.check_draft(draft, TOWN)
        return
    with pytest.raises(problem):
        rules.check_draft(draft, TOWN)


def test_a_cell_belongs_to_the_committee_and_a_committee_to_the_town_in_its_code():
    assert rules.parent_key(CELL) == "committee/310151114003"
    assert rules.parent_key(replace(CELL, kind=Kind.COMMITTEE, code="310151114003")) == "town/310151114"
    assert rules.parent_key(replace(RIVER, parent="committee/310151114004")) == "committee/310151114004"


KNOWN = Known(None, rules.described(RIVER, None, None), date(2026, 1, 1))


def test_the_same_description_again_is_no_change():
    assert rules.change(KNOWN, rules.described(RIVER, None, None)) is None


def test_another_name_is_a_change_of_the_whole_description():
    fact = rules.change(KNOWN, rules.described(replace(RIVER, name="红星二号河"), None, None))
    assert fact.description.name == "红星二号河"
    assert fact.description.code == "R-H02"


def test_a_river_does_not_become_a_road():
    with pytest.raises(KindUnknown):
        rules.change(KNOWN, rules.described(replace(RIVER, kind=Kind.ROAD), None, None))


@pytest.mark.parametrize(
    ("known", "on", "dependents", "problem"),
    [
        (KNOWN, date(2026, 2, 1), 0, None),
        (KNOWN, date(2026, 2, 1), 3, PlaceInUse),
        (KNOWN, date(2025, 12, 31), 0, DateWrong),
        (replace(KNOWN, valid_to=date(2026, 1, 5)), date(2026, 2, 1), 0, PlaceRetiredAlready),
    ],
)
def test_a_place_is_retired_once_and_after_what_belongs_to_it(known, on, dependents, problem):
    if problem is None:
        assert rules.retire(known, on, dependents).valid_to == on
        return
    with pytest.raises(problem):
        rules.retire(known, on, dependents)
