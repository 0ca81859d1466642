"""How it stands by a rule, as a line of steps in event time: each holds from its moment until the next one's. Pure.

A step at a moment rests only on readings up to that moment, so that whatever comes later changes nothing before it; what is counted
within a day rests on that day up to the moment. A reading
says how it is until the next one, at most for as long as the rule says (`speaks_for`); then nobody knows. A reading whose flag
does not count (R-077) says that nobody knows. A bound (below a detection limit) says what all values on its side say, or nothing.
"""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from itertools import pairwise
from typing import NamedTuple

from yiwang.intake.sensing.alarms.conditions import (
    BOUNDED,
    BY_HAND,
    COUNTING,
    EITHER,
    OVER,
    RISE,
    Condition,
    Count,
    Level,
    Limit,
    Missing,
    Rate,
    Sample,
    Series,
    Several,
    Source,
    Stuck,
    Unusable,
    Watch,
)
from yiwang.intake.sensing.rules import BELOW
from yiwang.kernel.zone import in_town

Samples = Mapping[Series, Collection[Sample]]
"""The readings of a station by series; in any order, each as often as it likes."""

HOUR_S = Decimal(3600)
ONE_DAY = timedelta(days=1)


class Verdict(Enum):
    """How it stands. BETWEEN: not beyond any more, but not back either (hysteresis)."""

    CLEAR = "clear"
    BETWEEN = "between"
    UNKNOWN = "unknown"
    RAISED = "raised"


class Finding(NamedTuple):
    """What one condition found: the `part`-th of its rule. `value`: measured; of a rate, how much it moved in an hour; of a count, how
    often the day had been beyond, with how often it may be as `limit`.

    `limit` and `version` (what that was read from): None and empty where there is none.
    """

    part: int
    series: Series
    value: Decimal | None
    at: datetime
    limit: Decimal | None
    version: str
    verified: bool


class Step(NamedTuple):
    """How it stands from `at` on. `since`: from when on that has been so, which for a change is the reading before.

    `times`: the highest of the ladder's multiples of the limit that was reached; `by_hand`: it rests on a value that
    somebody entered; `findings`: what the raised conditions found. `told`: a reading, or silence, says it at this moment;
    else one of the readings only speaks no more, which can leave a thing unknown and never raise or clear it.
    """

    at: datetime
    verdict: Verdict
    since: datetime
    times: Decimal = Decimal(0)
    by_hand: bool = False
    findings: tuple[Finding, ...] = ()
    told: bool = True


def horizon_of(samples: Samples, known_until: datetime | None) -> datetime | None:
    """Up to when it can be said how it stood: the latest reading, or later where that is known. None: nothing is known."""
    latest = [one.at for line in samples.values() for one in line]
    return max([*latest, *([known_until] if known_until else [])], default=None)


def steps(watch: Watch, samples: Samples, horizon: datetime | None) -> list[Step]:
    """How it stands by a rule from its first reading to the horizon.

    A reading that stands there twice counts once. Raises ValueError where one moment of a series has two different readings.
    """
    if horizon is None:
        return []
    lines = {series: ordered(watch, samples.get(series, ())) for series in watch.rule.series}
    parts = iter(range(len(watch.rule.singles)))
    found = _steps(watch.rule.when, watch, lines, horizon, parts)
    return [step for step in found if step.at <= horizon]


def ordered(watch: Watch, samples: Collection[Sample]) -> list[Sample]:
    """The readings of a series by moment, each once, from the rule's first day on. Raises ValueError for two at one moment."""
    from_day = watch.rule.effective_from
    line = sorted({one for one in samples if in_town(one.at).date() >= from_day}, key=lambda one: one.at)
    for before, after in pairwise(line):
        if before.at == after.at:
            raise ValueError(f"two readings of one moment: {before} and {after}")
    return line


def _steps(
    condition: Condition, watch: Watch, lines: Mapping[Series, list[Sample]], horizon: datetime, parts: Iterator[int]
) -> list[Step]:
    if isinstance(condition, Several):
        below = [_steps(one, watch, lines, horizon, parts) for one in condition.parts]
        return _together(condition.every, below)
    line = lines[condition.series]
    part = next(parts)
    if isinstance(condition, Missing):
        return list(_silences(condition, watch, line, horizon, part))
    if isinstance(condition, Count):
        return list(_counts(condition, watch, line, part))
    return list(_readings(condition, watch, line, part))


def rests_from(watch: Watch, moment: datetime) -> datetime:
    """The moment from which on readings can have a say in how it stands at a moment, beside the nearest ones before it."""
    spoken = moment - watch.rule.speaks_for
    return min(spoken, _day_of(moment)) if watch.rule.of_days else spoken


def speaks_until(watch: Watch, moment: datetime) -> datetime:
    """The last moment at which a reading at a moment can have a say in how it stands, if no silence goes on."""
    last = _day_of(moment) + ONE_DAY if watch.rule.of_days else moment
    return last + watch.rule.speaks_for


def _day_of(moment: datetime) -> datetime:
    """When the town's day of a moment began."""
    return in_town(moment).replace(hour=0, minute=0, second=0, microsecond=0)


# --- one condition over readings -------------------------------------------------------------------------------------


def _readings(
    condition: Limit | Rate | Stuck | Unusable, watch: Watch, line: Sequence[Sample], part: int
) -> Iterator[Step]:
    """A step for each reading, and one where it speaks no more before the next comes."""
    speaks_for = watch.rule.speaks_for
    before: Sample | None = None
    for nth, sample in enumerate(line):
        yield _step(condition, watch, before, sample, part)
        before = sample if sample.flag in COUNTING and sample.value is not None else None
        following = line[nth + 1].at if nth + 1 < len(line) else None
        if following is None or following - sample.at > speaks_for:
            yield _unknown(sample.at + speaks_for, told=False)
            before = None


def _unknown(at: datetime, *, told: bool = True) -> Step:
    return Step(at, Verdict.UNKNOWN, at, told=told)


def _step(
    condition: Limit | Rate | Stuck | Unusable, watch: Watch, before: Sample | None, sample: Sample, part: int
) -> Step:
    if isinstance(condition, Unusable):
        return _by_flag(condition, sample, part)
    if sample.flag in BOUNDED and sample.value is not None and isinstance(condition, Limit):
        return _by_bound(condition, watch, sample, sample.value, part)
    if sample.flag not in COUNTING or sample.value is None:
        return _unknown(sample.at)
    if isinstance(condition, Limit):
        return _by_limit(condition, watch, sample, sample.value, part)
    if before is None or before.value is None:
        return _unknown(sample.at)
    moved = sample.value - before.value
    by_hand = BY_HAND in (before.flag, sample.flag)
    if isinstance(condition, Stuck):
        return _by_band(condition, before, sample, moved, by_hand, part)
    return _by_rate(condition, watch, before, sample, moved, by_hand, part)


def level_on(watch: Watch, source: Source, at: datetime) -> Level | None:
    """The limit in force on the town's day of a moment; None where there is none."""
    levels = watch.levels[source]
    day = in_town(at).date()
    nth = bisect_right(levels, day, key=lambda level: level.first) - 1
    if nth < 0:
        return None
    level = levels[nth]
    return level if level.value is not None and (level.last is None or day <= level.last) else None


def _by_limit(condition: Limit, watch: Watch, sample: Sample, value: Decimal, part: int) -> Step:
    level = level_on(watch, condition.source, sample.at)
    if level is None or level.value is None:
        return _unknown(sample.at)
    limit = level.value
    over = condition.side == OVER
    by_hand = sample.flag == BY_HAND
    if value > limit if over else value < limit:
        reached = _reached(watch, lambda times: value >= limit * times if over else value * times <= limit)
        found = Finding(part, condition.series, value, sample.at, limit, level.version, level.verified)
        return Step(sample.at, Verdict.RAISED, sample.at, reached, by_hand, (found,))
    back = limit * condition.back
    verdict = Verdict.CLEAR if (value <= back if over else value >= back) else Verdict.BETWEEN
    return Step(sample.at, verdict, sample.at, by_hand=by_hand)


def _by_bound(condition: Limit, watch: Watch, sample: Sample, value: Decimal, part: int) -> Step:
    """What every value below, or above, the one that stands there would say of the limit; unknown where they would not say the same."""
    level = level_on(watch, condition.source, sample.at)
    if level is None or level.value is None:
        return _unknown(sample.at)
    limit, over, below = level.value, condition.side == OVER, sample.flag == BELOW
    if over is below:  # the values are on the side that is within
        beyond_back = value > limit * condition.back if over else value < limit * condition.back
        known = value <= limit if over else value >= limit
        verdict = (Verdict.BETWEEN if beyond_back else Verdict.CLEAR) if known else Verdict.UNKNOWN
        return Step(sample.at, verdict, sample.at)
    if value < limit if over else value > limit:
        return _unknown(sample.at)
    reached = _reached(watch, lambda times: value >= limit * times if over else value * times <= limit)
    found = Finding(part, condition.series, value, sample.at, limit, level.version, level.verified)
    return Step(sample.at, Verdict.RAISED, sample.at, reached, findings=(found,))


def _by_flag(condition: Unusable, sample: Sample, part: int) -> Step:
    if sample.flag in BOUNDED or (sample.flag in COUNTING and sample.value is not None):
        return Step(sample.at, Verdict.CLEAR, sample.at, by_hand=sample.flag == BY_HAND)
    found = Finding(part, condition.series, None, sample.at, None, "", True)
    return Step(sample.at, Verdict.RAISED, sample.at, findings=(found,))


def _by_rate(
    condition: Rate, watch: Watch, before: Sample, sample: Sample, moved: Decimal, by_hand: bool, part: int
) -> Step:
    seconds = _seconds(sample.at - before.at)
    if condition.direction != EITHER:  # the other way is as far from an alarm as standing still
        moved = max(moved if condition.direction == RISE else -moved, Decimal(0))
    travelled, allowed = abs(moved) * HOUR_S, condition.an_hour * seconds
    if travelled > allowed:
        reached = _reached(watch, lambda times: travelled >= allowed * times)
        an_hour = (travelled / seconds).quantize(Decimal("0.000001"))
        found = Finding(part, condition.series, an_hour, sample.at, condition.an_hour, watch.rule.version, True)
        return Step(sample.at, Verdict.RAISED, before.at, reached, by_hand, (found,))
    verdict = Verdict.CLEAR if travelled <= allowed * condition.back else Verdict.BETWEEN
    return Step(sample.at, verdict, sample.at, by_hand=by_hand)


def _by_band(condition: Stuck, before: Sample, sample: Sample, moved: Decimal, by_hand: bool, part: int) -> Step:
    if abs(moved) > condition.band:
        return Step(sample.at, Verdict.CLEAR, sample.at, by_hand=by_hand)
    found = Finding(part, condition.series, sample.value, sample.at, None, "", True)
    return Step(sample.at, Verdict.RAISED, before.at, by_hand=by_hand, findings=(found,))


def _seconds(span: timedelta) -> Decimal:
    return Decimal(span // timedelta(microseconds=1)) / 1_000_000


def _reached(watch: Watch, holds: Callable[[Decimal], bool]) -> Decimal:
    """The highest multiple of the limit in the ladder that was reached; 0 for none."""
    return max((rung.times for rung in watch.rule.ladder if holds(rung.times)), default=Decimal(0))


# --- counted within a day --------------------------------------------------------------------------------------------


def _counts(condition: Count, watch: Watch, line: Sequence[Sample], part: int) -> Iterator[Step]:
    """A step for each reading by what its day counts so far, and one where it speaks no more before the next comes."""
    day: date | None = None
    beyond: list[Sample] = []
    for nth, sample in enumerate(line):
        if in_town(sample.at).date() != day:
            day, beyond = in_town(sample.at).date(), []
        limit, allowed = (level_on(watch, source, sample.at) for source in (condition.source, condition.allowed))
        if sample.flag not in COUNTING or sample.value is None or limit is None or allowed is None:
            yield _unknown(sample.at)
        else:
            if limit.value is not None and sample.value > limit.value:
                beyond.append(sample)
            yield _by_count(condition, watch, sample, beyond, allowed, part)
        following = line[nth + 1].at if nth + 1 < len(line) else None
        if following is None or following - sample.at > watch.rule.speaks_for:
            yield _unknown(sample.at + watch.rule.speaks_for, told=False)


def _by_count(
    condition: Count, watch: Watch, sample: Sample, beyond: Sequence[Sample], allowed: Level, part: int
) -> Step:
    most, found = allowed.value or Decimal(0), Decimal(len(beyond))
    if found <= most:
        return Step(sample.at, Verdict.CLEAR, sample.at, by_hand=sample.flag == BY_HAND)
    finding = Finding(part, condition.series, found, beyond[-1].at, most, allowed.version, allowed.verified)
    reached = _reached(watch, lambda times: found > most * times)
    by_hand = any(one.flag == BY_HAND for one in beyond)
    return Step(sample.at, Verdict.RAISED, sample.at, reached, by_hand, (finding,))


# --- no readings -----------------------------------------------------------------------------------------------------


def _silences(condition: Missing, watch: Watch, line: Sequence[Sample], horizon: datetime, part: int) -> Iterator[Step]:
    """A step for each reading; in a silence one where it has lasted too long, and one where the ladder looks at it again."""
    grows = sorted({condition.silence, *(one.lasting for one in watch.rule.ladder if one.lasting > condition.silence)})
    for nth, sample in enumerate(line):
        yield Step(sample.at, Verdict.CLEAR, sample.at, by_hand=sample.flag == BY_HAND)
        until = line[nth + 1].at if nth + 1 < len(line) else horizon
        for after in grows:
            if sample.at + after < until:
                found = Finding(part, condition.series, None, sample.at, None, "", True)
                yield Step(sample.at + after, Verdict.RAISED, sample.at, findings=(found,))


# --- several conditions ----------------------------------------------------------------------------------------------


def _together(every: bool, below: Sequence[list[Step]]) -> list[Step]:
    """How it stands by all or any of some conditions, at each moment at which one of them has a step."""
    moments = sorted({step.at for line in below for step in line})
    return [
        _joined(every, at, standing)
        for at, *standing in zip(moments, *(_standing(moments, line) for line in below), strict=True)
    ]


def _standing(moments: Sequence[datetime], line: list[Step]) -> Iterator[Step]:
    """The step of a line that holds at each moment."""
    nth = -1
    for at in moments:
        while nth + 1 < len(line) and line[nth + 1].at <= at:
            nth += 1
        yield line[nth] if nth >= 0 else _unknown(at, told=False)


ORDERS = {
    True: (Verdict.CLEAR, Verdict.UNKNOWN, Verdict.BETWEEN, Verdict.RAISED),
    False: (Verdict.RAISED, Verdict.UNKNOWN, Verdict.BETWEEN, Verdict.CLEAR),
}
"""By whether every condition must hold: what one of them says counts for the whole, the first of these that any says."""


def _joined(every: bool, at: datetime, standing: Sequence[Step]) -> Step:
    verdicts = {step.verdict for step in standing}
    verdict = next(one for one in ORDERS[every] if one in verdicts)
    telling = [step for step in standing if step.verdict is verdict]
    by_hand = any(step.by_hand for step in telling)
    told = any(step.told and step.at == at for step in telling)
    if verdict is not Verdict.RAISED:
        return Step(at, verdict, at, by_hand=by_hand, told=told)
    since = [step.since for step in telling]
    return Step(
        at,
        verdict,
        max(since) if every else min(since),
        max(step.times for step in telling),
        by_hand,
        tuple(finding for step in telling for finding in step.findings),
        told,
    )
