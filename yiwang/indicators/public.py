"""What the public may know of indicators: each in its state, with small numbers withheld. The first argument is always the Actor.

A figure that is public as it stands is counted as of the moment asked for, and strangers read of it the steps of standing.py;
one that is reviewed first is shown as it was when it was let go; one that stays within the town is
named, with the reason, and without a figure.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from yiwang.indicators import evidence, law, rules, standing
from yiwang.indicators.definitions import AFTER_REVIEW, LIVE, Indicator
from yiwang.indicators.evidence import Scope
from yiwang.indicators.models import NOBODY, IndicatorRelease
from yiwang.indicators.releases import Release, release_of
from yiwang.indicators.rules import VERY_FEW, Share, Shown
from yiwang.indicators.sums import BY, read, sums, written
from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.personal import masked
from yiwang.kernel.terms import TOWN_WIDE, Actor

FAR_BEHIND = 500
"""Entries of the journal: what a busy town writes within the two seconds that a figure may lag."""


@dataclass(frozen=True, slots=True)
class PublicLine:
    """One month, committee or department (None: of none). `shown` is WITHHELD where so few might be recognised, or worked out."""

    key: Any
    share: Share
    shown: Shown


@dataclass(frozen=True, slots=True)
class PublicFigure:
    """An indicator as the public may know it. `share` None: not let go yet, or internal. `released_at`: after review, when.

    `withheld`: it could be subtracted from the whole town's to work out what is withheld of another.
    """

    indicator: Indicator
    scope: Scope
    share: Share | None
    as_of: datetime | None
    released_at: datetime | None
    withheld: bool = False
    release: int | None = None
    """After review: the journal's entry that let it go."""

    @property
    def shown(self) -> Shown:
        """What may be shown of it."""
        if self.withheld:
            return Shown.WITHHELD
        return self.share.shown(public=self.indicator.of_people) if self.share else Shown.NOTHING


def years(actor: Actor) -> tuple[int, ...]:
    """The years of which something has been counted, the newest first. Raises NotAllowed."""
    permission.require(actor, "figure.read", TOWN_WIDE)
    found = evidence.months()
    return tuple(range(found[1].year, found[0].year - 1, -1)) if found else ()


def figures(actor: Actor, year: int, as_of: datetime, *, known_at: datetime | None = None) -> tuple[PublicFigure, ...]:
    """Every indicator of a year. `known_at`: without what was let go after review later than that. Raises NotAllowed."""
    permission.require(actor, "figure.read", TOWN_WIDE)
    live = {one.indicator.code: one for one in _live(actor, year, _whole(year), as_of)}
    return tuple(_figure(one, year, as_of, live.get(one.code), known_at) for one in law.indicators().values())


def live_within(actor: Actor, scope: Scope, as_of: datetime) -> tuple[PublicFigure, ...]:
    """Those that are public as they stand in a year up to a month, of one committee's or department's cases or of all. Raises NotAllowed.

    Strangers read what stands of the whole year then: of a moment no later months have cases.
    """
    permission.require(actor, "figure.read", TOWN_WIDE)
    return _live(actor, scope.last.year, scope, as_of)


def _live(actor: Actor, year: int, scope: Scope, as_of: datetime) -> tuple[PublicFigure, ...]:
    live = tuple(one for one in law.indicators().values() if one.disclosure.state == LIVE)
    if not live:
        return ()
    by, own = ("team", scope.team) if scope.team else ("committee", scope.committee)
    lines = _lines(actor, live, Scope(scope.first, scope.last), as_of, by if own else "")
    found = []
    for one in live:
        listed = lines.get(one.code, [])
        place = next((place for place, line in enumerate(listed) if line.key == own), None)
        if place is None:
            found.append(PublicFigure(one, scope, Share(Decimal(0), 0), as_of, None))
            continue
        line = listed[place]
        hidden = line.held or (own is not None and place in _hidden(one, listed))
        found.append(PublicFigure(one, scope, line.share, line.at, None, hidden))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Line:
    """A sum as the actor reads it. `held`: there are cases, and too few for a first step."""

    key: Any
    share: Share
    at: datetime
    held: bool = False


def _lines(actor: Actor, live: tuple[Indicator, ...], scope: Scope, as_of: datetime, by: str) -> dict[str, list[_Line]]:
    """Live figures by code, as they are for who reads the town's own, else as they stand for strangers."""
    counted, inside = sums(live, scope, as_of, (by,) if by else ()), standing.inside(actor)
    of_people = {one.code for one in live if one.of_people}
    stepped = () if inside else tuple(one for one in live if one.of_people)
    stands = standing.newest_of(stepped, scope.last.year, by, as_of) if stepped else {}
    found: dict[str, list[_Line]] = {}
    for (code, keys), pair in counted.items():
        key = (None if keys[0] == NOBODY else keys[0]) if by else None
        share, stand = Share(*pair), stands.pop((code, written(by, keys[0]) if by else ""), None)
        if stand is not None:
            found.setdefault(code, []).append(_Line(key, stand.share, stand.at))
        elif share.denominator:
            found.setdefault(code, []).append(_Line(key, share, as_of, held=not inside and code in of_people))
    for (code, key), stand in stands.items():  # no case is left of these, and there were few
        found.setdefault(code, []).append(_Line(read(by, key), stand.share, stand.at))
    return found


def _hidden(one: Indicator, listed: Sequence[_Line]) -> frozenset[int]:
    """Which lines are said to nobody, by place, so that none can be worked out from the whole and the others.

    What is counted of waters and instruments is of nobody.
    """
    if not one.of_people:
        return frozenset()
    counts = [min(line.share.denominator, VERY_FEW - 1) if line.held else line.share.denominator for line in listed]
    return rules.withheld(counts)


def read_to(actor: Actor) -> int:
    """The position in the journal up to which all figures count. Raises NotAllowed."""
    permission.require(actor, "figure.read", TOWN_WIDE)
    return evidence.read_to()


def read_by_each(actor: Actor) -> tuple[int, int]:
    """The positions up to which figures of cases, and of what was measured, count: has anything changed since? Raises NotAllowed."""
    permission.require(actor, "figure.read", TOWN_WIDE)
    return evidence.read_by_each()


def still_counting(actor: Actor) -> bool:
    """Whether so much of the journal is not counted yet that a figure says less than the town has done. Raises NotAllowed.

    In the first seconds of a town that is all of it.
    """
    counted, head = read_to(actor), journal.head()
    return head - counted > FAR_BEHIND or head > counted == 0


def figure(actor: Actor, code: str, year: int, as_of: datetime) -> PublicFigure:
    """One indicator of a year. Raises NotAllowed, IndicatorUnknown."""
    permission.require(actor, "figure.read", TOWN_WIDE)
    one = law.indicator(code)
    live = _live(actor, year, _whole(year), as_of) if one.disclosure.state == LIVE else ()
    return _figure(one, year, as_of, next((each for each in live if each.indicator.code == code), None))


def lines(actor: Actor, code: str, year: int, as_of: datetime, by: str) -> tuple[PublicLine, ...]:
    """A figure taken apart by month, committee or team, in the order of the months; of the others in no order. Raises as `figure`."""
    permission.require(actor, "figure.read", TOWN_WIDE)
    assert by in BY, by  # noqa: S101
    one = law.indicator(code)
    if one.disclosure.state == LIVE:
        found = [
            line for line in _lines(actor, (one,), _whole(year), as_of, by).get(code, []) if line.share.denominator
        ]
    else:
        row = _released(one, year, as_of)
        found = _reviewed(one, row, by) if row else []
    return _seen(one, sorted(found, key=lambda line: line.key) if by == "month" else found)


def _reviewed(one: Indicator, row: Release, by: str) -> list[_Line]:
    """The lines of a released figure. `held`: subtracted from what was public of them before they would tell of very few cases."""
    earlier: dict[Any, list[Share]] = {}
    for before in _ever_released(row.indicator, row.hash).filter(released_at__lt=row.at) if one.of_people else ():
        for line in release_of(before).lines[by]:
            earlier.setdefault(line.key, []).append(line.share)
    return [
        _Line(line.key, line.share, row.as_of, held=rules.too_near(earlier.get(line.key, ()), line.share) is not None)
        for line in row.lines[by]
    ]


def _ever_released(code: str, formula: str) -> QuerySet[IndicatorRelease]:
    """Also what was taken back: it was public."""
    return IndicatorRelease.objects.filter(indicator=code, hash=formula)


def _seen(one: Indicator, found: Sequence[_Line]) -> tuple[PublicLine, ...]:
    hidden, public = _hidden(one, found), one.of_people
    return tuple(
        PublicLine(
            line.key, line.share, Shown.WITHHELD if line.held or place in hidden else line.share.shown(public=public)
        )
        for place, line in enumerate(found)
    )


def _figure(
    one: Indicator, year: int, as_of: datetime, live: PublicFigure | None, known_at: datetime | None = None
) -> PublicFigure:
    if live is not None:
        return live
    nothing = PublicFigure(one, _whole(year), None, None, None)
    row = _released(one, year, as_of, known_at)
    if row is None:
        return nothing
    return replace(nothing, scope=row.scope, share=row.share, as_of=row.as_of, released_at=row.at, release=row.entry)


def _released(one: Indicator, year: int, as_of: datetime, known_at: datetime | None = None) -> Release | None:
    """The newest release that was not taken back, touches the year, and tells of no days after `as_of`.

    What was taken back is not shown of any moment: it is public no more. Nor does now what was reviewed when something else was
    counted under this code: it would stand beside a formula that is not its own.
    """
    if one.disclosure.state != AFTER_REVIEW:
        return None
    whole = _whole(year)
    rows = IndicatorRelease.objects.filter(
        indicator=one.code, withdrawn_at=None, first__lte=whole.last, last__gte=whole.first
    )
    rows = rows.filter(hash=one.hash) if known_at is None else rows.filter(released_at__lte=known_at)
    listed = rows.order_by("-released_at", "id")
    row = next((row for row in listed if row.as_of <= as_of or rules.over_by(row.last, _next_day(as_of))), None)
    return release_of(row) if row else None


def withdrawn_since(actor: Actor, codes: Collection[str], moment: datetime) -> tuple[Release, ...]:
    """What of these indicators was public at a moment after review and was taken back later, the oldest withdrawal first.

    Why is public: where a number of a person stands in words of before that was refused, it is masked. Raises NotAllowed.
    """
    permission.require(actor, "figure.read", TOWN_WIDE)
    rows = IndicatorRelease.objects.filter(indicator__in=codes, released_at__lte=moment, withdrawn_at__gt=moment)
    found = [release_of(row) for row in rows.order_by("withdrawn_at", "id")]
    return tuple(replace(one, withdrawn_why=masked(one.withdrawn_why)) for one in found)


def _next_day(moment: datetime) -> date:
    """The day that is not over at a moment: of the last microsecond of a day the next one."""
    return walltime.town_day(moment + timedelta(microseconds=1))


def _whole(year: int) -> Scope:
    return Scope(date(year, 1, 1), date(year, 12, 1))
