"""Numerators and denominators from the tables: from the cells when as of now, else from the evidence of that moment."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Max, Sum

from yiwang.indicators import evidence, law
from yiwang.indicators.definitions import Indicator
from yiwang.indicators.evidence import Scope
from yiwang.indicators.models import NOBODY, EvidenceCase, IndicatorCell

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
    newest = EvidenceCase.objects.aggregate(at=Max("since"))["at"]
    found = _kept(declared, scope, by) if newest is None or newest <= as_of else _counted(declared, scope, as_of, by)
    sums: dict[tuple[str, Key], Pair] = defaultdict(lambda: (Decimal(0), 0))
    for code, key, numerator, denominator in found:
        before = sums[code, key]
        sums[code, key] = (before[0] + Decimal(numerator), before[1] + int(denominator))
    return sums


def sums_kept(declared: tuple[Indicator, ...], scope: Scope, by: tuple[str, ...]) -> dict[tuple[str, Key], Pair]:
    """The same by all that was read."""
    return {(code, key): (Decimal(n), int(d)) for code, key, n, d in _kept(declared, scope, by)}


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
