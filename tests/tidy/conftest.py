"""Reads the repository once for all tidy tests; and a small made-up tree, in which each check must find its planted fault."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {".git", ".venv", "var", "build", "vendor", "node_modules", "test-results", "__pycache__"}


@dataclass(frozen=True)
class Source:
    """One Python file."""

    root: Path
    path: Path

    @property
    def name(self) -> str:
        """The path as a person would write it."""
        return self.path.relative_to(self.root).as_posix()

    @property
    def module(self) -> str:
        """The dotted name; a package's is that of its folder."""
        return self.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def is_test(self) -> bool:
        return "tests" in self.name.split("/") or self.path.name == "conftest.py"

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.name)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        return tuple(ast.walk(self.tree))

    @cached_property
    def docstrings(self) -> frozenset[int]:
        """The line numbers on which docstrings begin, and texts that stand alone below a name, which are the same."""
        alone = (node.value for node in self.nodes if isinstance(node, ast.Expr))
        return frozenset(value.lineno for value in alone if isinstance(value, ast.Constant))

    def at(self, node: ast.AST) -> str:
        """The place of a node, as an editor finds it."""
        return f"{self.name}:{getattr(node, 'lineno', 1)}"

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        yield from (node for node in self.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Every call with its dotted name, as far as it has one."""
        for node in self.nodes:
            if isinstance(node, ast.Call):
                yield node, dotted(node.func)

    def imports(self) -> Iterator[tuple[ast.AST, str]]:
        """Every imported module or name, dotted."""
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from ((node, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def dotted(node: ast.AST) -> str:
    """`a.b.c` for the expression that reads so, else the empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return ""


@dataclass(frozen=True)
class Tree:
    """A working copy: this one, or one that a test made up."""

    root: Path

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Every Python file of the package and the tests, migrations left out: Django writes those."""
        found = (path for folder in ("yiwang", "tests") for path in (self.root / folder).rglob("*.py"))
        return tuple(
            Source(self.root, path) for path in sorted(found) if self._ours(path) and "migrations" not in path.parts
        )

    @property
    def code(self) -> tuple[Source, ...]:
        """The package without its tests."""
        return tuple(source for source in self.sources if source.name.startswith("yiwang/") and not source.is_test)

    def files(self, *endings: str, under: str = "") -> tuple[Path, ...]:
        """Every file of ours, or those with one of the endings, below a folder."""
        found = (path for path in sorted((self.root / under).rglob("*")) if path.is_file() and self._ours(path))
        return tuple(path for path in found if not endings or path.name.endswith(endings))

    def name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def stateful_modules(self) -> tuple[Path, ...]:
        """The folders that have tables."""
        return tuple(path.parent for path in self.files("models.py", under="yiwang") if path.name == "models.py")

    def _ours(self, path: Path) -> bool:
        parts = path.relative_to(self.root).parts
        return not any(part in NOT_OURS or part.endswith((".egg-info", "_cache")) for part in parts)


@pytest.fixture(scope="session")
def tree() -> Tree:
    """This working copy."""
    return Tree(ROOT)


Made = Callable[..., Tree]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Makes a tree of some files: `made({"yiwang/cases/rules.py": "import os"})`."""

    def make(files: dict[str, str]) -> Tree:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return Tree(tmp_path)

    return make
