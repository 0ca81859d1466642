"""The rules that a pack's `quality.yaml` answers for: each is done, todo with a reason, or exempt with a reason.

Where a machine can see it, the check stands beside the rule: a pack cannot say "done" of what is not so.
"""

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from yiwang.cases.classes import CaseType
from yiwang.kernel.params.rulebook import Rulebook, RuleVersion
from yiwang.kernel.params.yamlfile import Node, Row, choice, mapping, text

HAN = re.compile(r"[\u4e00-\u9fff]")
TELLING_DIGITS = re.compile(r"\d{7}")
"""As long as a telephone or identity number: no invented sentence needs one."""
EXAMPLES_LEAST = 8
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a pack, as far as rules of quality look at it. `texts`: by language the checked texts file."""

    folder: Path
    types: tuple[CaseType, ...]
    rulebook: Rulebook
    texts: dict[str, Row]

    def versions(self) -> Iterator[RuleVersion]:
        """Every value of every dated rule."""
        return (version for rule in self.rulebook.ids() for version in self.rulebook.versions(rule))


@dataclass(frozen=True, slots=True)
class Claim:
    """What a pack says of one rule. `reason` is empty for `done`."""

    status: str
    reason: str


_EXCUSED = mapping({"status": choice("todo", "exempt"), "reason": text})


def claim(node: Node) -> Claim:
    """`done`, or `{status: todo | exempt, reason: …}`."""
    if node.value == "done":
        return Claim("done", "")
    if not isinstance(node.value, dict):
        raise node.wrong('done / {status: todo, reason: "…"} / {status: exempt, reason: "…"}')
    return Claim(**_EXCUSED(node))


def _listed(found: Iterable[str]) -> str:
    """The first few of what was found, for the one who has to look."""
    every = list(dict.fromkeys(found))
    return ", ".join(every[:SHOWN]) + (", …" if len(every) > SHOWN else "")


def _names(pack: Contents) -> str:
    named = [(case_type.code, case_type.name) for case_type in pack.types]
    named += [(case_type.class_code, case_type.class_name) for case_type in pack.types]
    return _listed(code for code, name in named if not HAN.search(name["zh-Hans"]) or HAN.search(name["en"]))


def _without_end(pack: Contents) -> str:
    ended = [case_type.code for case_type in pack.types if case_type.dated[-1].effective_to is not None]
    ended += [rule for rule in pack.rulebook.ids() if pack.rulebook.versions(rule)[-1].effective_to is not None]
    return _listed(ended)


def _verified(pack: Contents) -> str:
    open_types = (
        case_type.code
        for case_type in pack.types
        for dated in case_type.dated
        if not all(limit.verified for limit in dated.limits.values())
    )
    return _listed([*open_types, *(version.version for version in pack.versions() if not version.verified)])


def _examples(pack: Contents) -> str:
    return _listed(case_type.code for case_type in pack.types if len(set(case_type.examples)) < EXAMPLES_LEAST)


def _once(pack: Contents) -> str:
    counted = Counter(example for case_type in pack.types for example in case_type.examples)
    return _listed(case_type.code for case_type in pack.types if any(counted[one] > 1 for one in case_type.examples))


def _no_numbers(pack: Contents) -> str:
    return _listed(
        case_type.code
        for case_type in pack.types
        if any(TELLING_DIGITS.search(re.sub(r"[\s-]", "", example)) for example in case_type.examples)
    )


def _tables(pack: Contents) -> str:
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in sorted(pack.folder.glob("tests/test_*.py")))
    marks = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    return "" if any(mark.attr == "parametrize" for mark in marks) else "tests/test_*.py"


def _both_languages(pack: Contents) -> str:
    chinese, english = (
        {f"{section}.{key}" for section in ("problems", "words") for key in pack.texts[language][section]}
        for language in ("zh-Hans", "en")
    )
    return _listed(sorted(chinese ^ english))


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `refuted` looks at a pack and gives what speaks against it, "" when nothing does; None: only a person can see it."""

    zh: str
    en: str
    refuted: Callable[[Contents], str] | None


QUALITY: dict[str, Rule] = {
    "names-in-both-languages": Rule(
        "每个大类、小类都有中文名和英文名", "Every class and type has a Chinese and an English name", _names
    ),
    "limits-dated-with-reference": Rule(
        "每个时限、每条规则都有依据和日期，最后一段没有止日",
        "Every limit and rule has a reference and dates, and the last one has no end",
        _without_end,
    ),
    "limits-verified": Rule("时限和规则都核对过原文", "Limits and rules were compared with their sources", _verified),
    "examples-eight-per-type": Rule(
        "每个小类至少有八个例句", "Every type has at least eight example sentences", _examples
    ),
    "examples-distinct": Rule("没有一个例句出现两次", "No example sentence stands twice", _once),
    "examples-without-numbers": Rule(
        "例句里没有电话和证件号码", "No example sentence has a telephone or identity number", _no_numbers
    ),
    "examples-invented": Rule(
        "例句都是自己编写的，没有真实来件", "Every example sentence was made up; no real message is among them", None
    ),
    "table-tests": Rule("有看得懂的表格式测试", "There are tests that read like tables", _tables),
    "texts-in-both-languages": Rule(
        "用语都有中文和英文", "Every text is there in Chinese and English", _both_languages
    ),
}
"""The rules in the order in which packs are judged; a pack states each of them."""
