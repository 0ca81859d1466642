"""What the import contracts cannot see: doors cut into walls by names in strings, and rooms that are not pure after all."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

CLOCK = re.compile(
    r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|timezone\.now|time\.(time|time_ns|localtime|gmtime))$"
    r"|(^|\.)(uuid[14]|uuid\.uuid[14]|urandom|token_bytes|token_hex|token_urlsafe|randbelow)$|^random\.|^secrets\."
)
CLOCK_ROOMS = {"yiwang.kernel.walltime", "yiwang.kernel.ids"}
SQL_CLOCK = re.compile(
    r"\b(now\(\)|CURRENT_(TIMESTAMP|DATE|TIME)|clock_timestamp\(|statement_timestamp\(|gen_random_uuid\()", re.I
)
DYNAMIC = {
    "importlib.import_module",
    "import_module",
    "__import__",
    "apps.get_model",
    "get_model",
    "django_apps.get_model",
}
TABLE = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE|TABLE|TRUNCATE|USING)\s+(?:ONLY\s+)?\"?([a-z_][a-z0-9_]*)")
DB_TABLE = re.compile(r"db_table = \"([a-z0-9_]+)\"")


def clocks_and_dice(tree: Any) -> list[str]:
    """`now` is an argument; only kernel/walltime.py looks at the wall, only kernel/ids.py reads randomness."""
    faults = []
    for source in tree.code:
        if source.module in CLOCK_ROOMS:
            continue
        names = [(node, name) for node, name in source.calls() if CLOCK.search(name)]
        names += [(node, name) for node, name in source.imports() if name.split(".")[0] in ("random", "secrets")]
        names += [(node, dotted) for node, dotted in clocks_handed_on(source)]
        faults += [f"{source.at(node)} {name}" for node, name in names]
    return faults


def clocks_handed_on(source: Any) -> Iterator[tuple[ast.AST, str]]:
    """Fields that look at the clock or roll dice by themselves, and SQL that does."""
    for node in source.nodes:
        if isinstance(node, ast.keyword) and node.arg in ("auto_now", "auto_now_add"):
            yield node.value, node.arg
        if isinstance(node, ast.keyword) and node.arg in ("default", "default_factory"):
            name = ast.unparse(node.value)
            if CLOCK.search(name):
                yield node.value, f"{node.arg}={name}"
    for text in strings(source):
        found = SQL_CLOCK.search(text.value)
        if found:
            yield text, f"SQL: {found[0]}"


def strings(source: Any) -> Iterator[ast.Constant]:
    """Texts in the code that are not docstrings."""
    for node in source.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.lineno not in source.docstrings:
            yield node


def dynamic_imports(tree: Any) -> list[str]:
    """A module named in a string escapes the contracts. project may (it puts all together); an apps.py may load its own rooms."""
    faults = []
    for source in tree.code:
        if source.module.startswith("yiwang.project"):
            continue
        own = source.module.rpartition(".")[0]
        for node, name in source.calls():
            if name in DYNAMIC and not loads_own(source, node, own):
                faults.append(f"{source.at(node)} {name}")
    return faults


def loads_own(source: Any, node: ast.Call, own: str) -> bool:
    named = node.args[0] if node.args else None
    return source.path.name == "apps.py" and isinstance(named, ast.Constant) and str(named.value).startswith(f"{own}.")


def foreign_tables(tree: Any) -> list[str]:
    """Raw SQL names only the tables of its own module, in migrations too."""
    owners = {
        table: tree.name(folder)
        for folder in tree.stateful_modules()
        for table in DB_TABLE.findall((folder / "models.py").read_text(encoding="utf-8"))
    }
    faults = []
    for source in [*tree.code, *migrations(tree)]:
        for text in strings(source):
            for table in TABLE.findall(text.value):
                owner = owners.get(table)
                if owner and not source.name.startswith(f"{owner}/"):
                    faults.append(f"{source.at(text)} SQL on {table}, which belongs to {owner}")
    return faults


def migrations(tree: Any) -> list[Any]:
    made = type(tree.sources[0]) if tree.sources else None
    paths = [path for path in tree.files(".py", under="yiwang") if "migrations" in path.parts]
    return [made(tree.root, path) for path in paths] if made else []


def packs_in_web(tree: Any) -> list[str]:
    """The web shows what the packs declare; it knows none of them by name."""
    found = (
        (source, node, name)
        for source in tree.code
        if source.module.startswith("yiwang.web")
        for node, name in source.imports()
    )
    return [f"{source.at(node)} {name}" for source, node, name in found if name.startswith("yiwang.packs")]


def strangers_in_wire(tree: Any) -> list[str]:
    """wire is standard library only, so that it can be tested and carried off alone."""
    found = (
        (source, node, name)
        for source in tree.code
        if source.module.startswith("yiwang.wire")
        for node, name in source.imports()
    )
    return [f"{source.at(node)} {name}" for source, node, name in found if not at_home_in_wire(name)]


def at_home_in_wire(name: str) -> bool:
    return name.startswith("yiwang.wire") or name.split(".")[0] in sys.stdlib_module_names


def signals_in_models(tree: Any) -> list[str]:
    """Tables do nothing by themselves: no signals, and save() is nobody's own."""
    sources = [source for source in tree.code if source.path.name == "models.py"]
    faults = [f"{s.at(node)} {name}" for s in sources for node, name in s.imports() if "signals" in name]
    return faults + [
        f"{s.at(node)} own {node.name}()" for s in sources for node in s.functions() if node.name in ("save", "delete")
    ]


MODELS = 'class A:\n    class Meta:\n        db_table = "account"\n'

PLANTED = [
    (clocks_and_dice, {"yiwang/cases/steps.py": "from datetime import datetime\nx = datetime.now()\n"}),
    (clocks_and_dice, {"yiwang/cases/steps.py": "import time\nx = time.time()\n"}),
    (clocks_and_dice, {"yiwang/cases/steps.py": "from secrets import token_hex\n"}),
    (clocks_and_dice, {"yiwang/cases/models.py": "x = DateTimeField(auto_now_add=True)\n"}),
    (clocks_and_dice, {"yiwang/cases/models.py": "x = UUIDField(default=uuid.uuid4)\n"}),
    (clocks_and_dice, {"yiwang/cases/queries.py": "run('SELECT * FROM x WHERE at < now()')\n"}),
    (dynamic_imports, {"yiwang/cases/queries.py": "x = apps.get_model('people', 'Account')\n"}),
    (dynamic_imports, {"yiwang/cases/apps.py": "import_module('yiwang.kernel.people.apply')\n"}),
    (foreign_tables, {"yiwang/kernel/people/models.py": MODELS, "yiwang/cases/queries.py": "run('SELECT 1 FROM account')\n"}),
    (foreign_tables, {"yiwang/kernel/people/models.py": MODELS, "yiwang/cases/migrations/0001.py": "run('UPDATE account SET')\n"}),
    (packs_in_web, {"yiwang/web/desk/views.py": "from yiwang.packs.grid import rules\n"}),
    (strangers_in_wire, {"yiwang/wire/hj212.py": "import struct\nimport lxml\n"}),
    (strangers_in_wire, {"yiwang/wire/hj212.py": "from yiwang.kernel.terms import Point\n"}),
    (signals_in_models, {"yiwang/cases/models.py": "from django.db.models.signals import post_save\n"}),
    (signals_in_models, {"yiwang/cases/models.py": "class Case:\n    def save(self): ...\n"}),
]  # fmt: skip
CHECKS = list(dict.fromkeys(check for check, _ in PLANTED))


@pytest.mark.parametrize("check", CHECKS)
def test_nothing_gets_around_the_contracts(check: Any, tree: Any) -> None:
    faults = check(tree)
    assert not faults, "\n".join([check.__doc__, *faults])


@pytest.mark.parametrize(("check", "files"), PLANTED)
def test_a_planted_fault_is_found(check: Any, files: dict[str, str], made: Any) -> None:
    assert len(check(made(files))) == 1


ALONE = """
import importlib, json, sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"django", "psycopg", "socket", "_socket", "sqlite3", "procrastinate", "PIL"}:
            raise ImportError(f"{name} is blocked: rules and facts are pure")

sys.meta_path.insert(0, Blocked())
faults = []
for module in json.loads(sys.argv[1]):
    try:
        importlib.import_module(module)
    except ImportError as fault:
        faults.append(f"{module}: {fault}")
print(json.dumps(faults))
"""


def imported_alone(modules: list[str]) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", ALONE, json.dumps(modules)], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_every_rules_and_facts_can_be_imported_without_database_and_network(tree: Any) -> None:
    pure = [source.module for source in tree.code if {"rules", "facts"} & set(source.module.split("."))]
    assert len(pure) > 5
    faults = imported_alone(pure)
    assert not faults, "\n".join(faults)


def test_the_block_is_real() -> None:
    assert len(imported_alone(["yiwang.kernel.files.models", "yiwang.kernel.files.imaging"])) == 2
