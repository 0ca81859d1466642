"""The text of a file of rules, and what an editor or an input method most often does to it, told in words of its own."""

import re
from pathlib import Path

from yiwang.kernel.params.problems import FullWidthSign, NotUtf8, RuleFileProblem, TabIndents

_MARK = "\ufeff"
_FULL_WIDTH = re.compile(
    r"""
    ^\s*(?:-\s*)?(?:\{\s*)?[A-Za-z_][\w-]*\s*(?P<colon>[：＝])   # key：value
    | (?P<comma>，)\s*[A-Za-z_][\w-]*\s*[:：=]                   # {a: 1，b: 2}
    | [:=\[{,]\s*(?P<quote>[“”‘’])                               # key: “value”
    | (?P<bracket>[｛｝［］])
    """,
    re.VERBOSE,
)


def read_utf8(path: Path, name: str) -> str:
    """The file's text without the mark (BOM) that some editors put before it. Raises NotUtf8 at its line, OSError."""
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8").removeprefix(_MARK)
    except UnicodeDecodeError as error:
        raise NotUtf8(file=name, line=raw.count(b"\n", 0, error.start) + 1) from error


def habit(content: str, line: int, name: str) -> RuleFileProblem | None:
    """Why a parser stopped at that line (from 1), when it is a habit of typing: a tab that indents, a full-width sign of syntax.

    A parser often notices on the line after; so the line before is looked at too. None: it is something else.
    """
    lines = content.splitlines()
    for number in (line, line - 1):
        written = lines[number - 1] if 1 <= number <= len(lines) else ""
        if "\t" in written[: len(written) - len(written.lstrip())]:
            return TabIndents(file=name, line=number)
        if found := _FULL_WIDTH.search(written):
            return FullWidthSign(file=name, line=number, sign=next(sign for sign in found.groups() if sign))
    return None
