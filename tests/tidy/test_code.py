"""How code is written here: small files, small functions, plain names, nothing left for later.

Each check gives its faults as `file:line what is wrong`; each has a planted fault below that it must find.
"""

import ast
import re
from typing import Any

import pytest

LONGEST_FILE = 500
LONGEST_FUNCTION = 60
EMPTY_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "manager",
    "managers",
    "common",
    "info",
    "data",
    "services",
    "misc",
}
PUBLIC_ROOMS = ("steps", "queries", "rules")
LATER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def long_files(tree: Any) -> list[str]:
    """A file of more than 500 lines holds more than one idea."""
    found = tree.files(".py", ".html", ".css", ".js", under="yiwang") + tree.files(".py", under="tests")
    lengths = (
        (path, len(path.read_text(encoding="utf-8").splitlines())) for path in found if "migrations" not in path.parts
    )
    return [f"{tree.name(path)}:1 has {length} lines" for path, length in lengths if length > LONGEST_FILE]


def long_functions(tree: Any) -> list[str]:
    """A function of more than 60 lines does more than one thing."""
    return [
        f"{source.at(node)} {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for source in tree.sources
        for node in source.functions()
        if node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]


def full_inits(tree: Any) -> list[str]:
    """Code in `__init__.py` runs on import and escapes the contracts."""
    found = (path for path in tree.files("__init__.py") if path.stat().st_size)
    return [f"{tree.name(path)}:1 is not empty" for path in found]


def empty_names(tree: Any) -> list[str]:
    """A name that would fit any file tells nothing."""
    parts = ((source, part) for source in tree.code for part in source.module.split(".")[1:])
    return [f"{source.name}:1 {part} says nothing" for source, part in parts if part in EMPTY_NAMES]


def relative_imports(tree: Any) -> list[str]:
    """One way to write each import."""
    found = ((source, node) for source in tree.sources for node in source.nodes)
    return [
        f"{source.at(node)} relative import"
        for source, node in found
        if isinstance(node, ast.ImportFrom) and node.level
    ]


def hidden_imports(tree: Any) -> list[str]:
    """An import inside a function hides a dependency; where it cannot be avoided its line says why."""
    faults = []
    for source in tree.code:
        lines = source.text.splitlines()
        for function in source.functions():
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom) and not says_why(lines[node.lineno - 1]):
                    faults.append(f"{source.at(node)} import inside {function.name} without a reason on its line")
    return faults


def says_why(line: str) -> bool:
    """Whether a line has a comment besides the codes of a linter."""
    comment = re.sub(r"#?\s*(noqa|type): ?(ignore)?[\w\[\], :-]*?(?=\s[#-]|\s{2}|$)", "", line.partition("#")[2])
    return bool(re.search(r"\w{3,}", comment))


def left_for_later(tree: Any) -> list[str]:
    """What is not done stands in an issue, where somebody sees it."""
    own = "tests/tidy/"
    paths = [path for path in tree.files(".py", ".html", ".css", ".js", ".yaml", ".toml", ".md", ".txt")]
    return [
        f"{tree.name(path)}:{number} {line.strip()[:60]}"
        for path in paths
        if not tree.name(path).startswith(own)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if LATER.search(line)
    ]


def silent_skips(tree: Any) -> list[str]:
    """A test that is left out says why."""
    return [
        f"{source.at(node)} {name} without a reason"
        for source in tree.sources
        if source.is_test
        for node, name in [*source.calls(), *bare_marks(source)]
        if name in SKIPS and not reason_of(node, name)
    ]


SKIPS = ("pytest.skip", "pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail", "pytest.xfail")


def bare_marks(source: Any) -> list[tuple[ast.AST, str]]:
    """Marks that stand without brackets, and so without a reason."""
    marks = [mark for node in source.functions() for mark in node.decorator_list if isinstance(mark, ast.Attribute)]
    return [(mark, ast.unparse(mark)) for mark in marks]


def reason_of(node: ast.AST, name: str) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if any(keyword.arg == "reason" for keyword in node.keywords):
        return True
    return bool(node.args) and not name.endswith(("skipif", "xfail"))


def unexplained(tree: Any) -> list[str]:
    """What other modules call says what it means, in what units, and what it raises."""
    return [
        f"{source.at(node)} {node.name} has no docstring"
        for source in tree.code
        if set(PUBLIC_ROOMS) & set(source.module.split("."))
        for node in source.tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]


def unexplained_files(tree: Any) -> list[str]:
    """A file begins with what it is for."""
    return [
        f"{source.name}:1 has no docstring"
        for source in tree.code
        if source.text and not ast.get_docstring(source.tree)
    ]


LONG = "\n".join(["def long():", *["    x = 1"] * 70])

PLANTED = [
    (long_files, {"yiwang/cases/rules.py": "x = 1\n" * 501}),
    (long_functions, {"yiwang/cases/rules.py": LONG}),
    (full_inits, {"yiwang/cases/__init__.py": "x = 1\n"}),
    (empty_names, {"yiwang/cases/utils.py": ""}),
    (empty_names, {"yiwang/common/rules.py": ""}),
    (relative_imports, {"yiwang/cases/rules.py": "from . import facts\n"}),
    (hidden_imports, {"yiwang/cases/rules.py": "def f():\n    import os\n"}),
    (hidden_imports, {"yiwang/cases/rules.py": "def f():\n    import os  # noqa: PLC0415\n"}),
    (left_for_later, {"yiwang/cases/rules.py": "x = 1  # TODO: later\n"}),
    (silent_skips, {"tests/test_x.py": "import pytest\n@pytest.mark.skip\ndef test_x(): ...\n"}),
    (silent_skips, {"tests/test_x.py": "import pytest\npytest.skip()\n"}),
    (silent_skips, {"tests/test_x.py": "import pytest\n@pytest.mark.xfail(strict=True)\ndef test_x(): ...\n"}),
    (unexplained, {"yiwang/cases/steps/forward.py": "def accept(): ...\n"}),
    (unexplained_files, {"yiwang/cases/rules.py": "x = 1\n"}),
]
CHECKS = list(dict.fromkeys(check for check, _ in PLANTED))


@pytest.mark.parametrize("check", CHECKS)
def test_the_tree_is_tidy(check: Any, tree: Any) -> None:
    faults = check(tree)
    assert not faults, "\n".join([check.__doc__, *faults])


@pytest.mark.parametrize(("check", "files"), PLANTED)
def test_a_planted_fault_is_found(check: Any, files: dict[str, str], made: Any) -> None:
    assert len(check(made(files))) == 1


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("import os", False),
        ("import os  # noqa: PLC0415", False),
        ("import os  # noqa: F401, PLC0415", False),
        ("import os  # noqa: PLC0415 - models can be imported only now", True),
        ("import os  # noqa: F401, PLC0415  # models can be imported only now", True),
        ("import os  # models can be imported only now", True),
    ],
)
def test_a_linters_code_is_no_reason(line: str, reason: bool) -> None:
    assert says_why(line) == reason
