"""The English of the pages is complete, keeps its placeholders, and the compiled files say the same as the readable ones."""

import ast
import gettext
import re
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[1]
SHARED = "shared"
ROOMS = {SHARED: WEB, "desk": WEB / "desk", "portal": WEB / "portal"}
"""Each room with a catalogue of its own; what stands in the shared one every room may use."""
TAGS = re.compile(r"""{% translate "([^"]*)"|{% blocktranslate[^%]*%}(.*?){% (?:endblocktranslate|plural)""", re.S)
SLOTS = re.compile(r"%\(\w+\)(?:\.\d)?[sdf]")
CHINESE = re.compile(r"[一-鿿]")
WANTING = {"_", "gettext", "gettext_lazy", "ngettext"}
NAMES = re.compile(r"新府〔2019〕7号|新海府〔2026〕12号|腾讯身份验证器")
"""Of papers and of a program: they have no English."""


def code_of(room: str) -> list[Path]:
    """The Python files of a room; those of the shared pages are no room's."""
    if room == SHARED:
        return [*WEB.glob("*.py"), *(WEB / "components").rglob("*.py"), *(WEB / "templatetags").glob("*.py")]
    return [path for path in ROOMS[room].rglob("*.py") if "tests" not in path.parts]


def asked_for(room: str) -> set[str]:
    """Every text that a template or a function of a room wants translated, as gettext asks for it."""
    texts: set[str] = set()
    for path in (ROOMS[room] / "templates").rglob("*.html"):
        for plain, block in TAGS.findall(path.read_text(encoding="utf-8")):
            texts.add(plain or re.sub(r"{{ (\w+) }}", r"%(\1)s", block.replace("%", "%%")))
    for path in code_of(room):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WANTING:
                texts.add(ast.literal_eval(node.args[0]))
    return texts


def english_of(room: str) -> dict[str, str]:
    """What the compiled catalogue of a room says; of what counts, the singular."""
    with (ROOMS[room] / "locale" / "en" / "LC_MESSAGES" / "django.mo").open("rb") as compiled:
        catalogue = gettext.GNUTranslations(compiled)._catalog  # type: ignore[attr-defined]
    return {key if isinstance(key, str) else key[0]: text for key, text in catalogue.items() if key}


def _plain(text: str) -> str:
    return text.replace('\\"', '"').replace("\\n", "\n")


@pytest.mark.parametrize("room", ROOMS)
def test_no_text_is_without_its_english_and_none_is_left_over(room: str) -> None:
    asked, english = asked_for(room), english_of(room)
    assert len(asked) > 200
    assert sorted(asked - set(english) - set(english_of(SHARED))) == []
    assert sorted(set(english) - asked) == []


@pytest.mark.parametrize("room", ROOMS)
def test_the_english_is_english_and_keeps_the_placeholders(room: str) -> None:
    english = english_of(room)
    assert [text for text in english.values() if CHINESE.search(NAMES.sub("", text))] == []
    assert [key for key, text in english.items() if set(SLOTS.findall(key)) != set(SLOTS.findall(text))] == []


@pytest.mark.parametrize("room", ROOMS)
def test_the_compiled_file_holds_what_the_readable_one_says(room: str) -> None:
    readable = (ROOMS[room] / "locale" / "en" / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.*)"$', readable, re.M)
    unquoted = {_plain(key): _plain(text) for key, text in pairs}
    english = english_of(room)
    assert len(unquoted) > 200
    assert {key: english[key] for key in unquoted} == unquoted
