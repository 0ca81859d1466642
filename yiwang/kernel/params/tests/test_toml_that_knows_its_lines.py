"""TOML read into the same nodes as YAML, each key with the line on which its statement begins."""

from decimal import Decimal

import pytest

from yiwang.kernel.params import problems
from yiwang.kernel.params.tomlfile import read_toml
from yiwang.kernel.params.yamlfile import listed, mapping, number, text

CONTENT = '''\
# a comment with name = "nobody"
name = "lifts"   # = "not this"

serves = [
    "S13",  # name = "nor this"
    "S16",
]
words = """
name = "inside a text"
"""
title.en = "Lifts"
title.zh-Hans = "电梯"
share = 0.30

[deep.down]
size = 1
list = [{ a = 1 }, { a = 2 }]
'''


@pytest.fixture
def path(tmp_path):
    return tmp_path / "pack.toml"


def lines_of(node, way=""):
    """The line of every key, by its dotted way."""
    if not isinstance(node.value, dict):
        return {way: node.line}
    inner = {name: line for key, found in node.value.items() for name, line in lines_of(found, f"{way}.{key}").items()}
    return {way: node.line, **inner} if way else inner


def test_every_key_knows_the_line_on_which_it_begins(path):
    path.write_text(CONTENT, encoding="utf-8")
    node = read_toml(path)
    assert lines_of(node) == {
        ".name": 2,
        ".serves": 4,
        ".words": 8,
        ".title": 11,
        ".title.en": 11,
        ".title.zh-Hans": 12,
        ".share": 13,
        ".deep": 15,
        ".deep.down": 15,
        ".deep.down.size": 16,
        ".deep.down.list": 17,
    }
    assert {item.line for item in node.value["serves"].value} == {4}
    assert node.value["share"].value == Decimal("0.30")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('name = "lifts"\nserves = [\n  "S13"\n  "S16"\n]\n', 4),
        ('name = "lifts"\nname = "lamps"\n', 2),
        ('name = "lifts\n', 1),
        ('name = "lifts"\nserves = [', 2),
        ("name: lifts\n", 1),
    ],
)
def test_what_is_no_toml_is_refused_with_its_line(path, content, line):
    path.write_text(content, encoding="utf-8")
    with pytest.raises(problems.UnreadableToml) as refusal:
        read_toml(path)
    assert (refusal.value.file, refusal.value.line) == (str(path), line)


def test_a_file_that_is_not_there_or_not_utf_8_is_refused(path):
    with pytest.raises(problems.UnreadableToml):
        read_toml(path)
    path.write_bytes('name = "电梯"'.encode("gbk"))
    with pytest.raises(problems.NotUtf8):
        read_toml(path)


def test_a_mark_before_the_text_is_no_fault_and_a_full_width_quote_is_named(path):
    path.write_bytes(b"\xef\xbb\xbf" + 'name = "电梯，一部"\n'.encode())
    assert read_toml(path).value["name"].value == "电梯，一部"
    path.write_text('serves = ["S13"]\nname = “电梯”\n', encoding="utf-8")
    with pytest.raises(problems.FullWidthSign) as refused:
        read_toml(path)
    assert (refused.value.line, refused.value.parameters["sign"]) == (2, "“")


CARD = mapping({"name": text, "serves": listed(text), "share": number})


@pytest.mark.parametrize(
    ("content", "problem", "line"),
    [
        ('name = "lifts"\nserves = ["S13"]\nshare = 1\nshere = 1\n', problems.UnknownKey, 4),
        ('name = "lifts"\nserves = ["S13"]\n', problems.MissingKey, 1),
        ('name = "lifts"\n\nserves = [\n "S13",\n 16,\n]\nshare = 1\n', problems.WrongKind, 3),
        ('share = "much"\nname = "lifts"\nserves = ["S13"]\n', problems.WrongKind, 1),
    ],
)
def test_the_checks_of_yaml_work_on_toml(path, content, problem, line):
    path.write_text(content, encoding="utf-8")
    with pytest.raises(problem) as refusal:
        CARD(read_toml(path))
    assert refusal.value.line == line
