"""Words for what the code calls by a slug: refusals, states, roles, units. Read once from every `texts/<language>.yaml`.

Sentences of pages are not here: they stand in the templates and are translated by gettext.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from yiwang.kernel.plainyaml import plain
from yiwang.kernel.problems import Problem
from yiwang.kernel.zone import in_town

PACKAGE = Path(__file__).resolve().parents[1]
LANGUAGES = ("zh-Hans", "en")


class DoubleWord(Exception):
    """Two files give the same key a text; one of them must take another key."""


def language_of(code: str) -> str:
    """The text file's language for one of Django's language codes; Chinese unless English was asked for."""
    return "en" if code.lower().startswith("en") else "zh-Hans"


_besides: list[Path] = []


def read_too(folders: Iterable[Path]) -> None:
    """Let texts below these folders count as well: packs may lie outside the package. Said once, before words are asked for."""
    _besides[:] = folders
    texts.cache_clear()


@cache
def texts(language: str) -> dict[str, dict[str, Any]]:
    """All texts of one language: `problems` by slug and `words` by key. Raises DoubleWord."""
    merged: dict[str, dict[str, Any]] = {"problems": {}, "words": {}}
    for path in (path for root in (PACKAGE, *_besides) for path in sorted(root.rglob(f"texts/{language}.yaml"))):
        content = plain(path.read_text(encoding="utf-8")) or {}
        for section, entries in content.items():
            for key, text in (entries or {}).items():
                if key in merged[section]:
                    raise DoubleWord(f"{path}: {section}.{key} stands in another texts file already")
                merged[section][key] = text
    return merged


def word(key: str, language: str = "zh-Hans") -> str:
    """The text of one key, for example `case.state.handling`. Raises KeyError for a key nobody wrote."""
    return str(texts(language_of(language))["words"][key])


def problem_text(problem: Problem, language: str = "zh-Hans") -> dict[str, str]:
    """What is the matter, why, and what to do now: `{"what", "why", "do"}` with the problem's parameters put in.

    Codes among them are put in as words (`Problem.coded`), moments as the town's clock shows them.
    """
    known = texts(language_of(language))
    parts = known["problems"][problem.slug]
    given = {
        name: _said(value, problem.coded[name], known["words"], language) if name in problem.coded else _in_town(value)
        for name, value in problem.parameters.items()
    }
    return {part: str(parts[part]).format(**given) for part in ("what", "why", "do")}


class Teller:
    """Speaks one language in the words of one part. A subclass names what the keys of its words begin with."""

    part: ClassVar[str]

    def __init__(self, language: str) -> None:
        self.language = language

    def say(self, key: str, **parameters: Any) -> str:
        """The words of a key of this part, with the parameters put in. Raises KeyError for a key nobody wrote."""
        return word(f"{self.part}.{key}", self.language).format(**parameters)

    def listed(self, parts: Iterable[str]) -> str:
        """Some words as a list."""
        return (", " if self.language == "en" else "、").join(parts)

    def joined(self, sentences: Iterable[str]) -> str:
        """Sentences one after the other: Chinese ones need no space between them."""
        return (" " if self.language == "en" else "").join(sentences)

    def items(self, items: Iterable[str]) -> str:
        """Things that this part measures, by their names."""
        return self.listed(self.say(f"item.{item}") for item in items)

    def fault(self, problem: Problem) -> str:
        """What is the matter, why, and what to do now, in a row."""
        return self.joined(problem_text(problem, self.language).values())

    def refusal(self, problem: Problem) -> dict[str, str]:
        """The same for a machine."""
        return {"type": problem.slug, **problem_text(problem, self.language)}


def _in_town(value: Any) -> Any:
    return f"{in_town(value):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value


def _said(codes: Any, key: str, words: dict[str, Any], language: str) -> str:
    """The words of one code or several; what is no code stays, since some doors put their own words in."""
    between = ", " if language_of(language) == "en" else "、"
    return between.join(str(words.get(f"{key}.{code}", code)) for code in str(codes).split(", "))
