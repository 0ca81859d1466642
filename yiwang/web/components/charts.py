"""A line over time, drawn on the server: no script, no foreign library, and a table beside it says the same (docs/adr/0049)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from yiwang.web.components.markup import moment_text

WIDTH, HEIGHT = 1000, 200
GAP = 2.5
"""A distance between two points of more than so many times the expected one is a gap in the line."""
STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
MOST_NAMED = 12
"""Spans that stand under a chart in words; how many more there are is said."""
LEAST_WIDE = 3.0
LINES = 4
"""At the most, between the least and the greatest value that the axis names."""


@dataclass(frozen=True, slots=True)
class ChartValue:
    """One point. `least` and `greatest` make a band where it stands for many; `value` None leaves a gap; `apart`: it does not count."""

    at: datetime
    value: Decimal | None
    least: Decimal | None = None
    greatest: Decimal | None = None
    apart: bool = False


@dataclass(frozen=True, slots=True)
class ChartLimit:
    """A line across: what must not be passed, in words. `steps`: from when to when it was which; where one follows the other, a step."""

    steps: tuple[tuple[datetime, datetime, Decimal], ...]
    text: str


ALARM, OFF = "alarm", "off"


@dataclass(frozen=True, slots=True)
class ChartSpan:
    """A part of the time: an ALARM (bar at the head), or without values that count (OFF: bar at the foot). In words, where it opens."""

    since: datetime
    until: datetime
    kind: str
    text: str
    href: str = ""


def chart(
    values: Sequence[ChartValue],
    label: str,
    unit: str,
    *,
    since: datetime,
    until: datetime,
    gap_s: float = 0,
    limits: Sequence[ChartLimit] = (),
    spans: Sequence[ChartSpan] = (),
) -> dict[str, Any]:
    """Values over a time, with an axis that names round numbers. A distance of more than `gap_s` seconds is a gap (0: never).

    What does not count is a mark at the foot, in its own place; alarms and times without values that count are bars. Under it
    all of that stands in words. Nothing at all is said in words.
    """
    axis = _axis([number for one in values for number in (one.value, one.least, one.greatest) if number is not None],
                 [value for one in limits for _since, _until, value in one.steps])  # fmt: skip
    span = (until - since).total_seconds() or 1.0

    def across(at: datetime) -> float:
        inside = min(max(at, since), until)
        return round((inside - since).total_seconds() / span * WIDTH, 1)

    def up(value: Decimal) -> float:
        low, high = axis[0], axis[-1]
        return round(HEIGHT - float((value - low) / (high - low)) * HEIGHT, 1)

    runs = _runs(values, gap_s)
    return {
        "label": label,
        "unit": unit,
        "known": bool(runs),
        "lines": [" ".join(f"{across(one.at)},{up(one.value)}" for one in run if one.value is not None) for run in runs if len(run) > 1],
        "dots": [(across(run[0].at), up(run[0].value)) for run in runs if len(run) == 1 and run[0].value is not None],
        "bands": [" ".join(_band(run, across, up)) for run in runs if len(run) > 1 and run[0].least is not None],
        "apart": [across(one.at) for one in values if one.apart],
        "axis": [{"text": _plain(one), "y": up(one)} for one in axis],
        "top": _plain(axis[-1]),
        "foot": _plain(axis[0]),
        "limits": [{"text": one.text, "lines": _steps(one, across, up)} for one in limits],
        "spans": [_span(one, across) for one in spans],
        "more_spans": max(len(spans) - MOST_NAMED, 0),
        "since": moment_text(since, with_year=True),
        "until": moment_text(until, with_year=True),
    }  # fmt: skip


def _runs(values: Sequence[ChartValue], gap_s: float) -> list[list[ChartValue]]:
    """The values that are drawn in one stroke each."""
    runs: list[list[ChartValue]] = []
    before: ChartValue | None = None
    for one in values:
        if one.value is None:
            before = None
            continue
        broken = before is None or (gap_s and (one.at - before.at).total_seconds() > gap_s)
        if broken:
            runs.append([])
        runs[-1].append(one)
        before = one
    return runs


def _band(run: Sequence[ChartValue], across: Any, up: Any) -> list[str]:
    tops = [f"{across(one.at)},{up(one.greatest)}" for one in run if one.greatest is not None]
    feet = [f"{across(one.at)},{up(one.least)}" for one in reversed(run) if one.least is not None]
    return [*tops, *feet]


def _steps(limit: ChartLimit, across: Any, up: Any) -> list[str]:
    """The line of a limit: one stroke where one value follows the other, else several."""
    strokes: list[list[str]] = []
    ended: datetime | None = None
    for since, until, value in limit.steps:
        if since != ended:
            strokes.append([])
        strokes[-1] += [f"{across(since)},{up(value)}", f"{across(until)},{up(value)}"]
        ended = until
    return [" ".join(stroke) for stroke in strokes]


def _span(one: ChartSpan, across: Any) -> dict[str, Any]:
    begin = across(one.since)
    wide = max(round(across(one.until) - begin, 1), LEAST_WIDE)
    return {"kind": one.kind, "x": min(begin, WIDTH - wide), "width": wide, "text": one.text, "href": one.href}


def _axis(numbers: Sequence[Decimal], limits: Sequence[Decimal]) -> list[Decimal]:
    """Round numbers from below the least to above the greatest."""
    every = [*numbers, *limits] or [Decimal(0), Decimal(1)]
    low, high = min(every), max(every)
    if low == high:
        low, high = (low - 1, high + 1) if low else (Decimal(0), Decimal(1))
    step = _step((high - low) / LINES)
    first = (low / step).to_integral_value(ROUND_FLOOR)
    last = (high / step).to_integral_value(ROUND_CEILING)
    return [step * (first + count) for count in range(int(last - first) + 1)]


def _step(least: Decimal) -> Decimal:
    """The next round number: one, two, two and a half, or five of some power of ten."""
    power = Decimal(1).scaleb(least.adjusted())
    return next(power * one for one in STEPS if power * one >= least)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}" if number else "0"
