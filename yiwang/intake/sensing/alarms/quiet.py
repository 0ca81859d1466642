"""Which readings can be passed over by a comparison, because they can change nothing while a station is calm. Pure.

A station is calm by a rule after the last episode was proved to be over. From then on a value within the band, and one that
counts for nothing (R-077), changes no episode: a limit's condition is not met by it, and where several conditions go together
one that is not met never makes the whole met. This is the data of one comparison in SQL for fifty thousand readings at once:

    flag IN ('N', 'S') AND value IS NOT NULL AND (value < least OR value > most) OR at <= calm_after
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from yiwang.intake.sensing.alarms.conditions import COUNTING, OVER, Limit, Sample, Series, Watch
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
        if sample.flag not in COUNTING or sample.value is None:
            return True
        return (self.least is None or sample.value >= self.least) and (self.most is None or sample.value <= self.most)


def quiet(watch: Watch, series: Series, judged: Judged) -> Quiet | None:
    """Which readings of a series change nothing of what a rule says of a station. None: every reading must be looked at.

    So while an episode is going on; and a change, a standstill or a silence cannot be seen in a value alone.
    """
    here = [one for one in watch.rule.singles if one.series == series]
    last = judged.episodes[-1] if judged.episodes else None
    if not all(isinstance(one, Limit) for one in here) or (last is not None and last.proved_at is None):
        return None
    limits = [(one.side, value) for one in here if isinstance(one, Limit) for value in _values(watch, one)]
    return Quiet(
        max((value for side, value in limits if side != OVER), default=None),
        min((value for side, value in limits if side == OVER), default=None),
        last.proved_at if last else None,
    )


def narrowest(several: Iterable[Quiet | None]) -> Quiet | None:
    """What changes nothing by any of several rules; None: every reading must be looked at. Without a rule nothing is."""
    found = list(several)
    told = [one for one in found if one is not None]
    if len(told) < len(found):
        return None
    return Quiet(
        max((one.least for one in told if one.least is not None), default=None),
        min((one.most for one in told if one.most is not None), default=None),
        max((one.calm_after for one in told if one.calm_after is not None), default=None),
    )


def _values(watch: Watch, condition: Limit) -> list[Decimal]:
    """The limits of every day: a reading may be of any."""
    return [level.value for level in watch.levels[condition.source] if level.value is not None]
