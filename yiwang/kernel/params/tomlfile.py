"""TOML that knows its lines: the same nodes as `yamlfile` gives, for the same checks.

Python's parser tells no lines. But a statement of TOML begins on a line of its own, and the text before it is TOML by itself: so the
file is read once more with every line that is added, and what appears then began on the line after the last text that could be read.
"""

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from yiwang.kernel.params.filetext import habit, read_utf8
from yiwang.kernel.params.problems import UnreadableToml
from yiwang.kernel.params.yamlfile import Node

_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")


def read_toml(path: Path) -> Node:
    """The file as a mapping; each key has the line on which its statement begins. Raises NotUtf8, UnreadableToml, FullWidthSign."""
    try:
        content = read_utf8(path, str(path))
        whole = _parsed(content)
    except OSError as error:
        raise UnreadableToml(file=str(path), line=1, why=str(error)) from error
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found else len(content.splitlines())
        raise habit(content, line, str(path)) or UnreadableToml(file=str(path), line=line, why=str(error)) from error
    return _node(whole, (), _lines_of_keys(content), str(path), 1)


def _parsed(content: str) -> dict[str, Any]:
    return tomllib.loads(content, parse_float=Decimal)


def _lines_of_keys(content: str) -> dict[tuple[str, ...], int]:
    """For each key, as its way from the root, the line (from 1) on which it first appears."""
    lines = content.splitlines(keepends=True)
    found: dict[tuple[str, ...], int] = {}
    begins = 1
    for count in range(1, len(lines) + 1):
        try:
            so_far = _parsed("".join(lines[:count]))
        except tomllib.TOMLDecodeError:
            continue  # in the middle of a statement: the next lines belong to it
        for way in _ways(so_far, ()):
            found.setdefault(way, begins)
        begins = count + 1
    return found


def _ways(value: Any, way: tuple[str, ...]) -> list[tuple[str, ...]]:
    if not isinstance(value, dict):
        return [way]
    return [way, *(deeper for key, inner in value.items() for deeper in _ways(inner, (*way, key)))]


def _node(value: Any, way: tuple[str, ...], lines: dict[tuple[str, ...], int], file: str, line: int) -> Node:
    """What stands in a list has the line of the list."""
    line = lines.get(way, line)
    if isinstance(value, dict):
        return Node(file, line, {key: _node(inner, (*way, key), lines, file, line) for key, inner in value.items()})
    if isinstance(value, list):
        return Node(file, line, [_node(item, (*way, ""), lines, file, line) for item in value])
    return Node(file, line, value)
