"""The English of the residents' pages is complete, keeps its placeholders, and the compiled file says the same."""

import ast
import gettext
import re
from pathlib import Path

import pytest

ROOM = Path(__file__).resolve().parents[1]
CATALOGUE = ROOM / "locale" / "en" / "LC_MESSAGES"
TAGS = re.compile(r"""{% translate "([^"]*)"|{% blocktranslate[^%]*%}(.*?){%""", re.S)
SLOTS = re.compile(r"%\(\w+\)(?:\.\d)?[sdf]")
CHINESE = re.compile(r"[一-鿿]")


def asked_for() -> set[str]:
    texts: set[str] = set()
    for path in (ROOM / "templates").rglob("*.html"):
        for plain, block in TAGS.findall(path.read_text(encoding="utf-8")):
            texts.add(plain or re.sub(r"{{ (\w+) }}", r"%(\1)s", block))
    for path in (*ROOM.glob("*.py"), *(ROOM / "views").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
                texts.add(ast.literal_eval(node.args[0]))
    return texts


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    with (CATALOGUE / "django.mo").open("rb") as compiled:
        catalogue = gettext.GNUTranslations(compiled)._catalog  # type: ignore[attr-defined]
    return {key if isinstance(key, str) else key[0]: text for key, text in catalogue.items() if key}


def test_no_text_is_without_its_english_and_none_is_left_over(english):
    assert len(asked_for()) > 200
    assert asked_for() - set(english) == set()
    assert set(english) - asked_for() == set()


def test_the_english_is_english_and_keeps_the_placeholders(english):
    assert [text for text in english.values() if CHINESE.search(text)] == []
    assert [key for key, text in english.items() if set(SLOTS.findall(key)) != set(SLOTS.findall(text))] == []


def test_the_compiled_file_holds_what_the_readable_one_says(english):
    readable = (CATALOGUE / "django.po").read_text(encoding="utf-8")
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.*)"$', readable, re.M)
    unquoted = {key.replace('\\"', '"'): text.replace('\\"', '"') for key, text in pairs}
    assert len(unquoted) > 200
    assert {key: english[key] for key in unquoted} == unquoted
