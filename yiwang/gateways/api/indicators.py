"""Reading indicators: every figure, one taken apart into its cells, and the cases behind its numbers; JSON, or CSV with `form=csv`."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Schema
from pydantic import Field

from yiwang.gateways.api.answers import language
from yiwang.gateways.api.frame import GZIP, opens
from yiwang.gateways.api.words import Count, Line
from yiwang.indicators import bundles, evidence, exporting
from yiwang.indicators.evidence import Scope
from yiwang.indicators.rules import months_before
from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.kernel.access.door import enter
from yiwang.kernel.journal.exporting import packed
from yiwang.kernel.people import queries as people
from yiwang.kernel.people.origins import origin_of
from yiwang.kernel.people.steps import securitylog
from yiwang.kernel.places import queries as places
from yiwang.kernel.places.rules import Kind
from yiwang.kernel.sheets.writing import as_csv
from yiwang.kernel.terms import Actor, Call
from yiwang.kernel.zone import TOWN_ZONE

Month = Annotated[str, Field(pattern=r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$")]
MONTHS = 12


class ScopeFilter(Schema):
    """Months of receipt from a first to a last (twelve when nobody says), a committee or department by code, and the day as of
    whose end it is asked (today: now)."""

    first: Month | None = None
    last: Month | None = None
    committee: Line = ""
    team: Line = ""
    as_of: date | None = None


class FigureFilter(ScopeFilter):
    """The same, and in which form."""

    form: Literal["json", "csv"] = "json"


class RowFilter(FigureFilter):
    """The same, and which page of the rows."""

    after: Count = 0
    size: Annotated[int, Field(ge=1, le=1000)] = 200


class ShareAnswer(Schema):
    """`numerator` of `denominator`. `percent` is null where there is nothing to count and where fewer than 30 cases are:
    `shown` says which of it stands (nothing, counts, rate)."""

    numerator: float
    denominator: int
    percent: float | None
    shown: str


class IndicatorAnswer(Schema):
    """An indicator with its formula, ground and version. `hash` changes when something else is counted."""

    code: str
    name_zh: str
    name_en: str
    formula_zh: str
    formula_en: str
    why_none_zh: str
    why_none_en: str
    direction: str
    version: str
    hash: str
    reference_zh: str
    reference_en: str
    verified: bool
    disclosure: str


class FigureAnswer(ShareAnswer, IndicatorAnswer):
    """An indicator with its figure."""


class CellAnswer(ShareAnswer):
    """One month, committee and department; null: of no committee, not with a department yet."""

    month: str
    committee: str | None
    committee_name: str | None
    team: str | None
    team_name: str | None


class BehindAnswer(Schema):
    """A case behind a number and how much it counts there; `part`: it is the part of an assisting department in the case."""

    number: str | None
    month: str
    committee: str | None
    committee_name: str | None
    team: str | None
    team_name: str | None
    part: UUID | None
    counts: float


class ScopeAnswer(Schema):
    """Of what and as of when; `position`: how far in the journal everything has been counted."""

    first_month: str
    last_month: str
    as_of: datetime
    position: int


class FiguresAnswer(ScopeAnswer):
    """Every indicator in a scope."""

    indicators: list[FigureAnswer]


class OneFigureAnswer(ScopeAnswer, FigureAnswer):
    """One indicator in a scope."""


class CellsAnswer(OneFigureAnswer):
    """One indicator, and the cells it is made of."""

    cells: list[CellAnswer]


class BehindPage(OneFigureAnswer):
    """One indicator, and the cases behind its numerator or denominator; `next` is the `after` of the following page."""

    rows: list[BehindAnswer]
    next: int | None


@opens("GET", "/indicators", "indicator.read", FiguresAnswer, sheet=True)
def indicators_list(request: HttpRequest, wanted: Annotated[FigureFilter, Query()]) -> Any:
    """Every indicator of the installed packs."""
    actor, scope, as_of = _asked(request, wanted)
    found = exporting.figures(actor, scope, as_of)
    if wanted.form == "csv":
        return _sheet(request, "indicators", exporting.FIGURE, found)
    return {**_of(scope, as_of), "indicators": found}


@opens("GET", "/indicators/{indicator}", "indicator.read", OneFigureAnswer, sheet=True)
def indicator_read(request: HttpRequest, indicator: Line, wanted: Annotated[FigureFilter, Query()]) -> Any:
    """One indicator."""
    actor, scope, as_of = _asked(request, wanted)
    found = exporting.figure(actor, indicator, scope, as_of)
    return (
        _sheet(request, indicator, exporting.FIGURE, [found])
        if wanted.form == "csv"
        else {**_of(scope, as_of), **found}
    )


@opens("GET", "/indicators/{indicator}/cells", "indicator.read", CellsAnswer, sheet=True)
def indicator_cells(request: HttpRequest, indicator: Line, wanted: Annotated[FigureFilter, Query()]) -> Any:
    """One indicator by month, committee and department: only cells in which there is something to count."""
    actor, scope, as_of = _asked(request, wanted)
    told = exporting.figure(actor, indicator, scope, as_of)
    found = exporting.cells(actor, indicator, scope, as_of, language(request))
    return (
        _sheet(request, indicator, exporting.CELL, found)
        if wanted.form == "csv"
        else {**_of(scope, as_of), **told, "cells": found}
    )


@opens("GET", "/indicators/{indicator}/rows/{side}", "indicator.read", BehindPage, sheet=True)
def indicator_rows(
    request: HttpRequest,
    indicator: Line,
    side: Literal["numerator", "denominator"],
    wanted: Annotated[RowFilter, Query()],
) -> Any:
    """The cases behind a number, oldest month first; each stands at /api/cases/{number} with its timeline."""
    actor, scope, as_of = _asked(request, wanted)
    told = exporting.figure(actor, indicator, scope, as_of)
    found = exporting.rows(
        actor, indicator, side, scope, as_of, language(request), after=wanted.after, size=wanted.size + 1
    )
    page = found[: wanted.size]
    if wanted.form == "csv":
        return _sheet(request, indicator, exporting.BEHIND, page)
    more = wanted.after + wanted.size if len(found) > wanted.size else None
    return {**_of(scope, as_of), **told, "rows": page, "next": more}


@opens("GET", "/indicators/{indicator}/proof", "indicator.read", None, packed=True)
def indicator_proof(request: HttpRequest, indicator: Line, wanted: Annotated[ScopeFilter, Query()]) -> Any:
    """What a figure rests on: its rows, their entries in the journal and the proofs; a file for `yiwang verify`."""
    actor, scope, as_of = _asked(request, wanted)
    _exported(request, indicator)
    with_text = not permission.reach(actor, "journal.export").nothing
    bundle = bundles.inside(actor, indicator, scope, as_of, with_text=with_text, most=bundles.MOST_ROWS)
    return HttpResponse(b"".join(packed(bundle.lines())), content_type=GZIP)


def _asked(request: HttpRequest, wanted: ScopeFilter) -> tuple[Actor, Scope, datetime]:
    call: Call = request.call()  # type: ignore[attr-defined]
    today = walltime.town_day(call.now)
    last = date.fromisoformat(f"{wanted.last}-01") if wanted.last else today.replace(day=1)
    first = date.fromisoformat(f"{wanted.first}-01") if wanted.first else months_before(last, MONTHS - 1)
    committee = places.coded(call.actor, Kind.COMMITTEE, wanted.committee).place_id if wanted.committee else None
    team = people.team_by_code(call.actor, wanted.team).team_id if wanted.team else None
    past = wanted.as_of is not None and wanted.as_of < today
    as_of = datetime.combine(wanted.as_of, time.max, TOWN_ZONE) if past and wanted.as_of else call.now
    return call.actor, Scope(min(first, last), last, committee, team), as_of


def _of(scope: Scope, as_of: datetime) -> dict[str, Any]:
    return {
        "first_month": f"{scope.first:%Y-%m}",
        "last_month": f"{scope.last:%Y-%m}",
        "as_of": as_of.astimezone(UTC),  # before 1901 the town's offset had seconds, which RFC 3339 cannot write
        "position": evidence.read_to(),
    }


def _exported(request: HttpRequest, of: str) -> None:
    """Let through who may carry figures away, and write it down. Raises SecondFactorFirst, NotAllowed."""
    call: Call = request.call()  # type: ignore[attr-defined]
    enter(call.actor, "indicator.export")
    securitylog.note_export("indicator.export", of, origin=origin_of(request), call=call)


def _sheet(request: HttpRequest, of: str, columns: Sequence[str], found: list[dict[str, Any]]) -> HttpResponse:
    _exported(request, of)
    return HttpResponse(as_csv(columns, found), content_type="text/csv; charset=utf-8")
