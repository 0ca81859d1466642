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
        "ref": "string",
        "type_code": "string",
        "holds": "array<string>",
    },
    name="evidence",
)
PARTS = ("numerator", "denominator")
CELL = ("month", "committee", "team")
BEHIND = ("case_id", "part", "month", "committee", "team")
"""What is said of each row behind a number, before how much it counts."""


def _counted(indicator: Indicator, told: Any = EVIDENCE) -> Any:
    """Whether a row belongs to the denominator."""
    needed = [told.holds.contains(outcome) for outcome in indicator.denominator]
    if indicator.sources:
        needed.append(told.source.isin(indicator.sources))
    if indicator.types:
        needed.append(reduce(or_, (told.type_code.startswith(one) for one in indicator.types)))
    return reduce(and_, needed)


def _share(indicator: Indicator, told: Any = EVIDENCE) -> Any:
    """How much a row counts in the numerator: the first outcome that holds; 0 for what is not in the denominator."""
    counted = _counted(indicator, told)
    branches = [(counted & told.holds.contains(name), ibis.literal(each)) for name, each in indicator.numerator.items()]
    return ibis.cases(*branches, else_=ibis.literal(0))


def sums(indicators: Iterable[Indicator]) -> str:
    """Numerators and denominators of all these by month, committee and team, in one pass: columns n0, d0, n1, d1, …

    Cases that stand alike are put together first: of a million there are some ten thousand kinds, and to ask of each row
    which of all outcomes it holds was what took the time.
    """
    alike = EVIDENCE.group_by(*CELL, "source", "type_code", "holds").agg(times=EVIDENCE.count())
    columns: dict[str, Any] = {}
    for place, one in enumerate(indicators):
        columns[f"n{place}"] = (_share(one, alike) * alike.times).sum()
        columns[f"d{place}"] = alike.times.sum(where=_counted(one, alike)).coalesce(0)
    return _text(alike.group_by(*CELL).agg(**columns))


def rows(indicator: Indicator, part: str) -> str:
    """The rows behind one number: where each lies, how much it counts there, and its name: oldest month first, then by name."""
    belongs = _counted(indicator)
    if part == "numerator":
        belongs &= reduce(or_, (EVIDENCE.holds.contains(name) for name in indicator.numerator))
    found = EVIDENCE.filter(belongs).select(*BEHIND, counts=_share(indicator), ref=EVIDENCE.ref)
    return _text(found.order_by("month", "ref", "case_id", "part"))


def evidence_of(indicator: Indicator) -> str:
    """Every row of the denominator with all that decides how it counts, and how much that is."""
    found = EVIDENCE.filter(_counted(indicator))
    return _text(found.select(*BEHIND, "source", "type_code", "holds", counts=_share(indicator)))


def _text(expression: Any) -> str:
    return str(ibis.to_sql(expression, dialect="postgres")).replace("%", "%%")
