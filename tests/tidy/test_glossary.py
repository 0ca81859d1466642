"""One word for one thing: docs/glossary.md is complete, really used, and what the screen says."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from yiwang.kernel.access import permission
from yiwang.kernel.terms import FACTS
from yiwang.kernel.wording import texts

LATER = "*later*"
NAMED = (
    "case.state",
    "case.arrow",
    "case.outcome",
    "case.demand",
    "hotline.demand",
    "place.kind",
    "team.kind",
    "account.kind",
    "actor",
)
"""Beginnings of the words' keys that name a state, an arrow, a kind or a role; what follows is its name in the code."""
NOUNS = ("place.kind", "team.kind", "account.kind", "actor", "hotline.demand", "case.demand")
"""Of these the English text, too, holds the English word itself: it is a name and not a sentence."""
FRAME = {"project", "web", "components", "templatetags", "people", "places", "cases", "reports", "api", "grid"}
"""Folders whose word is in the glossary in another form, or that are how the software is put together."""


@dataclass(frozen=True)
class Word:
    chinese: str
    english: str
    names: tuple[str, ...]
    meaning: str

    @property
    def later(self) -> bool:
        return not self.names


def read(text: str) -> list[Word]:
    """The rows of the tables. A row that is not four cells wide is a fault of the page."""
    words = []
    for line in text.splitlines():
        if not line.startswith("|") or line.startswith(("|--", "| 中文")):
            continue
        chinese, english, names, meaning = (cell.strip() for cell in line.strip("|").split("|"))
        found = tuple(re.findall(r"`(\w+)`", names))
        assert found or names == LATER, f"no name in the code for {chinese}"
        words.append(Word(chinese, english, found, meaning))
    return words


@pytest.fixture(scope="session")
def glossary(tree: Any) -> list[Word]:
    words = read((tree.root / "docs" / "glossary.md").read_text(encoding="utf-8"))
    assert len(words) > 100
    return words


@pytest.fixture(scope="session")
def by_name(glossary: list[Word]) -> dict[str, Word]:
    return {name: word for word in glossary for name in word.names}


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


@pytest.fixture(scope="session")
def identifiers(tree: Any) -> set[str]:
    """Every name that the code uses for a file, class, function, field or value, and each word of it."""
    whole: set[str] = set()
    for source in tree.code:
        whole.update(source.module.split("."))
        for node in source.nodes:
            whole.update(named_by(node))
    whole = {snake(name) for name in whole}
    return whole | {part for name in whole for part in name.split("_")}


def named_by(node: ast.AST) -> set[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return {node.name}
    if isinstance(node, ast.arg):
        return {node.arg}
    if isinstance(node, ast.Name):
        return {node.id}
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
        return {node.value}
    return set()


def test_no_word_stands_for_two_things_and_nothing_has_two_words(glossary: list[Word]) -> None:
    for column in ("chinese", "english"):
        words = [getattr(word, column) for word in glossary]
        assert sorted({word for word in words if words.count(word) > 1}) == [], column
    names = [name for word in glossary for name in word.names]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_every_word_says_what_it_means(glossary: list[Word]) -> None:
    assert [word.english for word in glossary if len(word.meaning.split()) < 2] == []


def test_every_name_in_the_glossary_is_used_in_the_code(glossary: list[Word], identifiers: set[str]) -> None:
    gone = [f"{word.chinese} {name}" for word in glossary for name in word.names if name not in identifiers]
    assert not gone, "strike out, or write *later*:\n" + "\n".join(gone)


TAKEN = {
    "reading": "the folder that reads messages (intake/reports/reading); a measured value comes with the instruments",
}
"""Names in the code that mean something else than the word for later, each with what it means."""


def test_a_word_for_later_is_not_a_module_or_class_already(glossary: list[Word], tree: Any) -> None:
    there = {snake(node.name) for source in tree.code for node in source.nodes if isinstance(node, ast.ClassDef)}
    there |= {part for source in tree.code for part in source.module.split(".")}
    taken = {name for word in glossary for name in word.names} | TAKEN.keys()
    early = [word.english for word in glossary if word.later and word.english.replace(" ", "_") in there - taken]
    assert early == [], "these are in the code by now: give their names"


def named_words(glossary: list[Word], language: str) -> list[tuple[str, str, str]]:
    """(key, name in the code, text) of every state, arrow, kind and role."""
    found = []
    for key, text in texts(language)["words"].items():
        group, _, name = str(key).rpartition(".")
        if group in NAMED:
            found.append((key, name.replace("-", "_"), str(text)))
    assert len(found) > 50
    return found


def test_states_kinds_and_roles_are_called_by_the_words_of_the_glossary(
    glossary: list[Word], by_name: dict[str, Word]
) -> None:
    faults = []
    for key, name, text in named_words(glossary, "zh-Hans"):
        spoken = by_name.get(AS_SPOKEN.get(key, name))
        if spoken is None:
            faults.append(f"{key}: the glossary has no `{name}`")
        elif not same_word(spoken.chinese, text):
            faults.append(f"{key}: “{text}” on the screen, {spoken.chinese} in the glossary")
    assert not faults, "\n".join(["", *faults])


AS_SPOKEN = {
    "case.state.gathered": "accept",
    "case.state.accepted": "dispatch",
    "case.state.dispatched": "sign",
    "case.state.disputed": "ruling",
    "case.state.handled": "verify",
    "case.state.verified": "close",
    "case.arrow.return": "returned",
    "case.arrow.ask_extension": "extend",
    "case.arrow.grant_extension": "extend",
    "case.arrow.refuse_extension": "extend",
    "case.demand.complex": "demand",
    "hotline.demand.complex": "demand",
    "hotline.demand.first-contact": "contact",
    "hotline.demand.recheck": "call_back",
}
"""States that are called by what they wait for, and names that take a word along."""


def same_word(glossary: str, text: str) -> bool:
    return glossary in text


def test_kinds_and_roles_are_called_by_the_english_word_too(glossary: list[Word], by_name: dict[str, Word]) -> None:
    faults = []
    for key, name, text in named_words(glossary, "en"):
        spoken = by_name.get(AS_SPOKEN.get(key, name))
        if key.rpartition(".")[0] in NOUNS and spoken and spoken.english.lower() not in text.lower():
            faults.append(f"{key}: “{text}” on the screen, {spoken.english} in the glossary")
    assert not faults, "\n".join(["", *faults])


OTHER_WORDS = {"报文": "packet", "设备编号": "key", "接入方式": "doors", "归档": "archive"}
"""Words that people have used beside the glossary's own, each with the name in the code of what they mean."""


def test_texts_and_pages_use_no_other_word_than_the_glossary_s(by_name: dict[str, Word], tree: Any) -> None:
    pages = {tree.name(path): path.read_text(encoding="utf-8") for path in tree.files(".html", ".po", under="yiwang")}
    said = pages | {f"texts: {key}": text for key, text in texts("zh-Hans")["words"].items()}
    said |= {f"texts: {key}": " ".join(parts.values()) for key, parts in texts("zh-Hans")["problems"].items()}
    assert len(said) > 1000
    faults = [
        f"{where}: “{other}”, which the glossary calls {by_name[name].chinese}"
        for where, text in said.items()
        for other, name in OTHER_WORDS.items()
        if other in text
    ]
    assert not faults, "\n".join(["", *faults])


def test_every_role_is_in_the_glossary_by_the_name_it_has_on_the_screen(by_name: dict[str, Word]) -> None:
    faults = []
    for role, row in permission.roles().items():
        names: Any = row["name"]
        spoken = by_name.get(role)
        if not spoken or spoken.chinese not in names["zh-Hans"] or spoken.english not in names["en"].lower():
            faults.append(f"{role}: {names['zh-Hans']}, {names['en']}")
    assert not faults, "\n".join(["", *faults])


def test_what_facts_are_about_is_in_the_glossary(by_name: dict[str, Word]) -> None:
    kinds = {fact.fact_kind.subject_kind for fact in FACTS.values() if ".tests." not in fact.__module__}
    assert len(kinds) > 5
    assert sorted(kind for kind in kinds if kind.split("_")[0] not in by_name) == []


def test_the_parts_of_the_tree_are_in_the_glossary(tree: Any, by_name: dict[str, Word]) -> None:
    folders = {
        path.parent
        for path in tree.files("__init__.py", under="yiwang")
        if len(path.relative_to(tree.root).parts) in (3, 4)
    }
    names = {folder.name for folder in folders} - {"tests", "migrations", "yiwang"} - FRAME
    assert sorted(name for name in names if name not in by_name) == []


def test_a_row_without_a_name_in_the_code_must_say_that_it_is_for_later() -> None:
    page = "| 中文 | English |\n|---|---|\n| 案件 | case | `case` | A matter |\n| 办件 | application | *later* | A wish |\n"
    assert read(page) == [Word("案件", "case", ("case",), "A matter"), Word("办件", "application", (), "A wish")]
    with pytest.raises(AssertionError, match="案件"):
        read("| 案件 | case | case | A matter |\n")


def test_decision_records_have_a_date_and_say_what_follows(tree: Any) -> None:
    records: list[Path] = sorted((tree.root / "docs" / "adr").glob("*.md"))
    numbers = [path.name[:4] for path in records]
    assert numbers == sorted(set(numbers)), "two records have one number"
    # Those who build the parts of an issue side by side get their numbers beforehand, and do not land in their order.
    assert {f"{number:04d}" for number in range(1, 15)} <= set(numbers)
    for path in records:
        text = path.read_text(encoding="utf-8")
        assert re.match(r"# \d{4} · .+\n\n20\d\d-\d\d-\d\d · (in force|replaced by \d{4})\n", text), path.name
        assert text.count("\n## ") >= 3, f"{path.name}: context, decision, consequences"
