"""Whatever the code calls by a slug has words, in Chinese and English, with the same parameters in both."""

import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import yaml

from yiwang.kernel.problems import Problem
from yiwang.kernel.wording import LANGUAGES, texts

PARTS = ("what", "why", "do")
STARTED_ONLY = {"yiwang.project.asgi", "yiwang.project.wsgi"}
"""Modules that start something when they are imported."""
ABSTRACT = {Problem}


@pytest.fixture(scope="session")
def modules(tree: Any) -> dict[str, Any]:
    """Every module of the package, imported, by name."""
    names = (source.module for source in tree.code if source.text and source.module not in STARTED_ONLY)
    return {name: importlib.import_module(name) for name in names}


@pytest.fixture(scope="session")
def refusals(modules: dict[str, Any]) -> list[type[Problem]]:
    """Every kind of Problem that the package has."""
    assert modules
    return sorted(
        (each for each in below(Problem) if each.__module__.startswith("yiwang.") and ".tests" not in each.__module__),
        key=lambda each: (each.__module__, each.__qualname__),
    )


def below(cls: type[Problem]) -> Iterator[type[Problem]]:
    for each in cls.__subclasses__():
        yield each
        yield from below(each)


def placeholders(text: str) -> set[str]:
    """The parameters of a text: `{case.number}` is `case`."""
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in Formatter().parse(text) if name is not None}


def parameters_of(slug: str, language: str) -> set[str]:
    text = texts(language)["problems"].get(slug, {})
    return set().union(*(placeholders(str(text.get(part, ""))) for part in PARTS))


def told(faults: list[str]) -> str:
    return "\n".join(["", *faults])


def test_every_refusal_says_in_both_languages_what_why_and_what_to_do(refusals: list[type[Problem]]) -> None:
    assert len(refusals) > 100
    faults = [
        f"{each.__module__}.{each.__name__}: {language} has no {part} for {each.slug}"
        for each in refusals
        for language in LANGUAGES
        for part in PARTS
        if not str(texts(language)["problems"].get(each.slug, {}).get(part) or "").strip()
    ]
    assert not faults, told(faults)


def test_every_refusal_takes_the_same_parameters_in_both_languages(refusals: list[type[Problem]]) -> None:
    chinese, english = LANGUAGES
    faults = [
        f"{each.slug}: {sorted(parameters_of(each.slug, chinese))} in Chinese, {sorted(parameters_of(each.slug, english))} in English"
        for each in refusals
        if parameters_of(each.slug, chinese) != parameters_of(each.slug, english)
    ]
    assert not faults, told(faults)


def test_no_two_refusals_share_a_slug(refusals: list[type[Problem]]) -> None:
    slugs = [each.slug for each in refusals]
    assert sorted({slug for slug in slugs if slugs.count(slug) > 1}) == []


def test_no_text_is_left_of_a_refusal_that_is_gone(refusals: list[type[Problem]]) -> None:
    known = {each.slug for each in refusals}
    for language in LANGUAGES:
        assert sorted(set(texts(language)["problems"]) - known) == []


def test_a_refusal_has_a_status_of_http_that_says_so(refusals: list[type[Problem]]) -> None:
    assert [f"{each.slug} {each.status}" for each in refusals if not 400 <= each.status < 600] == []


def test_a_refusal_is_always_made_with_all_parameters_its_words_need(tree: Any, modules: dict[str, Any]) -> None:
    faults = []
    seen = 0
    for source in tree.code:
        for node, name in source.calls():
            refusal = looked_up(modules.get(source.module), name)
            if not is_plain_refusal(refusal) or any(keyword.arg is None for keyword in node.keywords):
                continue
            seen += 1
            missing = parameters_of(refusal.slug, LANGUAGES[0]) - {keyword.arg for keyword in node.keywords}
            faults += [f"{source.at(node)} {name} without {sorted(missing)}"] if missing else []
    assert seen > 100
    assert not faults, told(faults)


def looked_up(module: Any, name: str) -> Any:
    """What a dotted name means in a module, None when it means nothing there."""
    found = module
    for part in name.split(".") if name else []:
        found = getattr(found, part, None)
    return found


def is_plain_refusal(found: Any) -> bool:
    """A Problem that takes its parameters by name, as nearly all do."""
    return inspect.isclass(found) and issubclass(found, Problem) and found.__init__ is Problem.__init__


def test_a_refusal_raised_bare_needs_no_parameters(tree: Any, modules: dict[str, Any]) -> None:
    faults = []
    for source in tree.code:
        for node in source.nodes:
            name = raised_bare(node)
            refusal = looked_up(modules.get(source.module), name)
            if name and is_plain_refusal(refusal) and parameters_of(refusal.slug, LANGUAGES[0]):
                faults.append(f"{source.at(node)} {name} without {sorted(parameters_of(refusal.slug, LANGUAGES[0]))}")
    assert not faults, told(faults)


def raised_bare(node: Any) -> str:
    """The class's dotted name in `raise problems.FileEmpty`, else nothing."""
    parts: list[str] = []
    found = getattr(node, "exc", None)
    while hasattr(found, "attr"):
        parts.insert(0, found.attr)
        found = found.value
    return ".".join([found.id, *parts]) if hasattr(found, "id") else ""


def test_every_word_stands_in_both_languages_with_the_same_parameters() -> None:
    chinese, english = (texts(language)["words"] for language in LANGUAGES)
    assert sorted(set(chinese) ^ set(english)) == []
    faults = [key for key in chinese if placeholders(str(chinese[key])) != placeholders(str(english[key]))]
    faults += [key for key in chinese if not str(chinese[key]).strip() or not str(english[key]).strip()]
    assert not faults, told(faults)


def test_every_texts_folder_has_both_languages_and_nothing_else(tree: Any) -> None:
    folders = {path.parent for path in tree.files(".yaml", under="yiwang") if path.parent.name == "texts"}
    faults = [tree.name(folder) for folder in folders if {path.stem for path in folder.iterdir()} != set(LANGUAGES)]
    assert not faults, told(faults)


def test_every_texts_file_holds_problems_and_words_and_nothing_else(tree: Any) -> None:
    paths: list[Path] = [path for path in tree.files(".yaml", under="yiwang") if path.parent.name == "texts"]
    faults = []
    for path in paths:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        faults += [f"{tree.name(path)}: {section}" for section in set(content) - {"problems", "words"}]
        entries = (content.get("problems") or {}).items()
        faults += [f"{tree.name(path)}: {slug} has {sorted(text)}" for slug, text in entries if set(text) != set(PARTS)]
    assert not faults, told(faults)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("没有找到。", set()),
        ("案件 {number} 已结案", {"number"}),
        ("{case.number} {due:%m-%d} {a[0]}", {"case", "due", "a"}),
    ],
)
def test_parameters_are_read_from_a_text(text: str, names: set[str]) -> None:
    assert placeholders(text) == names
