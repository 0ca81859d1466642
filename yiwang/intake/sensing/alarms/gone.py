"""Whether an instrument can still show that it is back: alive, dead or gone. Pure: what came of it, and its station, are given."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from yiwang.intake.sensing.alarms.conditions import (
    BY_HAND,
    COUNTING,
    AlarmRule,
    Condition,
    Missing,
    Sample,
    Series,
    Several,
    Single,
    Unusable,
)

NO_ALARM, NOT_WATCHED, OUT_OF_USE, DEAD = WHY = ("no-alarm", "not-watched", "out-of-use", "dead")
"""Why an instrument cannot show that it is back: no alarm of the case stands any more; the rule does not watch its station any more (the
rule, the register row or the stream is gone); its station is not in use any more; nothing that counts comes from it."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """Instrument, with its newest reading that says something of the rule; or gone, and `why` (one of WHY)."""

    newest: datetime | None
    why: str = ""


def span_of(rule: AlarmRule, every: timedelta) -> timedelta:
    """For how long nothing that counts must have come before an instrument is dead: as long as its proof of return takes, and one
    interval (`every`) more. A mean bears the moment at which its interval began, and comes when that is over.
    """
    return max(rule.proof, rule.speaks_for) + every


def alive(
    rule: AlarmRule,
    came: Mapping[Series, Collection[Sample]],
    last_raised: datetime,
    in_use_to: date | None,
    *,
    since: datetime,
    today: date,
) -> Instrument:
    """Whether an instrument can still show that it is back, or is beyond itself. `came`: its readings, of which those since `since` are
    looked at: now less `span_of`.

    What somebody entered by hand (S) comes from no instrument; a flag that does not count (R-077) says nothing, except to who only asks
    whether anything comes.
    """
    if in_use_to is not None and in_use_to < today:
        return Instrument(None, OUT_OF_USE)
    newest = {one: _newest(one, came.get(one.series, ()), since) for one in rule.singles}
    heard = [at for at in newest.values() if at is not None]
    beyond = last_raised >= since and any(not isinstance(one, Missing | Unusable) for one in rule.singles)
    if beyond:  # whoever said so: also a value entered by hand
        return Instrument(max([last_raised, *heard]))
    if heard and _able(rule.when, lambda one: newest[one] is not None):
        return Instrument(max(heard))
    return Instrument(None, DEAD)


def _newest(single: Single, came: Collection[Sample], since: datetime) -> datetime | None:
    """The newest reading since a moment that says something of a condition."""
    counting = [
        one.at
        for one in came
        if one.at >= since
        and one.flag != BY_HAND
        and (isinstance(single, Missing) or (one.flag in COUNTING and one.value is not None))
    ]
    return max(counting, default=None)


def _able(when: Condition, heard: Callable[[Single], bool]) -> bool:
    """Whether a condition can be seen not to hold: of several that go together by one of them, else only by all."""
    if isinstance(when, Several):
        able = [_able(one, heard) for one in when.parts]
        return any(able) if when.every else all(able)
    return heard(when)
