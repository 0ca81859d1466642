"""Indicators for programs and spreadsheets: each figure, its cells and the rows behind it as flat rows of plain values.

The first argument is always the Actor. None where there is no rate: of nothing, and of fewer cases than say something.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from yiwang.cases import queries as cases
from yiwang.indicators import law, public, queries
from yiwang.indicators.definitions import Indicator
from yiwang.indicators.evidence import Scope
from yiwang.indicators.rules import Share, Shown
from yiwang.indicators.sums import BY
from yiwang.kernel.people import queries as people
from yiwang.kernel.places import queries as places
from yiwang.kernel.terms import Actor

Row = dict[str, Any]

SHARE = ("numerator", "denominator", "percent", "shown")
FIGURE = (
    "code", "name_zh", "name_en", *SHARE, "formula_zh", "formula_en", "why_none_zh", "why_none_en", "direction", "version", "hash",
    "reference_zh", "reference_en", "verified", "disclosure",
)  # fmt: skip
WHERE = ("month", "committee", "committee_name", "team", "team_name")
CELL = (*WHERE, *SHARE)
PUBLIC = (*FIGURE, "reviewed_by", "reason_zh", "reason_en", "first_month", "last_month", "as_of", "released_at")
LINE = ("by", "key", "name", *SHARE)
BEHIND = ("number", *WHERE, "part", "counts")
"""Of a row behind a number: the case (or what was measured), and the part in it where the row is an assisting department's."""
CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Named:
    """A committee or a department as other systems know it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Names:
    """Committees and departments by identifier."""

    committees: Mapping[UUID, Named]
    teams: Mapping[UUID, Named]

    def where(self, month: date, committee: UUID | None, team: UUID | None) -> Row:
        """The first columns of a row, with codes and names; None for no committee and not with a department yet."""
        lies, whose = named(self.committees, committee), named(self.teams, team)
        return {
            "month": f"{month:%Y-%m}",
            "committee": lies.code if lies else None,
            "committee_name": lies.name if lies else None,
            "team": whose.code if whose else None,
            "team_name": whose.name if whose else None,
        }


def named(known: Mapping[UUID, Named], key: UUID | None) -> Named | None:
    """The committee or department; one that is not valid any more by its identifier; None for none."""
    if key is None:
        return None
    return known.get(key) or Named(str(key), "")


def names(actor: Actor, language: str) -> Names:
    """The town's committees and departments in a language of Django's. Two queries."""
    english = language.lower().startswith("en")
    return Names(
        {
            one.place_id: Named(one.code, one.name_en if english and one.name_en else one.name)
            for one in places.committees(actor)
        },
        {one.team_id: Named(one.code, one.name(language)) for one in people.teams(actor)},
    )


def figures(actor: Actor, scope: Scope, as_of: datetime) -> list[Row]:
    """Every indicator. Raises NotAllowed."""
    return [{**_told(one.indicator), **share(one.share)} for one in queries.figures(actor, scope, as_of)]


def figure(actor: Actor, code: str, scope: Scope, as_of: datetime) -> Row:
    """One indicator. Raises NotAllowed, IndicatorUnknown."""
    found = queries.figure(actor, code, scope, as_of)
    return {**_told(found.indicator), **share(found.share)}


def cells(actor: Actor, code: str, scope: Scope, as_of: datetime, language: str) -> list[Row]:
    """One indicator by month, committee and department. Raises NotAllowed, IndicatorUnknown."""
    known = names(actor, language)
    return [
        {**known.where(one.month, one.committee, one.team), **share(one.share)}
        for one in queries.cells(actor, code, scope, as_of)
    ]


def rows(
    actor: Actor,
    code: str,
    part: str,
    scope: Scope,
    as_of: datetime,
    language: str,
    *,
    after: int = 0,
    size: int | None = None,
) -> list[Row]:
    """The cases behind a numerator or a denominator, by number, or the things that were measured. Raises NotAllowed, IndicatorUnknown."""
    found = queries.rows(actor, code, part, scope, as_of, after=after, size=size)
    known, ids = names(actor, language), [one.case_id for one in found]
    measured = bool(law.indicator(code).counts)
    found_numbers: Mapping[Any, str] = refs(actor, ids, as_of) if measured else numbers(actor, ids)
    return [
        {
            "number": found_numbers.get(one.case_id),
            **known.where(one.month, one.committee, one.team),
            "part": str(one.part) if one.part else None,
            "counts": plain(one.counts),
        }
        for one in found
    ]


def numbers(actor: Actor, ids: Sequence[Any]) -> dict[Any, str]:
    """The number of each of these cases, by identifier."""
    return {
        case_id: row.number
        for start in range(0, len(ids), CHUNK)
        for case_id, row in cases.rows_of(actor, ids[start : start + CHUNK]).items()
    }


def refs(actor: Actor, things: Sequence[Any], as_of: datetime) -> dict[Any, str]:
    """What each of these measured things is called within its source."""
    return {key: row.ref for key, row in queries.told_of(actor, things, as_of).items()}


def share(one: Share, seen: Shown | None = None) -> Row:
    """A share as columns; nothing of what may not be shown is in them. `seen`: what may be, where that is decided elsewhere."""
    seen = seen or one.shown()
    withheld = seen is Shown.WITHHELD
    return {
        "numerator": None if withheld else plain(one.numerator),
        "denominator": None if withheld else one.denominator,
        "percent": float(one.percent) if seen is Shown.RATE and one.percent is not None else None,
        "shown": str(seen),
    }


def plain(value: Decimal) -> int | float:
    """A count as JSON has it: whole where it is whole."""
    return int(value) if value == value.to_integral_value() else float(value)


def _told(one: Indicator) -> Row:
    return {
        "code": one.code,
        "name_zh": one.name["zh-Hans"],
        "name_en": one.name["en"],
        "formula_zh": one.formula["zh-Hans"],
        "formula_en": one.formula["en"],
        "why_none_zh": one.none["zh-Hans"],
        "why_none_en": one.none["en"],
        "direction": one.direction,
        "version": one.version,
        "hash": one.hash,
        "reference_zh": one.reference["zh-Hans"],
        "reference_en": one.reference["en"],
        "verified": one.verified,
        "disclosure": one.disclosure.state,
    }


# --- what is public of them ------------------------------------------------------------------------------------------


def public_figures(actor: Actor, year: int, as_of: datetime) -> list[Row]:
    """Every indicator in its state, without a figure where there is none in public. Raises NotAllowed."""
    return [_public(one) for one in public.figures(actor, year, as_of)]


def public_figure(actor: Actor, code: str, year: int, as_of: datetime) -> Row:
    """One of them. Raises NotAllowed, IndicatorUnknown."""
    return _public(public.figure(actor, code, year, as_of))


def public_lines(actor: Actor, code: str, year: int, as_of: datetime, language: str) -> list[Row]:
    """One of them by month, by committee and by department. Raises NotAllowed, IndicatorUnknown."""
    known = names(actor, language)
    spoken: dict[str, Callable[[Any], Named | None]] = {
        "month": lambda key: Named(f"{key:%Y-%m}", f"{key:%Y-%m}"),
        "committee": lambda key: named(known.committees, key),
        "team": lambda key: named(known.teams, key),
    }
    found = []
    for by in BY:
        for one in public.lines(actor, code, year, as_of, by):
            told = spoken[by](one.key)
            where = {"by": by, "key": told.code if told else None, "name": told.name if told else None}
            found.append({**where, **share(one.share, one.shown)})
    return sorted(found, key=lambda row: (BY.index(row["by"]), row["key"] or ""))


def _public(one: public.PublicFigure) -> Row:
    disclosure = one.indicator.disclosure
    return {
        **_told(one.indicator),
        **(share(one.share, one.shown) if one.share else dict.fromkeys(SHARE)),
        "reviewed_by": disclosure.role or None,
        "reason_zh": disclosure.reason.get("zh-Hans"),
        "reason_en": disclosure.reason.get("en"),
        "first_month": f"{one.scope.first:%Y-%m}",
        "last_month": f"{one.scope.last:%Y-%m}",
        "as_of": one.as_of.isoformat() if one.as_of else None,
        "released_at": one.released_at.isoformat() if one.released_at else None,
    }
