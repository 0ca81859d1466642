"""The commitments of Xinhai: all rows of the enumeration, each once, honest about its limits, and in the town's own words."""

import re
from decimal import Decimal

import pytest
import yaml
from django.conf import settings

from yiwang.plan.commitments import Commitment
from yiwang.plan.loading import read_commitments, read_contents

TOWN = settings.ROOT / "towns" / "xinhai"
SHARED = settings.ROOT.parent / "shared"
DOMAIN = SHARED / "domain.md"
PUBLISHED = SHARED / "data" / "plans" / "xinhai-2019.txt"

with_domain = pytest.mark.skipif(not DOMAIN.exists(), reason="the enumeration is not beside this checkout")
with_plan = pytest.mark.skipif(not PUBLISHED.exists(), reason="the published plan is not beside this checkout")

KINDS = {
    "PL": "platform",
    "PR": "process",
    "RG": "register",
    "TG": "target",
    "PJ": "project",
    "OR": "organisational",
}
UNDONE = re.compile(
    r"not built|out of scope|\bnone\b|not stated|not defined|not in the text|only$|\((limited|sensitive)\)"
)
"""How the enumeration marks what is not built as written, or what the plan leaves open."""
RUN = 12


@pytest.fixture(scope="module")
def ours() -> tuple[Commitment, ...]:
    departments = yaml.safe_load((TOWN / "departments.yaml").read_text(encoding="utf-8"))
    return read_commitments(TOWN / "plan.yaml", teams=[row["code"] for row in departments])


@pytest.fixture(scope="module")
def enumerated() -> list[list[str]]:
    """The cells of each row of Part 1: number, words of the plan, systems, target, data, kind."""
    part = re.search(r"^# Part 1\..*?(?=^# Part 2\.)", DOMAIN.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert part
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in part[0].splitlines() if line[:1] == "|"]
    found = [row for row in rows if re.fullmatch(r"\d+\.\d+", row[0])]
    assert {len(row) for row in found} == {6}
    return found


@with_domain
def test_every_row_of_the_enumeration_stands_here_once_in_its_item_with_its_systems(
    ours: tuple[Commitment, ...], enumerated: list[list[str]]
) -> None:
    assert len(ours) == 252
    wanted = [(row[0], int(row[0].split(".")[0]), tuple(re.findall(r"S\d\d", row[2]))) for row in enumerated]
    assert [(one.row, one.item, one.systems) for one in ours] == wanted


@with_domain
def test_each_is_of_the_kinds_that_the_enumeration_gives(
    ours: tuple[Commitment, ...], enumerated: list[list[str]]
) -> None:
    wanted = {row[0]: tuple(KINDS[kind] for kind in re.findall(r"\b[A-Z]{2}\b", row[5])) for row in enumerated}
    assert {one.row: one.kinds for one in ours} == wanted


@with_domain
def test_what_is_not_built_as_written_or_left_open_by_the_plan_says_so(
    ours: tuple[Commitment, ...], enumerated: list[list[str]]
) -> None:
    marked = {row[0] for row in enumerated if any(UNDONE.search(cell) for cell in (row[2], row[3], row[5]))}
    assert len(marked) >= 20
    assert sorted(marked - {one.row for one in ours if one.limits}) == []


@pytest.mark.parametrize(
    ("row", "comparator", "value", "unit"),
    [
        ("1.09", "=", "0", "count"),
        ("1.10", "=", "0", "count"),
        ("6.01", ">=", "500", "firm"),
        ("6.02", ">=", "320000000", "yuan"),
        ("7.02", ">=", "69.8", "mu"),
        ("10.07", ">=", "80", "percent"),
        ("14.03", "=", "100", "percent"),
    ],
)
def test_the_hard_figures_of_the_plan_are_targets(
    ours: tuple[Commitment, ...], row: str, comparator: str, value: str, unit: str
) -> None:
    (target,) = (one.target for one in ours if one.row == row)
    assert target
    assert (target.comparator, target.value, target.unit) == (comparator, Decimal(value), unit)


def test_no_person_is_scored_and_the_row_that_asks_for_it_says_what_stands_instead(
    ours: tuple[Commitment, ...],
) -> None:
    (row,) = (one for one in ours if one.row == "11.06")
    assert row.target
    assert row.target.value == 0
    assert row.limits
    assert "没有照建" in row.limits["zh-Hans"]


def test_what_no_system_serves_is_a_plain_task(ours: tuple[Commitment, ...]) -> None:
    unserved = [one for one in ours if not one.systems]
    assert unserved
    assert {one.evidence.kind for one in unserved} == {"task"}


def test_only_what_cases_measurements_or_the_plan_itself_can_count_is_an_indicator(
    ours: tuple[Commitment, ...],
) -> None:
    counted = {one.row for one in ours if one.evidence.kind == "indicator"}
    measured = {"1.09", "1.10", "1.11", "1.15", "1.20", "2.04", "2.05", "2.11"}
    assert counted == {"1.13", "12.01", "12.04", "12.09", "12.10", "13.17"} | measured


def test_each_has_an_owner_a_measure_a_day_an_evidence_rule_and_stands_in_an_item_of_the_plan(
    ours: tuple[Commitment, ...],
) -> None:
    items = {one.no for one in read_contents(TOWN / "plan_items.yaml").items}
    for one in ours:
        assert one.owner, one.row
        assert one.measure["zh-Hans"], one.row
        assert one.measure["en"], one.row
        assert one.due_on(2031), one.row
        assert one.evidence.what["zh-Hans"], one.row
        assert one.item in items, one.row


def test_what_is_counted_from_cases_names_its_indicator_and_the_rest_is_signed_until_there_is_a_system(
    ours: tuple[Commitment, ...],
) -> None:
    """A row of a register that does not exist yet is signed for, too; only an indicator that nobody has made can show nothing."""
    without = [one.row for one in ours if one.evidence.kind == "indicator" and one.evidence.source is None]
    assert without == []
    named = {one.row: one.evidence.kind for one in ours}
    assert {named[row] for row in ("1.12", "12.03", "13.15", "13.18", "26.07")} == {"signed"}


def test_no_two_rows_promise_the_same_in_the_same_words(ours: tuple[Commitment, ...]) -> None:
    for language in ("zh-Hans", "en"):
        promises = [one.promise[language] for one in ours]
        assert sorted({words for words in promises if promises.count(words) > 1}) == []


def runs(text: str) -> set[str]:
    """Every run of 12 Chinese characters, what stands between them left out: a comma does not make a sentence another."""
    found = ("".join(re.findall(r"[\u4e00-\u9fff]", line)) for line in text.splitlines())
    return {line[at : at + RUN] for line in found for at in range(len(line) - RUN + 1)}


@with_plan
def test_all_chinese_words_are_the_towns_own(ours: tuple[Commitment, ...]) -> None:
    published = runs(PUBLISHED.read_text(encoding="utf-8"))
    assert len(published) > 5000
    copied = [
        f"{one.row}: {min(shared)}"
        for one in ours
        for words in (one.promise, one.measure, one.evidence.what, one.limits or {"zh-Hans": ""})
        if (shared := runs(words["zh-Hans"]) & published)
    ]
    assert copied == []


@with_plan
def test_a_copied_sentence_would_be_found() -> None:
    published = PUBLISHED.read_text(encoding="utf-8")
    sentence = max(re.findall(r"[\u4e00-\u9fff]+", published), key=len)
    assert runs(sentence[:6] + "，" + sentence[6:]) & runs(published)
