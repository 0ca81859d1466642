"""What the steps of alarms share: one at a time judges a rule at a station, by its readings; what follows from a person's act."""

from dataclasses import replace
from datetime import datetime

from yiwang.intake.sensing.alarms import law
from yiwang.intake.sensing.alarms.law import Watching
from yiwang.intake.sensing.alarms.models import AlarmWatch
from yiwang.intake.sensing.alarms.verdicts import Samples
from yiwang.intake.sensing.alarms.windows import Read
from yiwang.kernel.terms import SYSTEM, Call


def locked(key: str) -> AlarmWatch:
    """One judges a rule at a station at a time."""
    AlarmWatch.objects.bulk_create([AlarmWatch(id=key, basis="")], ignore_conflicts=True)
    return AlarmWatch.objects.select_for_update().get(pk=key)


def reader(watching: Watching, call: Call) -> Read:
    """Reads the readings of a rule's streams at a station."""

    def read(first: datetime, last: datetime | None) -> Samples:
        return law.samples(call.actor, watching, first, last)

    return read


def by_itself(call: Call) -> Call:
    """What follows from a person's act by the rules, and is nobody's doing."""
    return replace(call, actor=SYSTEM, key=None, reason="")
