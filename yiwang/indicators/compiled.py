"""From an indicator's definition to SQL (docs/adr/0018): Ibis compiles, Django's connection runs. No database here.

The compiled text reads `evidence`, one row a case: whoever runs it says before it, in a WITH, which rows these are.
"""

from collections.abc import Iterable
from functools import reduce
from operator import and_, or_
from typing import Any

import ibis

from yiwang.indicators.definitions import Indicator

EVIDENCE = ibis.table(
    {
        "case_id": "uuid",
        "part": "uuid",
        "month": "date",
        "committee": "uuid",
        "team": "uuid",
        "source": "string",
        "type_code": "string",
        "holds": "array<string>",
    },
    name="evidence",
)
PARTS = ("numerator", "denominator")
BEHIND = ("case_id", "part", "month", "committee", "team")
"""What is said of each row behind a number, before how much it counts."""


def _counted(indicator: Indicator) -> Any:
    """Whether a row belongs to the denominator."""
    needed = [EVIDENCE.holds.contains(outcome) for outcome in indicator.denominator]
    if indicator.sources:
        needed.append(EVIDENCE.source.isin(indicator.sources))
    if indicator.types:
        needed.append(reduce(or_, (EVIDENCE.type_code.startswith(one) for one in indicator.types)))
    return reduce(and_, needed)


def _share(indicator: Indicator) -> Any:
    """How much a row counts in the numerator: the first outcome that holds; 0 for what is not in the denominator."""
    counted = _counted(indicator)
    branches = [
        (counted & EVIDENCE.holds.contains(name), ibis.literal(each)) for name, each in indicator.numerator.items()
    ]
    return ibis.cases(*branches, else_=ibis.literal(0))


def sums(indicators: Iterable[Indicator]) -> str:
    """Numerators and denominators of all these by month, committee and team, in one pass: columns n0, d0, n1, d1, …"""
    columns: dict[str, Any] = {}
    for place, one in enumerate(indicators):
        columns[f"n{place}"] = _share(one).sum()
        columns[f"d{place}"] = _counted(one).sum()
    return _text(EVIDENCE.group_by("month", "committee", "team").agg(**columns))


def rows(indicator: Indicator, part: str) -> str:
    """The rows behind one number: where each lies, and how much it counts there. Oldest month first."""
    belongs = _counted(indicator)
    if part == "numerator":
        belongs &= reduce(or_, (EVIDENCE.holds.contains(name) for name in indicator.numerator))
    found = EVIDENCE.filter(belongs).select(*BEHIND, counts=_share(indicator))
    return _text(found.order_by("month", "case_id", "part"))


def evidence_of(indicator: Indicator) -> str:
    """Every row of the denominator with all that decides how it counts, and how much that is."""
    found = EVIDENCE.filter(_counted(indicator))
    return _text(found.select(*BEHIND, "source", "type_code", "holds", counts=_share(indicator)))


def _text(expression: Any) -> str:
    return str(ibis.to_sql(expression, dialect="postgres")).replace("%", "%%")
