"""The limits of a rule as they hold at one station: from the dated rules and from the register row it stands at. Pure.

A limit is read by the day of the reading (R-000): both the standard's value and what the row said on that day.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from yiwang.intake.sensing.alarms.conditions import (
    AlarmRule,
    ByRow,
    Level,
    Number,
    OfRow,
    OfStandard,
    Source,
    Watch,
    Way,
    sources,
)
from yiwang.kernel.params.rulebook import Rulebook, RuleVersion, hash_of

ONE_DAY = timedelta(days=1)


FIRST = date.min.isoformat()
"""Before every day, written as registers write days."""


@dataclass(frozen=True, slots=True)
class ByDay(ByRow):
    """A step that a day in the register row decides, where a standard asks when something was built (R-041: GB 18918 table 1, TP).

    `meaning`: the first day, as registers write it, and the step from that day on, in order. `unsaid`: the step where the row has no
    day there; None: then there is no limit.
    """

    unsaid: str | int | None = None


@dataclass(frozen=True, slots=True)
class RowSpan:
    """What the register said of the thing a station stands at, from a day to a day (both included, None: until further notice)."""

    first: date
    last: date | None
    register: str
    key: str
    values: Mapping[str, Any]


def watch(rule: AlarmRule, rulebook: Rulebook, rows: Sequence[RowSpan] = ()) -> Watch:
    """The rule at a station that stands at a register row with these dated contents.

    Raises RuleUnknown for a limit of a dated rule that nobody loaded (declared.py has refused such at load).
    """
    return Watch(rule, {source: tuple(_levels(rule, source, rulebook, rows)) for source in sources(rule)})


def _levels(rule: AlarmRule, source: Source, rulebook: Rulebook, rows: Sequence[RowSpan]) -> Iterator[Level]:
    if isinstance(source, Number):
        yield Level(date.min, None, source.value, rule.version, rule.hash, rule.verified)
    elif isinstance(source, OfRow):
        for row in sorted(rows, key=lambda row: row.first):
            yield _of_row(row, number(row.values.get(source.field)))
    else:
        for version in rulebook.versions(source.rule):
            yield from _of_standard(source, version, rows)


def _of_row(row: RowSpan, value: Decimal | None) -> Level:
    version = f"{row.register}/{row.key}@{row.first}"
    basis = {"register": row.register, "key": row.key, "from": row.first, "values": dict(row.values)}
    return Level(row.first, row.last, value, version, hash_of(basis), True)


def _of_standard(source: OfStandard, version: RuleVersion, rows: Sequence[RowSpan]) -> Iterator[Level]:
    """The limit of one version of the standard; in parts where the path asks what the row said."""
    if not source.by_row:
        yield _of_version(version, version.effective_from, version.effective_to, found(version.value, source.path))
        return
    for row in sorted(rows, key=lambda row: row.first):
        first, last = max(version.effective_from, row.first), _earlier(version.effective_to, row.last)
        if last is None or first <= last:
            yield _of_version(version, first, last, found(version.value, source.path, row.values))


def _of_version(version: RuleVersion, first: date, last: date | None, value: Decimal | None) -> Level:
    return Level(first, last, value, version.version, version.hash, version.verified)


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)


Spans = tuple[tuple[date, date | None, Decimal | None], ...]
"""First day, last day (None: until further notice), value (None: no limit)."""


def spans(levels: Iterable[Level]) -> Spans:
    """From which day to which day (both included, None: until further notice) which limit holds, neighbours with the same one joined."""
    joined: list[tuple[date, date | None, Decimal | None]] = []
    for one in sorted(levels, key=lambda level: level.first):
        first, last, value = joined[-1] if joined else (one.first, one.first, None)
        if joined and last is not None and last + ONE_DAY == one.first and value == one.value:
            joined[-1] = (first, one.last, value)
        else:
            joined.append((one.first, one.last, one.value))
    return tuple(joined)


def found(value: Any, path: Iterable[Way], row: Mapping[str, Any] = MappingProxyType({})) -> Decimal | None:
    """The number at the end of a path within a rule's value; None where the path leads nowhere: there is no limit."""
    for step in path:
        value = _within(value, _word(step, row))
    return number(value)


def _word(step: Way, row: Mapping[str, Any]) -> str | int | None:
    """The key or the place that a step means, for what the row says."""
    if isinstance(step, ByDay):
        day = str(row.get(step.field) or "")
        begun = [word for first, word in step.meaning if first <= day]
        return begun[-1] if begun else step.unsaid
    return dict(step.meaning).get(str(row.get(step.field))) if isinstance(step, ByRow) else step


def _within(value: Any, word: str | int | None) -> Any:
    if isinstance(value, Mapping):
        return value.get(word)
    if isinstance(value, tuple) and isinstance(word, int) and 1 <= word <= len(value):
        return value[word - 1]
    return None


def number(value: Any) -> Decimal | None:
    """A limit as a number; None for what is none (registers keep decimals as text)."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        written = Decimal(value)
    except InvalidOperation:
        return None
    return written if written.is_finite() else None
