"""A rule that is declared and never read promises what nobody keeps: each one is looked up somewhere, or it goes."""

import ast
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from yiwang.cases.classes import DEMANDS

FAMILIES: Mapping[str, tuple[str, ...]] = {"hotline.limit.": DEMANDS}
"""Rules that are looked up by a name put together (an f-string that begins so), and the endings that it is given."""


def declared(tree: Any) -> dict[str, str]:
    """Every dated rule of the package, its packs and the towns, with its file."""
    found = {}
    for folder in ("yiwang", "towns"):
        for path in tree.files(".yaml", under=folder):
            rows = yaml.safe_load(path.read_text(encoding="utf-8"))
            for row in rows if isinstance(rows, list) else ():
                if isinstance(row, dict) and {"id", "values"} <= set(row):
                    found[row["id"]] = tree.name(path)
    return found


def looked_up(source: Any, families: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Every text of the code that may be a rule's name; docstrings look nothing up."""
    for node in source.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.lineno not in source.docstrings:
            yield node.value
        elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            begin = str(node.values[0].value)
            yield from (begin + ending for ending in families.get(begin, ()))


def unread(tree: Any, families: Mapping[str, tuple[str, ...]] = FAMILIES) -> dict[str, str]:
    read = {text for source in tree.code for text in looked_up(source, families)}
    return {rule: file for rule, file in declared(tree).items() if rule not in read}


def test_every_dated_rule_is_looked_up_somewhere_in_the_code(tree: Any) -> None:
    assert len(declared(tree)) > 10
    assert unread(tree) == {}, "use these rules, or take them out: a rule that nobody reads binds nobody"


def test_the_check_finds_a_rule_that_only_a_docstring_names_and_one_that_no_family_asks_for(made) -> None:
    rules = "".join(f"- {{id: {name}, values: []}}\n" for name in ("a.read", "a.named", "f.one", "f.two"))
    code = '"""Like a.named."""\nBOOK["a.read"]\nBOOK[f"f.{kind}"]\n"""a.named"""\n'
    planted = made({"yiwang/packs/x/params/x.yaml": rules, "yiwang/cases/law.py": code})
    assert set(unread(planted, {"f.": ("one",)})) == {"a.named", "f.two"}
