"""Which readings can be passed over by a comparison, because they can change nothing while a station is calm. Pure.

A station is calm by a rule after the last episode was proved to be over. From then on a value within the band, and one that
counts for nothing (R-077), changes no episode: a limit's condition is not met by it, and where several conditions go together
one that is not met never makes the whole met. This is the data of one comparison in SQL for fifty thousand readings at once:

    flag counts AND value IS NOT NULL AND (value < least OR value > most) OR at <= calm_after OR flag is a sample's bound
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from yiwang.intake.sensing.alarms.conditions import (
    BOUNDED,
    COUNTING,
    OVER,
    Condition,
    Count,
    Limit,
    Missing,
    Sample,
    Series,
    Several,
    Watch,
)
from yiwang.intake.sensing.alarms.rules import Judged


@dataclass(frozen=True, slots=True)
class Quiet:
    """Values (both included, None: without end) that change nothing after `calm_after` (None: at any moment)."""

    least: Decimal | None
    most: Decimal | None
    calm_after: datetime | None

    def passes(self, sample: Sample) -> bool:
        """Whether a reading can be passed over."""
        if self.calm_after is not None and sample.at <= self.calm_after:
            return False
        if sample.flag in BOUNDED:
            return False
        if sample.flag not in COUNTING or sample.value is None:
            return True
        return (self.least is None or sample.value >= self.least) and (self.most is None or sample.value <= self.most)


def quiet(watch: Watch, series: Series, judged: Judged) -> Quiet | None:
    """Which readings of a series change nothing of what a rule says of a station. None: every reading must be looked at.

    So while an episode is going on; and a change or a standstill cannot be seen in a value alone. Of silence the clock tells,
    so a reading after the moment up to which that was judged waits for it, and only one that comes late is looked at. What is counted
    is raised by the reading that is one too many; only together with other conditions a value within the limit can raise the whole.
    """
    here = [one for one in watch.rule.singles if one.series == series]
    last = judged.episodes[-1] if judged.episodes else None
    if not all(isinstance(one, Limit | Missing | Count) for one in here) or (
        last is not None and last.proved_at is None
    ):
        return None
    if any(isinstance(one, Count) for one in here) and not _of_counts(watch.rule.when):
        return None
    of_silence = any(isinstance(one, Missing) for one in here)
    if of_silence and judged.until is None:
        return None
    limited = [one for one in here if isinstance(one, Limit | Count)]
    limits = [(_side(one), value) for one in limited for value in _values(watch, one)]
    return Quiet(
        max((value for side, value in limits if side != OVER), default=None),
        min((value for side, value in limits if side == OVER), default=None),
        _latest(last.proved_at if last else None, judged.until if of_silence else None),
    )


def _latest(*moments: datetime | None) -> datetime | None:
    return max((one for one in moments if one is not None), default=None)


def _side(condition: Limit | Count) -> str:
    return condition.side if isinstance(condition, Limit) else OVER


def _of_counts(when: Condition) -> bool:
    """Whether a rule is nothing but counts, any of which is enough."""
    if isinstance(when, Several):
        return not when.every and all(_of_counts(one) for one in when.parts)
    return isinstance(when, Count)


def _values(watch: Watch, condition: Limit | Count) -> list[Decimal]:
    """The limits of every day: a reading may be of any."""
    return [level.value for level in watch.levels[condition.source] if level.value is not None]
