"""The catalogue of case types as the desk chooses from it: by name, by code, by the first letters of its pinyin."""

from collections.abc import Iterable
from functools import cache

from yiwang.cases import law
from yiwang.web import house


@cache
def initials(text: str) -> str:
    """The first letters of a Chinese name's pinyin, small: 井盖缺损 is jgqs."""
    from pypinyin import Style, lazy_pinyin  # half a second of a start: whoever chooses no type does without

    return "".join(part[0] for part in lazy_pinyin(text, style=Style.FIRST_LETTER) if part).lower()


@cache
def _options(language: str, kinds: str) -> tuple[dict[str, str], ...]:
    return tuple(
        {
            "value": one.code,
            "text": one.name[language],
            "group": one.class_name[language],
            "find": f"{one.code} {one.name['zh-Hans']} {one.name['en']} {initials(one.name['zh-Hans'])}".lower(),
        }
        for one in law.catalogue().types()
        if one.kind in kinds
    )


def options(kinds: str = "CEH") -> tuple[dict[str, str], ...]:
    """Every case type of these kinds in the page's language: value, text, group, and what a search looks in."""
    return _options(house.language(), kinds)


def class_options() -> list[tuple[str, str]]:
    """Classes (大类) by code, for narrowing a list."""
    found: dict[str, str] = {}
    for one in law.catalogue().types():
        found[one.class_code] = f"{one.class_code} {one.class_name[house.language()]}"
    return sorted(found.items())


def name(code: str) -> str:
    """A type's name in the page's language; the code itself when no pack has it (any more)."""
    catalogue = law.catalogue()
    return catalogue[code].name[house.language()] if code in catalogue else code


def department(code: str) -> str:
    """The code of the department that usually handles a type; empty when unknown."""
    catalogue = law.catalogue()
    return catalogue[code].department if code in catalogue else ""


def demand(code: str) -> str:
    """The kind of demand that a type names as its own; empty when it names none or is unknown."""
    catalogue = law.catalogue()
    return catalogue[code].demand if code in catalogue else ""


def known(codes: Iterable[str]) -> list[str]:
    """Those of the codes that a pack has."""
    return [code for code in codes if code in law.catalogue()]


def can_be_seen(code: str) -> bool:
    """Whether a photo can show how a case of this type looks; a type that is gone counts as one that a photo shows."""
    catalogue = law.catalogue()
    return code not in catalogue or catalogue[code].photo
