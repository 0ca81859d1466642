"""What leaves the module about indicators. The first argument is always the Actor; figures are of the whole town's cases."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Sum

from yiwang.indicators import compiled, evidence, law
from yiwang.indicators.definitions import Indicator
from yiwang.indicators.evidence import Scope
from yiwang.indicators.models import NOBODY, EvidenceCase, IndicatorCell
from yiwang.indicators.rules import Share
from yiwang.kernel.access import permission
from yiwang.kernel.terms import TOWN_WIDE, Actor, CaseId, PartId, PlaceId, TeamId

BY = ("month", "committee", "team")
"""What a figure may be taken apart by."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator with its sums in a scope."""

    indicator: Indicator
    share: Share


@dataclass(frozen=True, slots=True)
class Line:
    """The sums of one month, committee or department. `key` None: of no committee, or not with a department yet."""

    key: Any
    share: Share


@dataclass(frozen=True, slots=True)
class Cell:
    """The sums of one month, committee and department; None: of no committee, or not with a department yet."""

    month: date
    committee: PlaceId | None
    team: TeamId | None
    share: Share


@dataclass(frozen=True, slots=True)
class Counted:
    """A case behind a number (or the `part` of an assisting department in it), where it lies, and how much it counts there."""

    case_id: CaseId
    counts: Decimal
    month: date
    committee: PlaceId | None
    team: TeamId | None
    part: PartId | None


def figures(actor: Actor, scope: Scope, as_of: datetime) -> tuple[Figure, ...]:
    """Every indicator in a scope, as things stood at a moment. Raises NotAllowed."""
    permission.require(actor, "indicator.read", TOWN_WIDE)
    declared = tuple(law.indicators().values())
    sums = _sums(declared, scope, as_of, ())
    return tuple(Figure(one, Share(*sums[one.code, ()])) for one in declared)


def figure(actor: Actor, code: str, scope: Scope, as_of: datetime) -> Figure:
    """One indicator in a scope, as things stood at a moment. Raises NotAllowed, IndicatorUnknown."""
    permission.require(actor, "indicator.read", TOWN_WIDE)
    one = law.indicator(code)
    return Figure(one, Share(*_sums((one,), scope, as_of, ())[code, ()]))


def lines(actor: Actor, code: str, scope: Scope, as_of: datetime, by: str) -> tuple[Line, ...]:
    """One indicator taken apart by month, committee or team, in the order of the months; of the others in no order.

    Only what there is something to count of. Raises NotAllowed, IndicatorUnknown.
    """
    permission.require(actor, "indicator.read", TOWN_WIDE)
    assert by in BY, by  # noqa: S101
    sums = _sums((law.indicator(code),), scope, as_of, (by,))
    found = [Line(_known(key), Share(*pair)) for (_, (key,)), pair in sums.items() if pair[1]]
    return tuple(sorted(found, key=lambda line: line.key) if by == "month" else found)


def cells(actor: Actor, code: str, scope: Scope, as_of: datetime) -> tuple[Cell, ...]:
    """One indicator by month, committee and department at once, oldest month first: only cells with something to count.

    Raises NotAllowed, IndicatorUnknown.
    """
    permission.require(actor, "indicator.read", TOWN_WIDE)
    sums = _sums((law.indicator(code),), scope, as_of, BY)
    found = [
        Cell(month, _known(committee), _known(team), Share(*pair))
        for (_, (month, committee, team)), pair in sorted(sums.items())
        if pair[1]
    ]
    return tuple(found)


def rows(
    actor: Actor, code: str, part: str, scope: Scope, as_of: datetime, *, after: int = 0, size: int | None = 100
) -> tuple[Counted, ...]:
    """The cases behind the numerator or the denominator, oldest month first; `size` None: all. Raises NotAllowed, IndicatorUnknown."""
    permission.require(actor, "indicator.read", TOWN_WIDE)
    assert part in compiled.PARTS, part  # noqa: S101
    limit = "" if size is None else f"LIMIT {int(size)}"
    sql = f"{compiled.rows(law.indicator(code), part)}\n{limit} OFFSET {int(after)}"
    return tuple(
        Counted(CaseId(case_id), Decimal(counts), month, _known(committee), _known(team), of_part)
        for case_id, of_part, month, committee, team, counts in evidence.as_of(sql, scope, as_of)
    )


Pair = tuple[Decimal, int]
Key = tuple[Any, ...]


def _known(key: Any) -> Any:
    return None if key == NOBODY else key


def _sums(
    declared: tuple[Indicator, ...], scope: Scope, as_of: datetime, by: tuple[str, ...]
) -> dict[tuple[str, Key], Pair]:
    """By code and key: from the cells when nothing that was read happened later, else from the evidence of that moment."""
    newest = EvidenceCase.objects.aggregate(at=Max("since"))["at"]
    found = _kept(declared, scope, by) if newest is None or newest <= as_of else _counted(declared, scope, as_of, by)
    sums: dict[tuple[str, Key], Pair] = defaultdict(lambda: (Decimal(0), 0))
    for code, key, numerator, denominator in found:
        before = sums[code, key]
        sums[code, key] = (before[0] + Decimal(numerator), before[1] + int(denominator))
    return sums


def _kept(declared: tuple[Indicator, ...], scope: Scope, by: tuple[str, ...]) -> Iterable[tuple[str, Key, Any, Any]]:
    cells = IndicatorCell.objects.filter(hash__in=[one.hash for one in declared], **scope.columns())
    for row in cells.values("indicator", *by).annotate(n=Sum("numerator"), d=Sum("denominator")).order_by():
        yield row["indicator"], tuple(row[one] for one in by), row["n"], row["d"]


def _counted(
    declared: tuple[Indicator, ...], scope: Scope, as_of: datetime, by: tuple[str, ...]
) -> Iterable[tuple[str, Key, Any, Any]]:
    sql = law.sums_of_all() if len(declared) > 1 else compiled.sums(declared)
    for found in evidence.as_of(sql, scope, as_of):
        keys = dict(zip(BY, found[:3], strict=True))
        for place, one in enumerate(declared):
            yield one.code, tuple(keys[each] for each in by), found[3 + 2 * place], found[4 + 2 * place]
