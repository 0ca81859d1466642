"""Rules as dated data: which value holds on which day, and how each mistake in a file is refused (R-000)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel.params import problems
from yiwang.kernel.params.loading import Shape, load, rule_files
from yiwang.kernel.params.rulebook import canonical
from yiwang.kernel.params.yamlfile import choice, number
from yiwang.kernel.wording import problem_text

GOOD = """\
- id: outfall.limit
  text: {zh-Hans: 排口限值, en: Limit at the outfall}
  unit: mg/L
  source: {reference: GB 0000, article: 表 1}
  verified: false
  scope: national
  values:
    - {from: 2015-01-01, to: 2018-12-31, value: 0.50, reference: GB 0000-2015}
    - {from: 2019-01-01, to: 2026-02-28, value: 0.30, reference: GB 0000-2018, verified: true}
    - from: 2026-03-01
      value: {day: 0.30, night: [1, 2]}
      reference: GB 0000-2026
"""


def written(folder: Path, content: str, name: str = "rules.yaml") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("day", "value", "reference", "verified"),
    [
        ("2015-01-01", Decimal("0.50"), "GB 0000-2015", False),
        ("2018-12-31", Decimal("0.50"), "GB 0000-2015", False),
        ("2019-01-01", Decimal("0.30"), "GB 0000-2018", True),
        ("2026-02-28", Decimal("0.30"), "GB 0000-2018", True),
        ("2026-03-01", {"day": Decimal("0.30"), "night": (1, 2)}, "GB 0000-2026", False),
        ("2099-12-31", {"day": Decimal("0.30"), "night": (1, 2)}, "GB 0000-2026", False),
    ],
)
def test_a_rule_is_read_by_the_day_of_the_fact(tmp_path, day, value, reference, verified):
    version = load([written(tmp_path, GOOD)]).on("outfall.limit", date.fromisoformat(day))
    assert (version.value, version.reference, version.verified) == (value, reference, verified)
    assert version.version == f"outfall.limit@{version.effective_from}"


def test_a_day_before_the_first_value_has_no_rule(tmp_path):
    with pytest.raises(problems.RuleNotInForce) as refusal:
        load([written(tmp_path, GOOD)]).on("outfall.limit", date(2014, 12, 31))
    assert "2015-01-01" in problem_text(refusal.value, "en")["why"]


def test_a_day_after_the_last_value_has_no_rule(tmp_path):
    closed = GOOD.split("    - from: 2026")[0]
    with pytest.raises(problems.RuleNotInForce):
        load([written(tmp_path, closed)]).on("outfall.limit", date(2026, 3, 1))


def test_a_wrong_name_is_answered_with_similar_ones(tmp_path):
    with pytest.raises(problems.RuleUnknown) as refusal:
        load([written(tmp_path, GOOD)]).on("outfal.limit", date(2019, 1, 1))
    assert refusal.value.parameters["near"] == "outfall.limit"


def test_a_moment_is_not_a_day(tmp_path):
    with pytest.raises(TypeError):
        load([written(tmp_path, GOOD)]).on("outfall.limit", datetime(2019, 1, 1, tzinfo=UTC))


MISTAKES = [
    ("  scope: national", "  skope: national", problems.UnknownKey, 6),
    ("  scope: national\n", "", problems.MissingKey, 1),
    (", reference: GB 0000-2015", "", problems.MissingKey, 8),
    ("reference: GB 0000-2015", "reference:", problems.MissingKey, 8),
    ("from: 2019-01-01", "from: 2018-12-31", problems.DatesOverlap, 9),
    ("from: 2019-01-01", "from: 2019-01-02", problems.DatesGap, 9),
    ("to: 2018-12-31, ", "", problems.DatesOverlap, 9),
    ("to: 2018-12-31", "to: 2014-12-31", problems.DatesBackwards, 8),
    ("from: 2015-01-01", "from: 2015-02-29", problems.WrongKind, 8),
    ("from: 2015-01-01", "from: soon", problems.WrongKind, 8),
    ("verified: false", "verified: no", problems.WrongKind, 5),
    ("unit: mg/L", "unit: mg/L\n  unit: g/L", problems.DoubleKey, 4),
    ("value: 0.50", "value: *half", problems.UnreadableYaml, 8),
    ("value: 0.50", "value: [0.50", problems.UnreadableYaml, 8),
    ("value: 0.50", "value: !!python/name:os.system 0.50", problems.UnreadableYaml, 8),
    ("  values:", "  values: []\n  rest:", problems.UnknownKey, 8),
    ("- id: outfall.limit", "- id: Out Fall", problems.WrongKind, 1),
]


@pytest.mark.parametrize(("right", "wrong", "problem", "line"), MISTAKES)
def test_each_mistake_is_refused_with_file_and_line(tmp_path, right, wrong, problem, line):
    assert right in GOOD
    path = written(tmp_path, GOOD.replace(right, wrong, 1))
    with pytest.raises(problem) as refusal:
        load([path])
    assert refusal.value.line == line
    assert str(refusal.value).startswith(f"{path}:{line}: ")
    assert {"what", "why", "do"} == set(problem_text(refusal.value, "zh-Hans"))


def test_the_same_id_in_two_files_is_refused_and_names_both(tmp_path):
    one, two = written(tmp_path, GOOD, "one.yaml"), written(tmp_path, GOOD, "two.yaml")
    with pytest.raises(problems.DoubleKey) as refusal:
        load([one, two])
    assert refusal.value.file == str(two)
    assert refusal.value.parameters["first"] == f"{one}:1"


def test_all_mistakes_of_all_files_are_found_at_once(tmp_path):
    spoiled = GOOD.replace("  scope: national", "  skope: national").replace("from: 2015-01-01", "from: soon")
    other = GOOD.replace("outfall.limit", "air.limit").replace("from: 2019-01-01", "from: 2019-01-02")
    one, two = written(tmp_path, spoiled, "one.yaml"), written(tmp_path, other, "two.yaml")
    with pytest.raises(problems.UnknownKey) as refusal:
        load([one, two])
    found = [(fault.file, fault.line, type(fault)) for fault in refusal.value.everything()]
    assert found == [
        (str(one), 6, problems.UnknownKey),
        (str(one), 1, problems.MissingKey),
        (str(one), 8, problems.WrongKind),
        (str(two), 9, problems.DatesGap),
    ]


def test_a_file_that_is_not_utf_8_is_refused(tmp_path):
    path = tmp_path / "gbk.yaml"
    path.write_bytes("# rules\n- id: 规则".encode("gbk"))
    with pytest.raises(problems.NotUtf8) as refused:
        load([path])
    assert refused.value.line == 2


def test_every_refusal_has_words_in_both_languages():
    others = problems.RuleFileProblem.__subclasses__()
    classes = [problems.RuleFileProblem, *(each for each in others if each.__module__ == problems.__name__)]
    names = ("key", "known", "first", "found", "wanted", "start", "end", "rule", "day", "other", "why", "near", "sign")
    everything = dict.fromkeys(names, "1")
    for problem in classes:
        for language in ("zh-Hans", "en"):
            assert all(problem_text(problem(file="a.yaml", line=1, **everything), language).values())


def test_the_hash_stays_when_a_value_is_closed_or_reworded_and_changes_with_what_decides(tmp_path):
    def hash_on_2027(content: str) -> str:
        return load([written(tmp_path, content)]).on("outfall.limit", date(2027, 1, 1)).hash

    usual = hash_on_2027(GOOD)
    assert len(usual) == 64
    assert hash_on_2027(GOOD.replace("from: 2026-03-01", "from: 2026-03-01\n      to: 2029-12-31")) == usual
    assert hash_on_2027(GOOD.replace("排口限值", "排放口限值")) == usual
    assert hash_on_2027(GOOD.replace("night: [1, 2]", "night: [1, 3]")) != usual
    assert hash_on_2027(GOOD.replace("GB 0000-2026", "GB 0001-2026")) != usual
    assert hash_on_2027(GOOD.replace("{day: 0.30", "{day: 0.3")) == usual


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=3), PLAIN, max_size=4))
def test_canonical_json_does_not_depend_on_the_order_of_keys(value):
    assert canonical(dict(reversed(value.items()))) == canonical(value)


def test_a_reader_may_say_what_a_value_must_look_like(tmp_path):
    path = written(tmp_path, GOOD)
    assert load([path], shapes={"another.rule": Shape(value=number)}).ids() == ("outfall.limit",)
    with pytest.raises(problems.WrongKind) as refusal:
        load([path], shapes={"outfall.limit": Shape(value=number)})
    assert refusal.value.line == 11


def test_a_reader_may_say_what_a_unit_must_be(tmp_path):
    with pytest.raises(problems.UnknownChoice):
        load([written(tmp_path, GOOD)], shapes={"outfall.limit": Shape(unit=choice("fortnight"))})


def test_a_rule_that_is_wanted_and_missing_is_refused_with_the_names_like_it(tmp_path):
    with pytest.raises(problems.RuleWanted) as refusal:
        load([written(tmp_path, GOOD)], shapes={"outfall.limits": Shape()}, all_of_them=True)
    assert refusal.value.parameters["near"] == "outfall.limit"


def test_only_params_folders_are_searched_for_rules(tmp_path):
    (tmp_path / "params").mkdir()
    wanted = written(tmp_path / "params", GOOD)
    written(tmp_path, GOOD)
    assert rule_files(tmp_path) == (wanted,)
