"""The strict YAML reader and the checker that other modules use for their own files."""

from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings

from yiwang.kernel.params import problems, yamlfile
from yiwang.kernel.params.yamlfile import (
    anything,
    choice,
    flag,
    listed,
    mapping,
    nullable,
    number,
    optional,
    read_text,
    table,
    text,
    whole,
)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("08:30", "08:30"),
        ("no", "no"),
        ("off", "off"),
        ("true", True),
        ("0o17", "0o17"),
        ("017", "017"),
        ("12", 12),
        ("-3", -3),
        ("0.30", Decimal("0.30")),
        ("1e3", "1e3"),
        ("2019-01-31", date(2019, 1, 31)),
        ("2019-01-31..2019-02-01", "2019-01-31..2019-02-01"),
        ("2019-01-31 08:30:00", "2019-01-31 08:30:00"),
        ("~", None),
        ("null", None),
        ("'12'", "12"),
    ],
)
def test_a_scalar_means_what_a_clerk_would_think(written, value):
    node = read_text(f"key: {written}", name="a.yaml").value["key"]
    assert node.value == value
    assert type(node.value) is type(value)


def test_every_value_knows_its_line():
    node = read_text("a: 1\nb:\n  - c: 2\n  -\n    d: 3\n", name="a.yaml")
    assert node.value["a"].line == 1
    assert node.value["b"].line == 2
    assert [item.value[key].line for item, key in zip(node.value["b"].value, "cd", strict=True)] == [3, 5]


PERMISSIONS = table(text, table(choice("dispatcher", "handler"), choice("own", "team", "town")))


def test_a_table_with_free_keys_is_checked_in_keys_and_values():
    rows = PERMISSIONS(read_text("case.assign: {dispatcher: town, handler: team}", name="p.yaml"))
    assert rows == {"case.assign": {"dispatcher": "town", "handler": "team"}}


@pytest.mark.parametrize(
    ("written", "problem", "line"),
    [
        ("case.assign:\n  dispacher: town", problems.UnknownChoice, 2),
        ("case.assign:\n  dispatcher: city", problems.UnknownChoice, 2),
        ("case.assign: town", problems.WrongKind, 1),
        ("", problems.WrongKind, 1),
    ],
)
def test_a_mistake_in_a_free_table_names_its_line(written, problem, line):
    with pytest.raises(problem) as refusal:
        PERMISSIONS(read_text(written, name="p.yaml"))
    assert (refusal.value.file, refusal.value.line) == ("p.yaml", line)


CASE_TYPE = mapping(
    {
        "code": text,
        "hours": whole,
        "share": number,
        "photo": flag,
        "note": optional(nullable(text), "—"),
        "more": optional(anything),
    }
)


def test_a_mapping_gives_defaults_for_optional_keys_and_remembers_lines():
    row = CASE_TYPE(read_text("code: 暴露垃圾\nhours: 4\nshare: 1\nphoto: true\nmore: {a: [1]}", name="t.yaml"))
    assert row == {
        "code": "暴露垃圾",
        "hours": 4,
        "share": Decimal(1),
        "photo": True,
        "note": "—",
        "more": {"a": [1]},
    }
    assert row.refuse("photo", problems.RuleFileProblem).line == 4
    assert row.refuse("note", problems.RuleFileProblem).line == 1


@pytest.mark.parametrize("written", ["hours: true", "hours: '4'", "hours: 4.0", "share: x", "photo: 1", "code: 12"])
def test_a_value_of_another_kind_is_refused_with_an_example(written):
    key = written.split(":")[0]
    good = {"code": "x", "hours": "4", "share": "1", "photo": "true"}
    lines = [written if name == key else f"{name}: {value}" for name, value in good.items()]
    with pytest.raises(problems.WrongKind) as refusal:
        CASE_TYPE(read_text("\n".join(lines), name="t.yaml"))
    assert refusal.value.line == list(good).index(key) + 1


def test_an_empty_list_is_refused_unless_it_may_be_empty():
    node = read_text("[]", name="t.yaml")
    assert listed(text, empty=True)(node) == []
    with pytest.raises(problems.WrongKind):
        listed(text)(node)


@pytest.mark.parametrize(
    ("written", "problem", "line"),
    [
        ("a: 1\n\tb: 2\n", problems.TabIndents, 2),
        ("a：甲\nb: 2\n", problems.FullWidthSign, 1),
        ("a: 1\n- {x: 甲，乙， y： 2}\nb", problems.FullWidthSign, 2),
        ('a: “甲"\n b: ]\n', problems.FullWidthSign, 1),
        ("a: 甲，乙：丙\nb: [1\n", problems.UnreadableYaml, 3),
    ],
)
def test_a_habit_of_typing_is_named_and_full_width_signs_inside_a_sentence_are_not(written, problem, line):
    with pytest.raises(problems.RuleFileProblem) as refused:
        read_text(written, name="x.yaml")
    assert (type(refused.value), refused.value.line) == (problem, line)


RULE_FILES = sorted(
    path for root in (settings.ROOT / "yiwang", settings.ROOT / "towns") for path in root.rglob("*.yaml")
)


def test_the_fast_reading_of_every_file_of_ours_is_the_strict_one_line_for_line():
    assert len(RULE_FILES) > 100
    for path in RULE_FILES:
        content = path.read_text(encoding="utf-8")
        strict = yamlfile._root(content, yamlfile._StrictLoader)
        fast = yamlfile._fast(content)
        if fast is None and "&" in content:  # left to the strict one: it might be an anchor
            continue
        assert (fast is None) == (strict is None), path
        assert strict is None or yamlfile._node(fast, "a.yaml") == yamlfile._node(strict, "a.yaml"), path


@pytest.mark.parametrize("written", ["a: &x 1\nb: *x\n", "a:\t1\n", "a: *x\n"])
def test_what_the_fast_reading_would_forgive_is_left_to_the_strict_one(written):
    assert yamlfile._fast(written) is None
