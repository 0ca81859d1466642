"""Timers of people: what would show when somebody was here goes as soon as it is of no use."""

from datetime import datetime

from django.contrib.sessions.models import Session

from yiwang.kernel.people import rules, telling
from yiwang.kernel.people.models import OneTimeCode, RefusedPassword

UNTOLD_KEPT = timedelta(days=30)
"""How long staff see that a text could not be brought; then who still wants to know has asked."""


def sweep_traces(now: datetime) -> int:
    """Delete log-ins that are over, codes older than a day and refused passwords older than an hour, so that no record of
    people's visits remains, and texts given up long ago; gives how many.
    """
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    codes, _ = OneTimeCode.objects.filter(requested_at__lt=now - rules.CODES_COUNTED).delete()
    refused, _ = RefusedPassword.objects.filter(refused_at__lt=now - rules.PASSWORDS_COUNTED).delete()
    return sessions + codes + refused + telling.drop_before(now - UNTOLD_KEPT)


SWEEPS = {"visits": (3600, sweep_traces)}
"""Seconds between two calls, and the sweeper: run by project/worker.py."""
