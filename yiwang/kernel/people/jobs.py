"""Timers of people: what would show when somebody was here goes as soon as it is of no use."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from yiwang.kernel.people.models import OneTimeCode


def sweep_traces(now: datetime) -> int:
    """Delete log-ins that are over and codes older than a day, so that no record of people's visits remains."""
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    codes, _ = OneTimeCode.objects.filter(requested_at__lt=now - timedelta(days=1)).delete()
    return sessions + codes


SWEEPS = {"visits": (3600, sweep_traces)}
"""Seconds between two calls, and the sweeper: run by project/worker.py."""
