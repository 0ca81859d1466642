"""What would show when somebody was here goes as soon as it is of no use."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from yiwang.kernel.people import codes, rules, secondfactor
from yiwang.kernel.people.models import OneTimeCode, RefusedPassword, SpentCode, VisitorSending
from yiwang.kernel.people.steps import opensessions, telling

OUTBOX_KEPT = timedelta(days=3)
"""How long the files of the outbox stay, with phone and text: long enough to look what a demonstration sent."""
UNTOLD_KEPT = timedelta(days=30)
"""How long staff see that a text could not be brought; then who still wants to know has asked."""


def sweep_traces(now: datetime) -> int:
    """Delete what would remain of people's visits: log-ins that are over, codes older than a day, used codes, refused passwords and
    visitors' sendings older than an hour, the outbox's old files, and texts given up long ago; gives how many.
    """
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    old, _ = OneTimeCode.objects.filter(requested_at__lt=now - rules.CODES_COUNTED).delete()
    refused, _ = RefusedPassword.objects.filter(refused_at__lt=now - rules.PASSWORDS_COUNTED).delete()
    sent, _ = VisitorSending.objects.filter(sent_at__lt=now - rules.HOUR).delete()
    spent, _ = SpentCode.objects.filter(spent_at__lt=now - secondfactor.SPENT_KEPT).delete()
    passing = sessions + old + refused + sent + spent + opensessions.sweep(now)
    return passing + telling.drop_before(now - UNTOLD_KEPT) + codes.sweep_outbox(now - OUTBOX_KEPT)
