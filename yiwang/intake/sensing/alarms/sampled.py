"""What the samples of a laboratory say of an alarm: within its limits or beyond, and whether they show that it is back. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from yiwang.intake.sensing.alarms.conditions import AlarmRule, Limit, Sample, Watch
from yiwang.intake.sensing.alarms.verdicts import Verdict, steps
from yiwang.kernel.zone import in_town


@dataclass(frozen=True, slots=True)
class Taken:
    """A stored sample: what was found of each factor, in the factor's own unit. `number`: the laboratory's; empty: it gave none."""

    sample_id: UUID
    number: str
    at: datetime
    found: Mapping[str, Sample]

    @property
    def named(self) -> str:
        """How a proof names it: the sample, and the number by which people know it, or its moment."""
        return f"{self.sample_id}/{self.number or f'{in_town(self.at):%Y-%m-%d %H:%M}'}"


def known_by(ref: str) -> str:
    """The words by which people know the sample that a proof names; older proofs hold nothing but such words."""
    first, _, words = ref.partition("/")
    return words if words and _is_sample(first) else ref


def _is_sample(name: str) -> bool:
    """Whether a name is that of a stored sample."""
    try:
        return bool(UUID(name))
    except ValueError:
        return False


def can_show(rule: AlarmRule) -> bool:
    """Whether a sample can say anything of a rule: of limits alone; a count, a change or a silence is no matter of one moment."""
    return all(isinstance(one, Limit) for one in rule.singles)


def says(watch: Watch, taken: Taken) -> Verdict:
    """How it stood by the rule at the sample's moment, by the limits of its day: each value is held against the limit of its factor.

    UNKNOWN where the sample lacks what the rule looks at, and BETWEEN where it is within the limit, but not as far as the
    instrument itself would have to be.
    """
    if not can_show(watch.rule):
        return Verdict.UNKNOWN
    there = {one: [taken.found[one.factor]] for one in watch.rule.series if one.factor in taken.found}
    line = steps(watch, there, taken.at) if there else []
    return line[-1].verdict if line else Verdict.UNKNOWN


def run_of(said: Iterable[tuple[datetime, Verdict]], named: Iterable[datetime], beyond_at: datetime) -> list[datetime]:
    """The moments of the named samples that were within the limits since it was last beyond: by the instrument (`beyond_at`), or
    by any sample of the place (`said`), named or not."""
    listed = list(said)
    broken = [at for at, verdict in listed if verdict in (Verdict.RAISED, Verdict.BETWEEN)]
    since, wanted = max([beyond_at, *broken]), set(named)
    return sorted(at for at, verdict in listed if verdict is Verdict.CLEAR and at > since and at in wanted)


def shows(run: list[datetime], proof: timedelta) -> bool:
    """Whether such samples show that it has been back for as long as the rule asks: from the first to the last of them."""
    return bool(run) and run[-1] - run[0] >= proof
