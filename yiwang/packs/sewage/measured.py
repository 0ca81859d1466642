"""What is counted of outlets: whether each has a valid permit in a month, and by the day whether the means keep within the limits of
the permit (plan rows 1.11, 1.20). Pure.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from yiwang.indicators.measured import (
    Group,
    Source,
    Standing,
    StationDay,
    StationSource,
    monthly,
)
from yiwang.packs.sewage.rules.permits import LIMITS, NEED_PERMIT, term, valid

HOURLY = ("avg", "hour")
OUTLET, PERMIT = "outlet", "discharge_permit"


def outlet_month(group: Group, today: date) -> Iterator[Standing]:
    """Each month in which an outlet is in the register: whether it needs a permit, and has one of that number that is valid."""
    rows, permits = group.get(OUTLET, ()), group.get(PERMIT, ())
    if not rows:
        return

    def holds(on: date) -> Iterator[str]:
        row = next((one for one in rows if one.holds(on)), None)
        if row is None:
            return
        yield "registered"
        if row.values.get("kind") in NEED_PERMIT:
            yield "needs_permit"
            yield (
                "permitted"
                if any(one.holds(on) and valid(one.values, row.values, on) for one in permits)
                else "without_permit"
            )

    turns = [day for one in (*rows, *permits) for day in (one.valid_from, one.valid_to, *term(one.values)) if day]
    ends = (
        max((row.valid_to for row in rows if row.valid_to), default=None) if all(row.valid_to for row in rows) else None
    )
    for span in monthly(min(row.valid_from for row in rows), ends, today, turns, holds):
        row = next((one for one in rows if one.holds(span.since)), rows[-1])
        yield Standing(
            ref=f"{row.key} {span.month:%Y-%m}",
            month=span.month,
            since=span.since,
            until=span.until,
            holds=span.holds,
            name={language: f"{row.values['called']} {span.month:%Y-%m}" for language in ("zh-Hans", "en")},
            team=row.values.get("team", ""),
            point=row.point,
            rows=(row, *(one for one in permits if one.valid_from <= span.since)),
        )


def outlet_day(found: StationDay) -> Iterator[str]:
    """A day of a station at an outlet: `measured` where every limited factor has its 24 hours, since limits are those of a day's mean.

    One mean beyond its limit is beyond whatever the others are; a day with gaps and none beyond stays open.
    """
    if found.row is None:
        return
    yield "due"
    means = dict(_means(found))
    beyond = [factor for factor, (mean, limit) in means.items() if mean > limit]
    wanted = {factor for factor, field in LIMITS.items() if found.row.values.get(field) not in (None, "")}
    if beyond or (wanted and wanted == set(means)):
        yield "measured"
        yield "beyond_limits" if beyond else "within_limits"
    else:
        yield "open"


def _means(found: StationDay) -> Iterator[tuple[str, tuple[Decimal, Decimal]]]:
    """The mean of each limited factor of which the whole day was measured, and its limit."""
    assert found.row is not None  # noqa: S101
    for one in found.streams:
        limit = found.row.values.get(LIMITS.get(one.factor, ""))
        if limit in (None, "") or (one.statistic, one.interval) != HOURLY or not one.comparable:
            continue
        if one.sums is None or one.sums.sum is None:
            continue
        if one.expected and one.sums.n_valid >= one.expected:
            yield one.factor, (one.sums.sum / one.sums.n_valid, Decimal(str(limit)))


MEASURED: Mapping[str, Source | StationSource] = {
    "outlet_month": Source(
        outcomes=("registered", "needs_permit", "permitted", "without_permit"),
        group_by={OUTLET: "number", PERMIT: "outlet"},
        standings=outlet_month,
        name={"zh-Hans": "排口月", "en": "outlet-month"},
    ),
    "outlet_day": StationSource(
        outcomes=("due", "measured", "within_limits", "beyond_limits", "open"),
        holds=outlet_day,
        register="outlet",
        version=2,
        name={"zh-Hans": "排口日", "en": "outlet-day"},
    ),
}
"""By name: what an indicator may count."""
