"""What a page must know about the town and the reader's wishes: town name, demonstration, letter size, colour scheme."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from yiwang.kernel.people.session import demonstration_runs
from yiwang.kernel.plainyaml import plain
from yiwang.kernel.problems import BadFields, Problem
from yiwang.kernel.wording import language_of, problem_text
from yiwang.web.components.markup import english

SIZE_COOKIE = "yiwang_size"
SCHEME_COOKIE = "yiwang_scheme"
SIZES = ("normal", "large")
SCHEMES = ("auto", "light", "dark")


@dataclass(frozen=True, slots=True)
class Page:
    """What base.html asks for."""

    town: str
    demonstration: bool
    past_waits: bool
    """Whether the invented past of a demonstration is not yet lived to its end: lists are still filling."""
    demonstration_log_ins: bool
    size: str
    scheme: str
    language: str


@cache
def town_sheet(folder: Path) -> dict[str, Any]:
    """The town's own `town.yaml`; an empty sheet when the folder has none (a fresh check-out in a test)."""
    path = folder / "town.yaml"
    return (plain(path.read_text(encoding="utf-8")) or {}) if path.exists() else {}


def town_name() -> str:
    """The town's name in the page's language; `name` in town.yaml is a text or {zh-Hans, en}."""
    name = town_sheet(Path(settings.TOWN_DIR)).get("name") or {"zh-Hans": "一网", "en": "Yiwang"}
    if isinstance(name, str):
        return name
    return str(name.get("en" if english() else "zh-Hans") or next(iter(name.values())))


def page(request: HttpRequest | None) -> Page:
    """The page's settings from the town and from the reader's cookies; a cookie nobody set here counts as none."""
    cookies = request.COOKIES if request is not None else {}
    demonstration = bool(town_sheet(Path(settings.TOWN_DIR)).get("demonstration", False))
    size, scheme = cookies.get(SIZE_COOKIE, ""), cookies.get(SCHEME_COOKIE, "")
    return Page(
        town=town_name(),
        demonstration=demonstration,
        past_waits=demonstration and Path(settings.PAST).exists(),
        demonstration_log_ins=demonstration_runs(),
        size=size if size in SIZES else "normal",
        scheme=scheme if scheme in SCHEMES else "auto",
        language="en" if english() else "zh-Hans",
    )


def language() -> str:
    """The page's language as the texts files name it: zh-Hans or en."""
    return language_of("en" if english() else "zh-hans")


def field_errors(problem: Problem) -> dict[str, str]:
    """A refusal of fields as sentences by field name, for error_summary and the fields' `error`.

    BadField gives its one field; any other Problem stands under "" (the whole form).
    """
    if isinstance(problem, BadFields):
        return {name: sentence(one) for name, one in problem.fields.items()}
    name = str(problem.parameters.get("field", "")) if problem.slug == "bad-field" else ""
    return {name: sentence(problem)}


def sentence(problem: Problem) -> str:
    """What is the matter and what to do now, in one line."""
    text = problem_text(problem, language())
    return f"{text['what']}{'' if not english() else ' '}{text['do']}"
