"""YAML that knows its lines, and a small checker, so that every file of rules can refuse a mistake with file and line.

    LIMIT = mapping({"unit": choice("工作时", "工作日"), "amount": whole, "note": optional(text)})
    rows = listed(LIMIT)(read(path))          # a list of Row, or a RuleFileProblem with file and line

A check is a function from Node to the plain value. It raises the first fault, which carries all others (`gathered`).
`Row` is a dict that remembers the line of each of its keys.
YAML is read strictly: only `true`/`false` are booleans, `08:30` is text, `0.30` is an exact Decimal, no aliases.
"""

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import yaml

from yiwang.kernel import plainyaml
from yiwang.kernel.params.filetext import habit, read_utf8
from yiwang.kernel.params.problems import (
    DoubleKey,
    MissingKey,
    RuleFileProblem,
    UnknownChoice,
    UnknownKey,
    UnreadableYaml,
    WrongKind,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Node:
    """One value of the file. `value` is a dict of str to Node, a list of Node, or a plain scalar; line 1 is the first."""

    file: str
    line: int
    value: Any

    def refuse(self, problem: type[RuleFileProblem], /, **parameters: Any) -> RuleFileProblem:
        """The refusal of this value, to be raised by the caller."""
        return problem(file=self.file, line=self.line, **parameters)

    def wrong(self, wanted: str) -> RuleFileProblem:
        """The refusal of a value of the wrong kind; `wanted` is an example of a right one."""
        return self.refuse(WrongKind, found=shown(self.value), wanted=wanted)


Check = Callable[[Node], Any]


class Row(dict[str, Any]):
    """A checked mapping. `node` is the whole; `refuse(key, …)` makes a refusal that points at the line of one key."""

    def __init__(self, node: Node, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.node = node

    def at(self, key: str) -> Node:
        """The node of one key, or the whole when the key was left out."""
        found: Node = self.node.value.get(key, self.node)
        return found

    def refuse(self, key: str, problem: type[RuleFileProblem], /, **parameters: Any) -> RuleFileProblem:
        return self.at(key).refuse(problem, **parameters)


class _StrictLoader(yaml.SafeLoader):
    """SafeLoader without YAML 1.1's surprises (`no`, `off`, `08:30`, octal numbers) and without aliases."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  PyYAML's own way

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.composer.ComposerError(None, None, "aliases (*name) are not allowed", event.start_mark)
        return super().compose_node(parent, index)


for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", ["n", "~", ""]),
    ("int", r"[-+]?(0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(0|[1-9][0-9]*)\.[0-9]+", "-+0123456789"),
    ("timestamp", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "0123456789"),
):
    _StrictLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))


class _FastLoader(plainyaml.LOADER):  # chosen when PyYAML is imported
    """The same words mean the same, read by libyaml; whether a document is refused, and why, the strict one says."""

    yaml_implicit_resolvers = _StrictLoader.yaml_implicit_resolvers


_SCALARS: dict[str, Callable[[str], Any]] = {
    "tag:yaml.org,2002:bool": lambda text: text == "true",
    "tag:yaml.org,2002:null": lambda text: None,
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": Decimal,
    "tag:yaml.org,2002:timestamp": datetime.date.fromisoformat,
    "tag:yaml.org,2002:str": str,
}


def read(path: Path, *, name: str | None = None) -> Node:
    """The file's only document, every value with its line. `name` is how refusals call the file (its path otherwise).

    Raises NotUtf8, UnreadableYaml, TabIndents, FullWidthSign, DoubleKey, WrongKind (a date that does not exist).
    """
    try:
        content = read_utf8(path, name or str(path))
    except OSError as error:
        raise UnreadableYaml(file=name or str(path), line=1, why=str(error)) from error
    return read_text(content, name=name or str(path))


def read_text(content: str, *, name: str) -> Node:
    """As `read`, from text; an empty document is the value None on line 1."""
    try:
        root = _fast(content) or _root(content, _StrictLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        why = getattr(error, "problem", None) or str(error)
        raise habit(content, line, name) or UnreadableYaml(file=name, line=line, why=why) from error
    return Node(name, 1, None) if root is None else _node(root, name)


def _fast(content: str) -> yaml.Node | None:
    """What libyaml makes of it; None where only the strict loader can say what is wrong, or might see something wrong."""
    if (
        "\t" in content or "&" in content
    ):  # tabs libyaml forgives here and there; without `&` there is no alias to refuse
        return None
    try:
        return _root(content, _FastLoader)
    except yaml.YAMLError:
        return None


def _root(content: str, loader_class: Any) -> yaml.Node | None:
    loader = loader_class(content)
    try:
        root: yaml.Node | None = loader.get_single_node()
        return root
    finally:
        loader.dispose()


def _node(raw: yaml.Node, name: str) -> Node:
    line = raw.start_mark.line + 1
    if isinstance(raw, yaml.MappingNode):
        return Node(name, line, _mapping(raw, name))
    if isinstance(raw, yaml.SequenceNode):
        return Node(name, line, [_node(item, name) for item in raw.value])
    make = _SCALARS.get(raw.tag)
    if make is None:
        raise UnreadableYaml(file=name, line=line, why=f"the tag {raw.tag}")
    try:
        return Node(name, line, make(raw.value))
    except ValueError:
        raise Node(name, line, raw.value).wrong("2019-02-28") from None


def _mapping(raw: yaml.MappingNode, name: str) -> dict[str, Node]:
    found: dict[str, Node] = {}
    lines: dict[str, int] = {}
    for raw_key, raw_value in raw.value:
        line = raw_key.start_mark.line + 1
        if not isinstance(raw_key, yaml.ScalarNode):
            raise Node(name, line, raw_key.tag).wrong("key: value")
        key = raw_key.value
        if key in found:
            raise DoubleKey(file=name, line=line, key=key, first=f"{name}:{lines[key]}")
        value = _node(raw_value, name)
        # A nested value begins below its key; the key's own line is where a person looks first.
        found[key], lines[key] = Node(name, line, value.value), line
    return found


def shown(value: Any) -> str:
    """A value as a refusal shows it, cut to a readable length."""
    if isinstance(value, dict):
        return "{" + ", ".join(value) + "}"
    if isinstance(value, list):
        return f"[{len(value)} …]"
    written = str(value)
    return written if len(written) <= 60 else written[:59] + "…"


def gathered(parts: Iterable[Callable[[], T]]) -> list[T]:
    """What each part gives. Each is tried: a person is told of all faults at once. Raises the first, carrying the others."""
    results: list[T] = []
    faults: list[RuleFileProblem] = []
    for part in parts:
        try:
            results.append(part())
        except RuleFileProblem as fault:
            faults.append(fault)
    if faults:
        faults[0].further += faults[1:]
        raise faults[0]
    return results


def raised(fault: RuleFileProblem) -> None:
    """Raise a fault that was found by comparing what had been read: as a part for `gathered`."""
    raise fault


# --- checks ----------------------------------------------------------------------------------------------------------


def text(node: Node) -> str:
    """Words: text that is not empty."""
    if not isinstance(node.value, str) or not node.value.strip():
        raise node.wrong("text")
    return node.value


def whole(node: Node) -> int:
    """A whole number."""
    if not isinstance(node.value, int) or isinstance(node.value, bool):
        raise node.wrong("12")
    return node.value


def positive(node: Node) -> int:
    """A whole number above zero."""
    if whole(node) <= 0:
        raise node.wrong("12")
    return whole(node)


def number(node: Node) -> Decimal:
    """A number, exact."""
    if not isinstance(node.value, int | Decimal) or isinstance(node.value, bool):
        raise node.wrong("0.30")
    return Decimal(node.value)


def flag(node: Node) -> bool:
    """true or false."""
    if not isinstance(node.value, bool):
        raise node.wrong("true / false")
    return node.value


def day(node: Node) -> datetime.date:
    """A calendar day, written 2019-01-31."""
    if not isinstance(node.value, datetime.date):
        raise node.wrong("2019-01-31")
    return node.value


def anything(node: Node) -> Any:
    """Any value, as plain dicts, lists and scalars; in a `mapping` the key may not be left empty."""
    if isinstance(node.value, dict):
        return {key: anything(value) for key, value in node.value.items()}
    if isinstance(node.value, list):
        return [anything(item) for item in node.value]
    return node.value


_NEVER_EMPTY: tuple[Check, ...] = (text, whole, positive, number, flag, day, anything)
"""An empty value of these reads better as "the key is missing" than as "null is not a number"."""


def choice(*known: str) -> Callable[[Node], str]:
    """One of the given words."""

    def check(node: Node) -> str:
        if node.value not in known:
            raise node.refuse(UnknownChoice, found=shown(node.value), known=", ".join(known))
        return str(node.value)

    return check


def matching(pattern: str, example: str) -> Callable[[Node], str]:
    """Text that matches the whole pattern; `example` is shown to who got it wrong."""
    compiled = re.compile(pattern)

    def check(node: Node) -> str:
        if not isinstance(node.value, str) or not compiled.fullmatch(node.value):
            raise node.wrong(example)
        return node.value

    return check


def nullable(check: Callable[[Node], T]) -> Callable[[Node], T | None]:
    """The same check, or null."""
    return lambda node: None if node.value is None else check(node)


def listed(check: Callable[[Node], T], *, empty: bool = False) -> Callable[[Node], list[T]]:
    """A list of such values; an empty one only where `empty` says so."""

    def every(node: Node) -> list[T]:
        if not isinstance(node.value, list) or not (node.value or empty):
            raise node.wrong("- … (list)")
        return gathered(partial(check, item) for item in node.value)

    return every


def table(key: Callable[[Node], str], value: Callable[[Node], T]) -> Callable[[Node], Row]:
    """A mapping whose keys are free, each key checked by `key` (it sees the key as text) and each value by `value`."""

    def check(node: Node) -> Row:
        if not isinstance(node.value, dict):
            raise node.wrong("key: value")
        return Row(node, dict(gathered(partial(pair, written, found) for written, found in node.value.items())))

    def pair(written: str, found: Node) -> tuple[str, T]:
        return key(Node(found.file, found.line, written)), value(found)

    return check


@dataclass(frozen=True, slots=True)
class Optional:
    """A key that may be left out; then `default` stands for it."""

    check: Check
    default: Any


def optional(check: Check, default: Any = None) -> Optional:
    return Optional(check, default)


def mapping(keys: Mapping[str, Check | Optional]) -> Callable[[Node], Row]:
    """A mapping with exactly these keys. An unknown key is refused, and so is a missing one that is not `optional`."""

    def check(node: Node) -> Row:
        if not isinstance(node.value, dict):
            raise node.wrong(f"{next(iter(keys))}: …")
        strangers = (partial(stranger, key, found) for key, found in node.value.items() if key not in keys)
        values = (partial(_value, node, key, rule) for key, rule in keys.items())
        return Row(node, dict(zip(keys, gathered([*strangers, *values]), strict=True)))

    def stranger(key: str, found: Node) -> None:
        raise found.refuse(UnknownKey, key=key, known=", ".join(keys))

    return check


def _value(node: Node, key: str, rule: Check | Optional) -> Any:
    found = node.value.get(key)
    if isinstance(rule, Optional):
        return rule.default if found is None else rule.check(found)
    if found is None or (found.value is None and rule in _NEVER_EMPTY):
        raise (found or node).refuse(MissingKey, key=key)
    return rule(found)
