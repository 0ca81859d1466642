"""Chinese on screen is written with Chinese punctuation: a half-width comma or colon between full-width ones looks careless."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ENDS = r"(?:[\"'] %\}|\{% end\w+ %\}|</\w+>)"
"""What may stand in a template between a Chinese word and the mark after it: the end of a translation, a block or an element."""
HALF_WIDTH = re.compile(
    rf"[\u3400-\u9fff）”》]{ENDS}*[,:;?!](?!//)|[\u3400-\u9fff]{ENDS}+\("
    r"|[\u3400-\u9fff]\([^)]*\)|\([^)a-z]*[\u3400-\u9fff][^)a-z]*\)"
)
"""A half-width mark right after a Chinese character, or half-width brackets around or right after Chinese."""
TRANSLATED = {"_", "gettext", "gettext_lazy", "ngettext"}


def faults_in(text: str) -> list[str]:
    """The places in a Chinese text that a careful typesetter would mend, each with a little of what stands before."""
    return [text[max(0, found.start() - 6) : found.end()] for found in HALF_WIDTH.finditer(text)]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("请稍候，马上就好。", []),
        ("请稍候,马上就好。", ["请稍候,"]),
        ("办公时间:8:30", ["办公时间:"]),
        ("办公时间：8:30，见 https://x.example/a", []),
        ("居委会辖区(示意)", ["居委会辖区(示意)"]),
        ("（示意）,不是测绘成果", ["（示意）,"]),
        ('{% translate "手机号" %}:<b>1</b>', ['te "手机号" %}:']),
        ("<a>用手机号登录</a>,或者打开链接", [">用手机号登录</a>,"]),
        ('{% translate "地点列表" %}({{ n }})', ['e "地点列表" %}(']),
        ("WGS84（即 CGCS2000）", []),
    ],
)
def test_the_check_finds_what_a_typesetter_would(text: str, faults: list[str]) -> None:
    assert faults_in(text) == faults


def strings_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for key, inner in value.items() if key != "en" for text in strings_of(inner))
    elif isinstance(value, list):
        yield from (text for inner in value for text in strings_of(inner))


def words_of_pages(tree: Any) -> Iterator[tuple[str, str]]:
    for path in sorted((tree.root / "yiwang").rglob("*.html")):
        yield path.name, path.read_text(encoding="utf-8")
    for path in sorted(tree.root.glob("**/*.zh.md")):
        if ".venv" not in path.parts:
            yield path.name, without_code(path)


def words_in_yaml(tree: Any) -> Iterator[tuple[str, str]]:
    for path in sorted([*(tree.root / "yiwang").rglob("*.yaml"), *(tree.root / "towns").rglob("*.yaml")]):
        if path.name != "en.yaml":
            for text in strings_of(yaml.safe_load(path.read_text(encoding="utf-8"))):
                yield f"{path.parent.name}/{path.name}", text


def marked_in_code(tree: Any) -> Iterator[tuple[str, str]]:
    calls = (
        (source, node) for source in tree.code for node, name in source.calls() if name.split(".")[-1] in TRANSLATED
    )
    for source, node in calls:
        for argument in node.args:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield source.at(node), argument.value


def without_code(path: Path) -> str:
    return re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_chinese_on_screen_has_chinese_punctuation(tree: Any) -> None:
    texts = [*words_of_pages(tree), *words_in_yaml(tree), *marked_in_code(tree)]
    assert len(texts) > 1000
    faults = [f"{where}: {fault}" for where, text in texts for fault in faults_in(text)]
    assert not faults, "\n".join(["", *faults])
