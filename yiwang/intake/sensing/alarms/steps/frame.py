"""What the steps of alarms share: one at a time judges a rule at a station; what follows from a person's act by itself."""

from dataclasses import replace

from yiwang.intake.sensing.alarms.models import AlarmWatch
from yiwang.kernel.terms import SYSTEM, Call


def locked(key: str) -> AlarmWatch:
    """One judges a rule at a station at a time."""
    AlarmWatch.objects.bulk_create([AlarmWatch(id=key, basis="")], ignore_conflicts=True)
    return AlarmWatch.objects.select_for_update().get(pk=key)


def by_itself(call: Call) -> Call:
    """What follows from a person's act by the rules, and is nobody's doing."""
    return replace(call, actor=SYSTEM, key=None, reason="")
