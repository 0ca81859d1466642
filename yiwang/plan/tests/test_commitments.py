"""A town's plan.yaml: a good row as it is read, and what each slip of the pen is answered with."""

import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from yiwang.kernel.params import problems
from yiwang.kernel.params.yamlfile import read_text
from yiwang.plan.commitments import (
    Commitment,
    Evidence,
    RowOfAnotherItem,
    RowOutOfOrder,
    Target,
    TaskWanted,
    commitments,
)
from yiwang.plan.facts import Source
from yiwang.plan.loading import read_commitments
from yiwang.plan.sources import Known, SourceMisplaced, SourceUnitOther, SourceUnknown

TEAMS = ("water", "party")
GOOD = """\
- row: "1.03"
  item: 1
  promise: {zh-Hans: 种树, en: "Plant trees"}
  systems: [S01, S12]
  kinds: [register, target]
  owner: water
  measure: {zh-Hans: 棵数, en: "Trees"}
  target: {value: 69.8, unit: mu, comparator: ">="}
  due: "06-30"
  years_on: 1
  evidence: {kind: register, what: {zh-Hans: 台账, en: "The register"}}
  limits: {zh-Hans: 不数灌木, en: "Shrubs are not counted"}
- row: "21.10"
  item: 21
  promise: {zh-Hans: 开会, en: "Meet"}
  systems: [S38]
  kinds: [organisational]
  owner: party
  measure: {zh-Hans: 开没开, en: "Held or not"}
  due: "12-31"
  evidence: {kind: task, what: {zh-Hans: 任务, en: "The task"}}
"""


def loaded(content: str) -> tuple[Commitment, ...]:
    return commitments(read_text(content, name="plan.yaml"), teams=TEAMS)


def test_a_row_is_read_with_all_it_says() -> None:
    assert loaded(GOOD)[0] == Commitment(
        row="1.03",
        item=1,
        promise={"zh-Hans": "种树", "en": "Plant trees"},
        systems=("S01", "S12"),
        kinds=("register", "target"),
        owner="water",
        measure={"zh-Hans": "棵数", "en": "Trees"},
        target=Target(Decimal("69.8"), "mu", ">="),
        due=(6, 30),
        years_on=1,
        evidence=Evidence("register", {"zh-Hans": "台账", "en": "The register"}),
        limits={"zh-Hans": "不数灌木", "en": "Shrubs are not counted"},
    )


def test_what_may_be_left_out_is_none_and_the_plan_year_itself() -> None:
    second = loaded(GOOD)[1]
    assert (second.target, second.limits, second.years_on) == (None, None, 0)


def test_the_day_is_in_the_year_of_the_plan_or_as_many_years_on_as_it_says() -> None:
    assert [one.due_on(2019) for one in loaded(GOOD)] == [datetime.date(2020, 6, 30), datetime.date(2019, 12, 31)]


SPOILED = [
    # what is written, instead of what, the refusal, its line
    ("  owner: water", "  ownr: water", problems.UnknownKey, 6),
    ("  due: \"06-30\"\n", "", problems.MissingKey, 1),
    ("systems: [S01, S12]", "systems: [S01, S39]", problems.UnknownChoice, 4),
    ("systems: [S01, S12]", "systems: [S1]", problems.UnknownChoice, 4),
    ("systems: [S01, S12]", "systems: [S01, S01]", problems.DoubleKey, 4),
    ("systems: [S38]", "systems: []", problems.MissingKey, 16),
    ("kinds: [register, target]", "kinds: [registre]", problems.UnknownChoice, 5),
    ("kinds: [register, target]", "kinds: []", problems.WrongKind, 5),
    ("owner: water", "owner: waters", problems.UnknownChoice, 6),
    ('comparator: ">="', 'comparator: "≥"', problems.UnknownChoice, 8),
    ("unit: mu", "unit: acre", problems.UnknownChoice, 8),
    ("value: 69.8", "value: many", problems.WrongKind, 8),
    ("value: 69.8", "value: -1", problems.WrongKind, 8),
    ("value: 69.8, ", "", problems.MissingKey, 8),
    ('due: "06-30"', 'due: "06-31"', problems.WrongKind, 9),
    ('due: "06-30"', 'due: "02-29"', problems.WrongKind, 9),
    ('due: "06-30"', "due: 2019-06-30", problems.WrongKind, 9),
    ("years_on: 1", "years_on: 0", problems.WrongKind, 10),
    ("kind: register", "kind: photo", problems.UnknownChoice, 11),
    ('row: "1.03"', "row: 1.03", problems.WrongKind, 1),
    ('row: "1.03"', 'row: "1-03"', problems.WrongKind, 1),
    ("item: 1\n", "item: 2\n", RowOfAnotherItem, 2),
    ('row: "21.10"\n  item: 21', 'row: "1.03"\n  item: 1', problems.DoubleKey, 13),
    ('row: "21.10"\n  item: 21', 'row: "1.02"\n  item: 1', RowOutOfOrder, 13),
    ("kind: task", "kind: signed", TaskWanted, 21),
    ('promise: {zh-Hans: 种树, en: "Plant trees"}', "promise: {zh-Hans: 种树}", problems.MissingKey, 3),
    (GOOD, "", problems.WrongKind, 1),
]  # fmt: skip


SOURCED = GOOD.replace("unit: mu", "unit: percent").replace(
    "{kind: register,", "{kind: register, register: tree, filled: tag, where: {kind: oak}, against_places: true,"
)
KNOWN = Known({"grid.closed"}, {"tree": ["tag", "kind"]})
MISNAMED = [
    ("register: tree", "register: trees", SourceUnknown, 11),
    ("filled: tag", "filled: tags", SourceUnknown, 11),
    ("{kind: oak}", "{sort: oak}", SourceUnknown, 11),
    ("register: tree, ", "", SourceMisplaced, 11),
    ("filled: tag, ", "", SourceMisplaced, 11),
    ("register: tree", "indicator: grid.closed", SourceMisplaced, 11),
    ("kind: register, register: tree, filled: tag, where: {kind: oak}, against_places: true",
     "kind: indicator, indicator: grid.opened", SourceUnknown, 11),
    ("unit: percent", "unit: mu", SourceUnitOther, 8),
    ("filled: tag, where: {kind: oak}, against_places: true", "where: {kind: oak}", SourceUnitOther, 8),
]  # fmt: skip


def sourced(content: str) -> tuple[Commitment, ...]:
    return commitments(read_text(content, name="plan.yaml"), teams=TEAMS, known=KNOWN)


def test_a_row_names_the_register_or_indicator_that_its_figures_come_from() -> None:
    assert sourced(SOURCED)[0].evidence.source == Source(
        register="tree", filled="tag", where=(("kind", "oak"),), places=True
    )
    counted = SOURCED.replace(SOURCED[SOURCED.index("{kind: register") : SOURCED.index(" what: {zh-Hans: 台账")],
                              "{kind: indicator, indicator: grid.closed, of: water,")  # fmt: skip
    assert sourced(counted)[0].evidence.source == Source(indicator="grid.closed", of="water")
    assert sourced(GOOD)[0].evidence.source is None


@pytest.mark.parametrize(("right", "wrong", "problem", "line"), MISNAMED, ids=lambda value: str(value)[:40])
def test_a_source_that_is_not_there_or_does_not_fit_is_refused(right, wrong, problem, line) -> None:
    assert right in SOURCED
    with pytest.raises(problem) as refusal:
        sourced(SOURCED.replace(right, wrong, 1))
    assert type(refusal.value) is problem
    assert refusal.value.line == line


@pytest.mark.parametrize(("right", "wrong", "problem", "line"), SPOILED, ids=lambda value: str(value)[:40])
def test_a_slip_is_refused_with_file_and_line(right: str, wrong: str, problem: type, line: int) -> None:
    assert right in GOOD
    with pytest.raises(problem) as refusal:
        loaded(GOOD.replace(right, wrong, 1))
    assert type(refusal.value) is problem
    assert (refusal.value.file, refusal.value.line) == ("plan.yaml", line)


def test_a_doubled_row_names_where_the_first_one_stands() -> None:
    with pytest.raises(problems.DoubleKey) as refusal:
        loaded(GOOD + GOOD)
    assert (refusal.value.line, refusal.value.parameters["first"]) == (22, "plan.yaml:1")


def test_a_file_is_read_from_the_town_and_a_missing_one_refused(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(GOOD, encoding="utf-8")
    assert read_commitments(tmp_path / "plan.yaml", teams=TEAMS) == loaded(GOOD)
    with pytest.raises(problems.UnreadableYaml):
        read_commitments(tmp_path / "gone.yaml", teams=TEAMS)


PACKS_ROW = """\
- row: "21.51"
  item: 21
  promise: {zh-Hans: 公厕干净, en: "Clean toilets"}
  systems: [S22]
  kinds: [target]
  owner: water
  measure: {zh-Hans: 按期率, en: "Share in time"}
  due: "12-31"
  evidence: {kind: indicator, what: {zh-Hans: 案件, en: "Cases"}}
"""


def with_pack(content: str) -> tuple[Commitment, ...]:
    town, pack = read_text(GOOD, name="plan.yaml"), read_text(content, name="packs/toilets/plan.yaml")
    return commitments(town, teams=TEAMS, of_packs=[pack])


def test_a_packs_row_stands_after_the_towns_own() -> None:
    *ours, theirs = with_pack(PACKS_ROW)
    assert [one.row for one in ours] == ["1.03", "21.10"]
    assert (theirs.row, theirs.evidence.kind) == ("21.51", "indicator")


@pytest.mark.parametrize(
    ("right", "wrong", "slug", "line"),
    [
        ('"21.51"', '"21.11"', "plan-row-of-the-town", 1),
        ('"21.51"', '"21.10"', "rule-file-double-key", 1),
        ("owner: water", "owner: toilets", "rule-file-unknown-choice", 6),
    ],
)
def test_a_packs_row_that_does_not_fit_is_refused_at_its_line(right: str, wrong: str, slug: str, line: int) -> None:
    with pytest.raises(problems.RuleFileProblem) as refused:
        with_pack(PACKS_ROW.replace(right, wrong))
    assert (refused.value.file, refused.value.line, refused.value.slug) == ("packs/toilets/plan.yaml", line, slug)
