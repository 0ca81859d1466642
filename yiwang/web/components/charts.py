"""A line over time, drawn on the server: no script, no foreign library, and a table beside it says the same (docs/adr/0049)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from yiwang.web.components.markup import moment_text

WIDTH, HEIGHT = 1000, 200
STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
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
    """A line across: what must not be passed, in words."""

    value: Decimal
    text: str


def chart(
    values: Sequence[ChartValue],
    label: str,
    unit: str,
    *,
    since: datetime,
    until: datetime,
    gap_s: float = 0,
    limits: Sequence[ChartLimit] = (),
) -> dict[str, Any]:
    """Values over a time, with an axis that names round numbers. A distance of more than `gap_s` seconds is a gap (0: never).

    What does not count is a mark at the foot, in its own place. Nothing at all is said in words.
    """
    axis = _axis([number for one in values for number in (one.value, one.least, one.greatest) if number is not None],
                 [one.value for one in limits])  # fmt: skip
    span = (until - since).total_seconds() or 1.0

    def across(at: datetime) -> float:
        return round((at - since).total_seconds() / span * WIDTH, 1)

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
        "limits": [{"text": one.text, "y": up(one.value)} for one in limits],
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
