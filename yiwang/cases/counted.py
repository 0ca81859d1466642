"""How many cases there are in each state: the figures that stand on every page of a work list. The first argument is the Actor.

A town of a million cases has some thirty thousand open ones, and counting them is a quarter of a page. So what was counted is
remembered until the journal has another entry: without one nothing of a case changed.
"""

from datetime import datetime

from django.db.models import Count, Q

from yiwang.cases import listing, models
from yiwang.cases.queries import visible
from yiwang.cases.rules import proven_by
from yiwang.cases.stages import ALARM, NOTHING_TO_DO, State
from yiwang.kernel.access import permission
from yiwang.kernel.access.rules import Reach
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.journal.queries import Tip
from yiwang.kernel.terms import Actor

Counts = dict[str, int]
_remembered: tuple[tuple[Tip, datetime] | None, dict[Reach, Counts]] = (None, {})
"""What was counted at one tip of the journal in one minute. Replaced as a whole, so that no thread sees half of two."""


def numbers_of(actor: Actor, now: datetime) -> Counts:
    """How many cases the actor sees in each state where something is to be done, and how many of all these are overdue, due
    soon (as of the last minute or later) and urgent. What has ended is not counted (`ended_of`): its number only grows, and a
    work list does not show it.
    """
    global _remembered
    of = (journal.tip(), now.replace(second=0, microsecond=0))
    at, counted = _remembered
    if at != of:
        _remembered = (of, counted := {})
    reach = permission.reach(actor, "case.read")
    if reach not in counted:
        counted[reach] = _numbers(actor, now)
    return dict(counted[reach])


def _numbers(actor: Actor, now: datetime) -> Counts:
    found = visible(actor).filter(models.OPEN).values("state").order_by()
    counted = list(
        found.annotate(  # soon before overdue: a figure hides the column of its name from those after it
            open=Count("state"),
            soon=Count("state", filter=listing.soon(now)),
            overdue=Count("state", filter=Q(overdue=True)),
            urgent=Count("state", filter=Q(urgent=True)),
        )
    )
    sums = {name: sum(row[name] for row in counted) for name in ("open", "soon", "overdue", "urgent")}
    return {row["state"]: row["open"] for row in counted} | sums


def ended_of(actor: Actor) -> Counts:
    """How many cases the actor sees in each state where nothing is to be done any more. Reads the index of all of them."""
    found = visible(actor).filter(state__in=NOTHING_TO_DO).values_list("state").order_by()
    return dict(found.annotate(Count("state")))


def closed_unproven(actor: Actor, since: datetime) -> tuple[str, ...]:
    """The numbers of the alarms' cases that were closed since a moment though no proof stands that it is back to normal (rules.proven_by);
    the newest first.
    """
    rows = visible(actor).filter(origin_kind=ALARM, closed_at__gte=since, state__in=(State.CLOSED, State.RATED))
    return tuple(
        row.number
        for row in rows.prefetch_related("proofs").order_by("-closed_at")
        if not proven_by((one.kind, one.ref) for one in row.proofs.all())
    )
