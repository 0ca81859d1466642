"""Alarm rules as packs write them: what a file means, and what is refused at which line."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from yiwang.intake.sensing.alarms import declared
from yiwang.intake.sensing.alarms.conditions import (
    Count,
    Limit,
    Missing,
    Number,
    OfRow,
    Rate,
    Rung,
    Series,
    Several,
    Stuck,
    Unusable,
)
from yiwang.intake.sensing.alarms.levels import RowSpan, watch
from yiwang.kernel.params import loading
from yiwang.kernel.params.problems import RuleFileProblem

ALARMS = """\
alarms:
  - code: ponds.ammonia
    name: {zh-Hans: 氨氮超过目标, en: Ammonia over target}
    stands_at: pond
    when:
      limit: {factor: w21003, statistic: avg, interval: hour, back_percent: 90,
        over: {standard: ponds.table, path: [nh3n, at_most, {field: target, as: {iii: 3, iv: 4}}]}}
    lasting: 1 h
    clear_after: 2 h
    speaks_for: 3 h
    severities:
      - {severity: minor}
      - {severity: serious, times: 2, lasting: 1 d}
    opens: {type: E-77-01, team_field: team}
    proof: 24 h
    from: 2019-01-01
    reference: {zh-Hans: 虚构, en: invented}
    verified: false
"""
REGISTERS = """\
- code: pond
  name: {zh-Hans: 池塘, en: Ponds}
  systems: [S02]
  source: master
  owner: water
  legal_basis: invented
  purpose: {zh-Hans: 试, en: Test}
  retention_months: 12
  disclosure: public
  place: none
  key: [code]
  fields:
    - {code: code, name: {zh-Hans: 编号, en: Code}, type: text, required: true}
    - {code: permit, name: {zh-Hans: 许可, en: Permit}, type: decimal, unit: mg/L}
    - {code: team, name: {zh-Hans: 部门, en: Team}, type: team}
    - {code: dug_on, name: {zh-Hans: 挖成, en: Dug on}, type: date}
    - code: target
      name: {zh-Hans: 目标, en: Target}
      type: choice
      choices: [{code: iii, name: {zh-Hans: 三, en: III}}, {code: iv, name: {zh-Hans: 四, en: IV}}]
"""
TYPES = """\
classes:
  - code: E-77
    name: {zh-Hans: 池塘, en: Ponds}
    types:
      - code: E-77-01
        name: {zh-Hans: 水质超标, en: Water beyond limits}
        department: water
        photo: false
        urgent: false
        limits: [{from: 2019-01-01, accept: 1 working_hour, dispatch: 1 working_hour, handle: 1 working_day,
          verify: 1 working_day, reference: invented, verified: false}]
        examples: []
"""
TABLE = """\
- id: ponds.table
  text: {zh-Hans: 虚构的表, en: An invented table}
  unit: mg/L
  source: {reference: invented}
  verified: true
  scope: town
  values:
    - {from: 2002-06-01, to: 2026-02-28, reference: old, value: {nh3n: {at_most: [0.15, 0.5, 1.0, 1.5, 2.0]}}}
    - {from: 2026-03-01, reference: new, verified: false, value: {nh3n: {at_most: [0.15, 0.5, 0.9, 1.4, 2.0]}}}
"""
HOURLY = Series("w21003", "avg", "hour")


@pytest.fixture
def ponds(tmp_path: Path) -> Path:
    """A made-up pack's folder with what alarm rules may name."""
    folder = tmp_path / "ponds"
    (folder / "params").mkdir(parents=True)
    files = {"registers.yaml": REGISTERS, "case_types.yaml": TYPES, "params/table.yaml": TABLE, "alarms.yaml": ALARMS}
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def told(folder: Path, right: str = "", wrong: str = "") -> list[str]:
    """What is wrong with the rules when one thing is spoilt: line and slug of each fault."""
    path = folder / "alarms.yaml"
    content = path.read_text(encoding="utf-8")
    assert right in content
    path.write_text(content.replace(right, wrong, 1), encoding="utf-8")
    try:
        declared.load([folder])
    except RuleFileProblem as fault:
        return [f"{one.line} {one.slug}" for one in fault.everything()]
    return []


def test_a_rule_says_all_that_its_file_says(ponds):
    rule = declared.load([ponds])["ponds.ammonia"]
    assert (rule.lasting, rule.clear_after, rule.speaks_for) == tuple(timedelta(hours=hours) for hours in (1, 2, 3))
    assert (rule.proof, rule.effective_from) == (timedelta(days=1), date(2019, 1, 1))
    assert rule.ladder == (
        Rung("minor", Decimal(0), timedelta(0)),
        Rung("serious", Decimal(2), timedelta(days=1)),
    )
    assert (rule.case_type, rule.team_field, rule.stands_at) == ("E-77-01", "team", "pond")
    assert (rule.version, rule.series) == ("ponds.ammonia@2019-01-01", (HOURLY,))


def test_the_limit_is_read_by_the_day_of_the_standard_and_of_the_register_row(ponds):
    rule = declared.load([ponds])["ponds.ammonia"]
    rulebook = loading.load(loading.rule_files(ponds))
    rows = [
        RowSpan(date(2025, 7, 1), None, "pond", "P-1", {"target": "iii"}),
        RowSpan(date(2019, 1, 1), date(2025, 6, 30), "pond", "P-1", {"target": "iv"}),
    ]
    ((_, levels),) = watch(rule, rulebook, rows).levels.items()
    assert [(one.first, one.last, one.value, one.verified) for one in levels] == [
        (date(2019, 1, 1), date(2025, 6, 30), Decimal("1.5"), True),
        (date(2025, 7, 1), date(2026, 2, 28), Decimal("1.0"), True),
        (date(2026, 3, 1), None, Decimal("0.9"), False),
    ]
    assert {one.version for one in levels} == {"ponds.table@2002-06-01", "ponds.table@2026-03-01"}


def test_a_row_without_a_target_has_no_limit(ponds):
    rule = declared.load([ponds])["ponds.ammonia"]
    rulebook = loading.load(loading.rule_files(ponds))
    ((_, levels),) = watch(rule, rulebook, [RowSpan(date(2019, 1, 1), None, "pond", "P-1", {})]).levels.items()
    assert {one.value for one in levels} == {None}


BY_TARGET = "{field: target, as: {iii: 3, iv: 4}}"
BY_DAY = "{field: dug_on, before: 5, from: {2010-01-01: 4, 2006-01-01: 3}}"


@pytest.mark.parametrize(
    ("dug_on", "unsaid", "limit"),
    [
        ("2005-12-31", "", "2.0"),
        ("2006-01-01", "", "1.0"),
        ("2009-12-31", "", "1.0"),
        ("2010-01-01", "", "1.5"),
        (None, "", None),
        (None, ", unsaid: 1", "0.15"),
        ("2010-01-01", ", unsaid: 1", "1.5"),
    ],
)
def test_a_day_in_the_register_row_chooses_the_limit(ponds, dug_on, unsaid, limit):
    assert told(ponds, BY_TARGET, BY_DAY.replace("}}", f"}}{unsaid}}}")) == []
    rulebook = loading.load(loading.rule_files(ponds))
    row = RowSpan(date(2024, 1, 1), date(2024, 12, 31), "pond", "P-1", {"dug_on": dug_on})
    ((level,),) = watch(declared.load([ponds])["ponds.ammonia"], rulebook, [row]).levels.values()
    assert level.value == (None if limit is None else Decimal(limit))


@pytest.mark.parametrize(
    ("right", "wrong", "faults"),
    [
        ("field: dug_on", "field: target", ["5 alarm-field-unknown"]),
        ("2010-01-01: 4", "2010-02-30: 4", ["7 rule-file-wrong-kind"]),
        ("2010-01-01: 4", "2010-01-01: 9", ["5 alarm-limit-missing"]),
        ("before: 5", "before: 9", ["5 alarm-limit-missing"]),
        ("}}", "}, unsaid: 9}", ["5 alarm-limit-missing"]),
        ("before: 5, ", "", ["7 rule-file-missing-key"]),
    ],
)
def test_a_mistake_in_a_choice_by_day_is_refused_at_its_line(ponds, right, wrong, faults):
    assert told(ponds, BY_TARGET, BY_DAY.replace(right, wrong)) == faults


def test_the_hash_is_of_what_is_judged_and_not_of_the_words(ponds):
    before = declared.load([ponds])["ponds.ammonia"].hash
    assert told(ponds, "氨氮超过目标", "氨氮超标") == []
    assert declared.load([ponds])["ponds.ammonia"].hash == before
    assert told(ponds, "clear_after: 2 h", "clear_after: 3 h") == []
    assert declared.load([ponds])["ponds.ammonia"].hash != before


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("limit: {S, over: 2}", Limit(HOURLY, "over", Number(Decimal(2)), Decimal(1))),
        ("limit: {S, under: 5.0, back_percent: 110}", Limit(HOURLY, "under", Number(Decimal(5)), Decimal("1.1"))),
        ("limit: {S, over: {field: permit}}", Limit(HOURLY, "over", OfRow("permit"), Decimal(1))),
        ("rate: {S, an_hour: 3}", Rate(HOURLY, "either", Decimal(3), Decimal(1))),
        ("rate: {S, an_hour: 3, direction: rise, back_percent: 50}", Rate(HOURLY, "rise", Decimal(3), Decimal("0.5"))),
        ("stuck: {S}", Stuck(HOURLY, Decimal(0))),
        ("unusable: {S}", Unusable(HOURLY)),
        (
            "count: {S, every: 1 h, over: 2, more_than: 6}",
            Count(HOURLY, timedelta(hours=1), Number(Decimal(2)), Number(Decimal(6))),
        ),
        (
            "any: [{limit: {S, over: 2}}, {all: [{limit: {S, over: 1}}, {stuck: {S, band: 0.1}}]}]",
            Several(
                False,
                (
                    Limit(HOURLY, "over", Number(Decimal(2)), Decimal(1)),
                    Several(
                        True,
                        (Limit(HOURLY, "over", Number(Decimal(1)), Decimal(1)), Stuck(HOURLY, Decimal("0.1"))),
                    ),
                ),
            ),
        ),
    ],
)
def test_a_condition_means(ponds, written, meant):
    plain(ponds, written)
    assert declared.load([ponds])["ponds.ammonia"].when == meant


def test_a_silence_needs_no_other_span(ponds):
    plain(ponds, "missing: {S, longer_than: 3 h}")
    assert told(ponds, "    lasting: 1 h\n    clear_after: 2 h\n    speaks_for: 3 h\n", "") == []
    assert declared.load([ponds])["ponds.ammonia"].when == Missing(HOURLY, timedelta(hours=3))


def plain(ponds: Path, condition: str) -> None:
    """Give the rule another condition (S: the hourly means), without multiples of a limit."""
    content = (ponds / "alarms.yaml").read_text(encoding="utf-8")
    begin, end = content.index("      limit:"), content.index("    lasting:")
    if "count:" in condition:  # what is counted holds at once
        content = content.replace("    lasting: 1 h\n", "")
        end = content.index("    clear_after:")
    said = condition.replace("{S", "{factor: w21003, statistic: avg, interval: hour")
    content = f"{content[:begin]}      {said}\n{content[end:]}".replace(", times: 2", "")
    (ponds / "alarms.yaml").write_text(content, encoding="utf-8")


@pytest.mark.parametrize(
    ("right", "wrong", "faults"),
    [
        ("code: ponds.ammonia", "code: pond.ammonia", ["2 alarm-of-another"]),
        ("type: E-77-01", "type: E-78-01", ["14 alarm-type-unknown"]),
        ("stands_at: pond", "stands_at: lake", ["4 alarm-register-unknown"]),
        ("    stands_at: pond\n", "", ["13 alarm-field-unknown", "4 alarm-field-unknown"]),
        ("team_field: team", "team_field: permit", ["14 alarm-field-unknown"]),
        ("{field: target, as", "{field: class, as", ["5 alarm-field-unknown"]),
        ("standard: ponds.table", "standard: ponds.tables", ["5 alarm-standard-unknown"]),
        ("path: [nh3n, at_most", "path: [nh3, at_most", ["5 alarm-limit-missing", "5 alarm-limit-missing"]),
        ("iv: 4", "iv: 9", ["5 alarm-limit-missing"]),
        ("iii: 3, iv: 4", "iii: 3", ["5 alarm-limit-missing"]),
        ("as: {iii: 3, iv: 4}", "as: {iii: 3}, without: [iv]", []),
        ("back_percent: 90", "back_percent: 110", ["6 rule-file-wrong-kind"]),
        ("back_percent: 90", "under: 1, back_percent: 90", ["6 rule-file-wrong-kind"]),
        ("lasting: 1 h", "lasting: 1 hour", ["8 rule-file-wrong-kind"]),
        ("    speaks_for: 3 h\n", "", ["2 rule-file-missing-key"]),
        ("      limit: {", "      limt: {", ["6 rule-file-unknown-key"]),
        ("severity: minor", "severity: small", ["12 rule-file-unknown-choice"]),
        ("statistic: avg", "statistic: mean", ["6 rule-file-unknown-choice"]),
        ("factor: w21003", "factor: NH3", ["6 rule-file-wrong-kind"]),
    ],
)
def test_a_mistake_is_refused_at_its_line(ponds, right, wrong, faults):
    assert told(ponds, right, wrong) == faults


@pytest.mark.parametrize(
    ("condition", "right", "wrong", "slug"),
    [
        ("stuck: {S}", "    lasting: 1 h\n", "", "alarm-standstill-without-span"),
        ("unusable: {S}", "    lasting: 1 h\n", "", "alarm-standstill-without-span"),
        ("missing: {S, longer_than: 3 h}", "", "", "alarm-silence-with-span"),
        ("stuck: {S}", "severity: serious", "severity: serious, times: 2", "alarm-times-of-nothing"),
        ("stuck: {S, band: -1}", "", "", "rule-file-wrong-kind"),
        ("rate: {S, an_hour: 0}", "", "", "rule-file-wrong-kind"),
        (
            "count: {S, every: 1 h, over: 2, more_than: 6}",
            "    clear",
            "    lasting: 1 h\n    clear",
            "alarm-count-with-span",
        ),
        ("count: {S, every: 1 h, over: 2}", "", "", "rule-file-missing-key"),
        ("count: {S, over: 2, more_than: 6}", "", "", "rule-file-missing-key"),
        ("limit: {S}", "", "", "rule-file-wrong-kind"),
        ("all: []", "", "", "rule-file-wrong-kind"),
        ("any: [{}]", "", "", "rule-file-wrong-kind"),
        ("limit: {S, over: true}", "", "", "rule-file-wrong-kind"),
    ],
)
def test_what_would_never_or_always_be_an_alarm_is_refused(ponds, condition, right, wrong, slug):
    plain(ponds, condition)
    assert [line.split()[1] for line in told(ponds, right, wrong)] == [slug]


def test_two_rules_of_one_code_are_refused(ponds):
    path = ponds / "alarms.yaml"
    path.write_text(ALARMS + ALARMS.partition("\n")[2], encoding="utf-8")
    assert told(ponds) == ["19 rule-file-double-key"]
