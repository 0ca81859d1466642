"""What the pages of water say, in the reader's language."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from yiwang.kernel.appraisals import Appraisal, Finding, Words
from yiwang.kernel.params.rulebook import RuleVersion
from yiwang.kernel.terms import Actor
from yiwang.kernel.wording import word
from yiwang.plan import queries as plans
from yiwang.plan.rules import judged_on
from yiwang.web import house
from yiwang.web.board import shown as board
from yiwang.web.components.markup import MONTHS_EN, english
from yiwang.web.surroundings.reading import MONTH, RIVER, Month, River, Section, Waters, register_of

OF_RIVERS = frozenset({"S01", "S02"})
"""Systems of the catalogue (design, S01–S38): who answers for a river, and what class its water is."""
TOLD_OF_RIVER = ("chief_office", "level", "team", "target_class", "notice_board", "width_m", "dredged_on")


def said(key: str, **given: Any) -> str:
    """A word or sentence of this room's texts."""
    return word(f"surroundings.{key}", house.language()).format(**given)


def words(one: Words) -> str:
    """A pack's words in the page's language."""
    return one[house.language()]


def month_name(one: date) -> str:
    """`2026年10月`, `Oct 2026`."""
    return f"{MONTHS_EN[one.month - 1]} {one.year}" if english() else f"{one.year}年{one.month}月"


def month_short(one: date) -> str:
    """`10月`, `Oct`: in a row whose heading names the years."""
    return MONTHS_EN[one.month - 1] if english() else f"{one.month}月"


def water_class(one: Appraisal | None) -> dict[str, Any] | None:
    """A class as its tag: sign and words, the official colour behind the sign. None is 没有数据."""
    return {"level": one.rank, "mark": one.mark, "text": words(one.words)} if one else None


def of_target(one: Appraisal | None) -> dict[str, str] | None:
    """Whether the target was met, as a word with its tone; None where there is no target, or no class."""
    if one is None or "target_open" in one.holds:
        return None
    met = "met_target" in one.holds
    return {"text": said("met" if met else "not-met"), "tone": "done" if met else "overdue"}


# --- all rivers -------------------------------------------------------------------------------------------------------


def river_rows(rivers: Iterable[River], month: date | None, address: str) -> list[dict[str, Any]]:
    """A line for each river: name, class, target, who answers for it."""
    return [_river_row(one, month, address) for one in rivers]


def _river_row(one: River, month: date | None, address: str) -> dict[str, Any]:
    found = one.at(month) if month else None
    return {
        "name": one.name,
        "href": reverse(address, args=[one.code]),
        "class": water_class(found),
        "met": of_target(found),
        "more": " · ".join(
            said(f"rivers.{key}", told=told) for key in ("target_class", "chief_office") if (told := one.words[key])
        ),
        "measured": bool(one.sections),
    }


def counts(rivers: Sequence[River], month: date | None) -> list[dict[str, Any]]:
    """How many rivers of each class there are, the best first, and how many without one at the end."""
    found = [one.at(month) if month else None for one in rivers]
    by_level = {one.rank: one for one in found if one}
    told: list[dict[str, Any]] = [
        {"class": water_class(by_level[level]), "text": _rivers(one is not None and one.rank == level for one in found)}
        for level in sorted(by_level)
    ]
    return [*told, {"class": None, "text": _rivers(one is None for one in found)}] if None in found else told


def attainment(rivers: Sequence[River], month: date | None) -> str:
    """断面达标率, in counts: of all sections those whose target is assessed, and how many met it; empty where none is, or no month."""
    found = [one.at(month) for river in rivers for one in river.sections if month and _is_assessed(one)]
    held = [one.holds if one else frozenset[str]() for one in found]
    counts = {name: sum(name in one for one in held) for name in ("met_target", "not_met")}
    counts["all"] = sum(len(river.sections) for river in rivers)
    return said("rivers.attained", count=len(found), none=found.count(None), **counts) if found else ""


def _is_assessed(one: Section) -> bool:
    return one.row.values.get("assessed") is True and bool(one.row.values.get("target_class"))


def system(waters: Waters, month: date | None) -> dict[str, Any] | None:
    """The water of the whole town in a month: how it is, by what it was judged, and what of that is unverified. None without data."""
    found = waters.system(month) if month else None
    if found is None:
        return None
    reasons = [words(one) for one in found.reasons]
    how = (" " if english() else "").join([*reasons, *unverified(found.rules)])
    return {"found": said("rivers.system", found=words(found.words)), "how": how}


def unverified(rules: Iterable[RuleVersion]) -> list[str]:
    """A sentence for each rule that was applied and that nobody has compared with its source."""
    named = dict.fromkeys((one.source, one.article) for one in rules if not one.verified)
    return [said("unverified", source=source, article=article) for source, article in named]


def _rivers(which: Iterable[bool]) -> str:
    return said("rivers.one", count=sum(which))


def month_options(waters: Waters, chosen: date | None) -> list[dict[str, Any]]:
    """The months that can be looked at, the newest first."""
    return [
        {"value": f"{one:%Y-%m}", "text": month_name(one), "chosen": one == chosen} for one in reversed(waters.months)
    ]


def source_of_months() -> str:
    """Whose sheet the official classes are."""
    register = register_of(MONTH)
    return said("source", of=register.mirror_of) if register and register.mirror_of else ""


# --- one river --------------------------------------------------------------------------------------------------------


def facts(one: River) -> list[dict[str, Any]]:
    """Who answers for the river and what is known of it, for a summary list."""
    declared = register_of(RIVER)
    names = {field.code: field for field in declared.fields} if declared else {}
    language = house.language()
    return [
        {"text": names[code].name[language], "value": _with_unit(one.words[code], names[code].unit)}
        for code in TOLD_OF_RIVER
        if code in names
    ]


def _with_unit(text: str, unit: str) -> str:
    return f"{text} {unit}" if text and unit else text


def section(one: Section) -> dict[str, Any]:
    """A section: its newest class in words, its twelve months, and the values of the newest."""
    newest = one.newest
    said_of = newest.said if newest else None
    return {
        "key": one.row.key,
        "name": one.words["called"],
        "level": one.words["level"],
        "assessed": one.row.values.get("assessed") is True,
        "target": said("section.target", target=target) if (target := one.words["target_class"]) else "",
        "when": month_name(newest.month) if newest else "",
        "class": water_class(said_of),
        "met": of_target(said_of),
        "sentence": _sentence(one, newest),
        "reasons": [words(reason) for reason in said_of.reasons] if said_of else [],
        "findings": [finding(found) for found in said_of.findings] if said_of else [],
        "months": [_month_cell(month) for month in one.months],
        "year_title": _year_title(one),
        "values_title": said("river.values", month=month_name(newest.month)) if newest else "",
        "published_said": said("river.published", day=board.day(newest.row.valid_from))
        if newest and newest.row
        else "",
    }


def _year_title(one: Section) -> str:
    if not one.months:
        return ""
    return said("river.months", first=month_name(one.months[0].month), last=month_name(one.months[-1].month))


def _sentence(one: Section, newest: Month | None) -> str:
    if newest is None or newest.said is None:
        return said("section.none")
    given = {"month": month_name(newest.month), "found": words(newest.said.words), "target": one.words["target_class"]}
    met = of_target(newest.said)
    if met is None:
        return said("section.no-target", **given)
    return said("section.met" if "met_target" in newest.said.holds else "section.not-met", **given)


def _month_cell(one: Month) -> dict[str, Any]:
    return {
        "month": month_short(one.month),
        "whole": month_name(one.month),
        "class": water_class(one.said),
        "met": of_target(one.said),
        "worse": listed(words(finding.item) for finding in one.said.findings if finding.worse) if one.said else "",
    }


def finding(one: Finding) -> dict[str, Any]:
    """One item as a line of the table of values."""
    state = {"text": words(one.said), "tone": "overdue"} if one.worse else words(one.said)
    return {"item": words(one.item), "value": words(one.value), "said": state}


def finding_columns() -> list[dict[str, Any]]:
    """The heads of the table of values."""
    return [{"key": key, "text": said(f"column.{key}")} for key in ("item", "value", "said")]


def month_columns() -> list[dict[str, Any]]:
    """The heads of the table of months."""
    return [{"key": key, "text": said(f"column.{key}")} for key in ("month", "class", "met", "worse")]


def month_rows(one: Section) -> list[dict[str, Any]]:
    """The same months as a table, the newest first."""
    return [
        {
            "month": cell["whole"],
            "class": cell["class"]["text"] if cell["class"] else None,
            "met": cell["met"] or "–",
            "worse": cell["worse"] or "–",
        }
        for cell in map(_month_cell, reversed(one.months))
    ]


def listed(parts: Iterable[str]) -> str:
    """Words in a row."""
    return (", " if english() else "、").join(parts)


# --- what was promised ------------------------------------------------------------------------------------------------


def promises(actor: Actor, today: date) -> list[dict[str, Any]]:
    """What the latest plan promised of rivers and of nothing else, and how each promise stands."""
    known = plans.plans(actor)
    if not known:
        return []
    year = known[0].year
    rows = [
        row for row, one in plans.promises_of(actor, year).items() if one.systems and OF_RIVERS.issuperset(one.systems)
    ]
    found = [
        plans.promise(actor, year, row, judged_on(year, today))
        for row in sorted(rows, key=lambda row: [int(part) for part in row.split(".")])
    ]
    return [
        {
            "text": board.text(one.promise.promise),
            "href": reverse("board:promise", args=[year, one.promise.row]),
            "state": board.state(one.judgement),
        }
        for one in found
    ]
