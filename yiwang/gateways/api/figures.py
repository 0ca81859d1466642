"""What is public of indicators, for anybody's program: each in its state, with small numbers withheld; JSON, or CSV with `form=csv`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Schema
from pydantic import Field

from yiwang.gateways.api.answers import language
from yiwang.gateways.api.frame import GZIP, opens
from yiwang.gateways.api.indicators import IndicatorAnswer
from yiwang.gateways.api.words import Line
from yiwang.indicators import bundles, exporting
from yiwang.kernel import walltime
from yiwang.kernel.journal.exporting import packed
from yiwang.kernel.sheets.writing import as_csv
from yiwang.kernel.terms import Call


class YearFilter(Schema):
    """The year whose cases are counted, by the day of receipt; this one when nobody says."""

    year: Annotated[int, Field(ge=2000, le=2100)] | None = None
    form: Literal["json", "csv"] = "json"


class PublicShare(Schema):
    """All null where there is no figure in public. `shown` is nothing, withheld (too few), counts, or rate."""

    numerator: float | None
    denominator: int | None
    percent: float | None
    shown: str | None


class PublicAnswer(PublicShare, IndicatorAnswer):
    """An indicator as the public may know it: `disclosure` is live, after_review (by the role `reviewed_by`) or internal, with a reason."""

    reviewed_by: str | None
    reason_zh: str | None
    reason_en: str | None
    first_month: str
    last_month: str
    as_of: datetime | None
    released_at: datetime | None


class LineAnswer(PublicShare):
    """One month, committee or department (`by`)."""

    by: str
    key: str | None
    name: str | None


class PublicPage(PublicAnswer):
    """One indicator and what it is made of."""

    lines: list[LineAnswer]


@opens("GET", "/figures", "figure.read", list[PublicAnswer], sheet=True)
def figures_list(request: HttpRequest, wanted: Annotated[YearFilter, Query()]) -> Any:
    """Every indicator, in the state in which it is public."""
    call, year = _asked(request, wanted)
    found = exporting.public_figures(call.actor, year, call.now)
    return _sheet(exporting.PUBLIC, found) if wanted.form == "csv" else found


@opens("GET", "/figures/{indicator}", "figure.read", PublicPage, sheet=True)
def figure_read(request: HttpRequest, indicator: Line, wanted: Annotated[YearFilter, Query()]) -> Any:
    """One indicator by month, by committee and by department."""
    call, year = _asked(request, wanted)
    told = exporting.public_figure(call.actor, indicator, year, call.now)
    lines = exporting.public_lines(call.actor, indicator, year, call.now, language(request))
    return _sheet(exporting.LINE, lines) if wanted.form == "csv" else {**told, "lines": lines}


class OfYear(Schema):
    """The year whose cases are counted, by the day of receipt; this one when nobody says."""

    year: Annotated[int, Field(ge=2000, le=2100)] | None = None


@opens("GET", "/figures/{indicator}/proof", "figure.read", None, packed=True)
def figure_proof(request: HttpRequest, indicator: Line, wanted: Annotated[OfYear, Query()]) -> Any:
    """What a public figure rests on, signed by the town, its rows sealed: a file for `yiwang verify` and for /transparency."""
    call: Call = request.call()  # type: ignore[attr-defined]
    year = wanted.year or walltime.town_day(call.now).year
    bundle = bundles.in_public(call.actor, indicator, year, call.now, most=bundles.MOST_SEALED)
    return HttpResponse(b"".join(packed(bundle.lines())), content_type=GZIP)


def _asked(request: HttpRequest, wanted: YearFilter) -> tuple[Call, int]:
    call: Call = request.call()  # type: ignore[attr-defined]
    return call, wanted.year or walltime.town_day(call.now).year


def _sheet(columns: Sequence[str], found: list[dict[str, Any]]) -> HttpResponse:
    return HttpResponse(as_csv(columns, found), content_type="text/csv; charset=utf-8")
