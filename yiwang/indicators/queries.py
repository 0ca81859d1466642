"""What leaves the module about indicators. The first argument is always the Actor; figures are of the whole town."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q

from yiwang.indicators import compiled, evidence, law
from yiwang.indicators.definitions import Indicator
from yiwang.indicators.evidence import Scope
from yiwang.indicators.models import NOBODY, EvidenceMeasured, IndicatorRelease
from yiwang.indicators.releases import Release, release_of
from yiwang.indicators.rules import Line, Share
from yiwang.indicators.sums import BY, sums
from yiwang.kernel.access import permission
from yiwang.kernel.terms import TOWN_WIDE, Actor, CaseId, PartId, PlaceId, TeamId


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator with its sums in a scope."""

    indicator: Indicator
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


@dataclass(frozen=True, slots=True)
class CountedThing:
    """A thing that was measured behind a number: what it is called, which outcomes hold of it, and what it rests on.

    `opens`: kind, where and which: `register`, its code, the key of a row.
    """

    ref: str
    name: Mapping[str, str]
    holds: tuple[str, ...]
    opens: tuple[tuple[str, ...], ...]
    entries: tuple[int, ...]
    """Of the journal."""
    counts: Decimal
    month: date
    committee: PlaceId | None
    team: TeamId | None


def figures(actor: Actor, scope: Scope, as_of: datetime) -> tuple[Figure, ...]:
    """Every indicator in a scope, as things stood at a moment. Raises NotAllowed."""
    permission.require(actor, "indicator.read", TOWN_WIDE)
    declared = tuple(law.indicators().values())
    found = sums(declared, scope, as_of)
    return tuple(Figure(one, Share(*found[one.code, ()])) for one in declared)


def figure(actor: Actor, code: str, scope: Scope, as_of: datetime) -> Figure:
    """One indicator in a scope, as things stood at a moment. Raises NotAllowed, IndicatorUnknown."""
    permission.require(actor, "indicator.read", TOWN_WIDE)
    one = law.indicator(code)
    return Figure(one, Share(*sums((one,), scope, as_of)[code, ()]))


def lines(actor: Actor, code: str, scope: Scope, as_of: datetime, by: str) -> tuple[Line, ...]:
    """One indicator taken apart by month, committee or team, in the order of the months; of the others in no order.

    Only what there is something to count of. Raises NotAllowed, IndicatorUnknown.
    """
    permission.require(actor, "indicator.read", TOWN_WIDE)
    assert by in BY, by  # noqa: S101
    counted = sums((law.indicator(code),), scope, as_of, (by,))
    found = [Line(_known(key), Share(*pair)) for (_, (key,)), pair in counted.items() if pair[1]]
    return tuple(sorted(found, key=lambda line: line.key) if by == "month" else found)


def cells(actor: Actor, code: str, scope: Scope, as_of: datetime) -> tuple[Cell, ...]:
    """One indicator by month, committee and department at once, oldest month first: only cells with something to count.

    Raises NotAllowed, IndicatorUnknown.
    """
    permission.require(actor, "indicator.read", TOWN_WIDE)
    counted = sums((law.indicator(code),), scope, as_of, BY)
    found = [
        Cell(month, _known(committee), _known(team), Share(*pair))
        for (_, (month, committee, team)), pair in sorted(counted.items())
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
        for case_id, of_part, month, committee, team, counts, _ref in evidence.as_of(sql, scope, as_of)
    )


def things(
    actor: Actor, code: str, part: str, scope: Scope, as_of: datetime, *, after: int = 0, size: int | None = 100
) -> tuple[CountedThing, ...]:
    """The same of an indicator that counts what was measured: the things behind a number. Raises NotAllowed, IndicatorUnknown."""
    counted = rows(actor, code, part, scope, as_of, after=after, size=size)
    told = told_of(actor, [one.case_id for one in counted], as_of)
    found = ((one, told[one.case_id]) for one in counted)
    return tuple(
        CountedThing(
            row.ref, row.name, tuple(row.holds), tuple(map(tuple, row.opens)), tuple(row.entries), one.counts, one.month, one.committee,
            one.team,
        )
        for one, row in found
    )  # fmt: skip


def told_of(actor: Actor, things: Collection[UUID], as_of: datetime) -> dict[UUID, EvidenceMeasured]:
    """What evidence says of these measured things as of a moment; those that it says nothing of are left out. Raises NotAllowed."""
    permission.require(actor, "indicator.read", TOWN_WIDE)
    rows = EvidenceMeasured.objects.filter(Q(until=None) | Q(until__gt=as_of), thing__in=things, since__lte=as_of)
    return {row.thing: row for row in rows}


def _known(key: Any) -> Any:
    return None if key == NOBODY else key


# --- what was let go to the public -----------------------------------------------------------------------------------


def releases(actor: Actor, code: str) -> tuple[Release, ...]:
    """Every release of an indicator, the newest first, also those taken back. Raises NotAllowed."""
    permission.require(actor, "indicator.read", TOWN_WIDE)
    return tuple(
        release_of(row) for row in IndicatorRelease.objects.filter(indicator=code).order_by("-released_at", "id")
    )
