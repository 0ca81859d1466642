"""Numerators and denominators from the tables: from the cells when as of now, else from the evidence of that moment."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from yiwang.indicators import evidence, law
from yiwang.indicators.definitions import Indicator
from yiwang.indicators.evidence import Scope
from yiwang.indicators.models import NOBODY, IndicatorCell

BY = ("month", "committee", "team")
"""What a figure may be taken apart by."""
Pair = tuple[Decimal, int]
Key = tuple[Any, ...]


def written(by: str, key: Any) -> str:
    """A key as a text: the month as `2026-04`, identifiers as such, and nothing for none."""
    if by == "month":
        return f"{key:%Y-%m}"
    return "" if key == NOBODY else str(key)


def read(by: str, key: str) -> Any:
    """A key that was written as a text."""
    if by == "month":
        return date.fromisoformat(f"{key}-01")
    return UUID(key) if key else None


def sums(
    declared: tuple[Indicator, ...], scope: Scope, as_of: datetime, by: tuple[str, ...] = ()
) -> dict[tuple[str, Key], Pair]:
    """By code and key: from the cells when nothing that was read happened later, else from the evidence of that moment."""
    newest = evidence.newest()
    found = _kept(declared, scope, by) if newest is None or newest <= as_of else _counted(declared, scope, as_of, by)
    sums: dict[tuple[str, Key], Pair] = defaultdict(lambda: (Decimal(0), 0))
    for code, key, numerator, denominator in found:
        before = sums[code, key]
        sums[code, key] = (before[0] + Decimal(numerator), before[1] + int(denominator))
    return sums


# One walk over the cells of these years, for the whole town and for each way of taking it apart.
_OF_YEARS = """
SELECT extract(year FROM month)::int AS year, grouping(month, committee, team) AS left_out, indicator, month, committee, team,
       sum(numerator), sum(denominator)
FROM indicator_cell WHERE hash = ANY(%s) AND extract(year FROM month) = ANY(%s)
GROUP BY GROUPING SETS
    ((year, indicator), (year, indicator, month), (year, indicator, committee), (year, indicator, team))
"""
_LEFT_OUT = {0b111: (), 0b011: ("month",), 0b101: ("committee",), 0b110: ("team",)}
"""By what a line of these is taken apart, from which of month, committee and team it leaves out."""


def sums_of_years(
    declared: tuple[Indicator, ...], years: Collection[int]
) -> dict[tuple[int, tuple[str, ...]], dict[tuple[str, Key], Pair]]:
    """By year and what it is taken apart by (nothing, or one of BY), and then by code and key: by all that was read."""
    found: dict[tuple[int, tuple[str, ...]], dict[tuple[str, Key], Pair]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_OF_YEARS, [[one.hash for one in declared], list(years)])
        for year, left_out, code, *keys, numerator, denominator in cursor.fetchall():
            by = _LEFT_OUT[left_out]
            key = tuple(keys[BY.index(one)] for one in by)
            found[year, by][code, key] = (numerator, int(denominator))
    return found


def _kept(declared: tuple[Indicator, ...], scope: Scope, by: tuple[str, ...]) -> Iterable[tuple[str, Key, Any, Any]]:
    cells = IndicatorCell.objects.filter(hash__in=[one.hash for one in declared], **scope.columns())
    for row in cells.values("indicator", *by).annotate(n=Sum("numerator"), d=Sum("denominator")).order_by():
        yield row["indicator"], tuple(row[one] for one in by), row["n"], row["d"]


def _counted(
    declared: tuple[Indicator, ...], scope: Scope, as_of: datetime, by: tuple[str, ...]
) -> Iterable[tuple[str, Key, Any, Any]]:
    for found in evidence.as_of(law.sums_of(declared), scope, as_of):
        keys = dict(zip(BY, found[:3], strict=True))
        for place, one in enumerate(declared):
            yield one.code, tuple(keys[each] for each in by), found[3 + 2 * place], found[4 + 2 * place]
