"""The English of the shared pages is complete, and the compiled file is of the same words."""

import ast
import gettext
import re
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[1]
CATALOGUE = WEB / "locale" / "en" / "LC_MESSAGES"
TRANSLATED = re.compile(r"""{% translate "([^"]*)"|{% blocktranslate[^%]*%}(.*?){% endblocktranslate %}""", re.S)
CHINESE = re.compile(r"[一-鿿]")


def asked_for() -> set[str]:
    """Every text that a template or a function of the shared pages wants translated."""
    texts: set[str] = set()
    for path in (WEB / "templates").rglob("*.html"):
        for plain, block in TRANSLATED.findall(path.read_text(encoding="utf-8")):
            texts.add(plain or re.sub(r"{{ (\w+) }}", r"%(\1)s", block))
    for path in [*WEB.glob("*.py"), *(WEB / "components").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
                texts.add(ast.literal_eval(node.args[0]))
    return texts


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    with (CATALOGUE / "django.mo").open("rb") as compiled:
        return dict(gettext.GNUTranslations(compiled)._catalog)  # type: ignore[attr-defined]


def test_there_are_texts_to_translate() -> None:
    assert len(asked_for()) > 200


def test_no_text_is_without_its_english(english: dict[str, str]) -> None:
    assert sorted(text for text in asked_for() if not english.get(text)) == []


def test_no_english_text_is_left_over_or_still_chinese(english: dict[str, str]) -> None:
    assert sorted(set(english) - asked_for() - {""}) == []
    assert [text for key, text in english.items() if key and CHINESE.search(text)] == []


def test_placeholders_are_the_same_in_both_languages(english: dict[str, str]) -> None:
    slots = re.compile(r"%\(\w+\)s")
    assert [
        key for key, text in english.items() if key and sorted(slots.findall(key)) != sorted(slots.findall(text))
    ] == []


def test_the_compiled_file_holds_what_the_readable_one_says(english: dict[str, str]) -> None:
    readable = (CATALOGUE / "django.po").read_text(encoding="utf-8")
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.*)"$', readable, re.M)
    assert {key.replace('\\"', '"'): text.replace('\\"', '"') for key, text in pairs} == {
        k: v for k, v in english.items() if k
    }
