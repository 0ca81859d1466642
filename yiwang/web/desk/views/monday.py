"""The leader's Monday page: what changed, what is red and why, what needs a decision of whoever looks at it."""

from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yiwang.kernel import walltime
from yiwang.kernel.access.door import door
from yiwang.kernel.terms import Actor
from yiwang.plan import queries as plans
from yiwang.plan import week
from yiwang.plan.supervision import queries as supervisions
from yiwang.plan.supervision.queries import SupervisionView
from yiwang.web.board import shown
from yiwang.web.desk import alarmbrief, decisions, monday
from yiwang.web.desk.room import actor_of, call_of, may, page

WEEK = timedelta(days=7)


@require_GET
@door("plan.oversee")
def show(request: HttpRequest) -> HttpResponse:
    """From last Monday to now; `?week=2026-11-16` is the week from that Monday to the next."""
    actor, call = actor_of(request), call_of(request)
    known = plans.plans(actor)
    if not known:
        return page(request, "desk/monday.html", {"year": None, "alarms": alarmbrief.brief(actor, call.now)})
    today = walltime.town_day(call.now)
    begins = _monday(request.GET.get("week", ""), today)
    since, until = _span(begins, today, call.now)
    years = week.years_of(since, until, [one.year for one in known])
    supervised = {one.year: supervisions.of_year(actor, one.year, call.now) for one in known}
    everything = tuple(one for listed in supervised.values() for one in listed)
    content: dict[str, Any] = {
        "year": years[0],
        "since": since,
        "until": until,
        "parts": [_part(actor, year, since, until, today, supervised[year]) for year in years],
        "decisions": decisions.waiting(actor, everything, years[0]) if until == call.now else [],
        "now": until == call.now,
        "alarms": alarmbrief.brief(actor, call.now) if until == call.now else None,
        "weeks": _weeks(begins, today),
    }
    return page(request, "desk/monday.html", content)


def _part(
    actor: Actor, year: int, since: datetime, until: datetime, today: date, supervised: tuple[SupervisionView, ...]
) -> dict[str, Any]:
    """One year's promises: what is red, and what changed. Nobody supervises a promise of a year that is over."""
    found = week.week(actor, year, since, until)
    going = {one.row: one for one in supervised if one.ended_at is None}
    may_supervise = may(actor, "plan.supervise") and year >= today.year
    return {
        "year": year,
        "over": _("%(year)s 年已经过去，按当年最后一天判定。") % {"year": year} if year < today.year else "",
        "carried": shown.carried(plans.plan(actor, year)),
        "nothing": found.nothing,
        "red": monday.red(actor, found.red, going, year, may_supervise=may_supervise),
        **monday.changes(actor, found, year),
    }


def _monday(text: str, today: date) -> date:
    """The Monday that an address names, or the last one: no later, and no day that is no Monday."""
    last = week.last_monday(today)
    try:
        named = date.fromisoformat(text)
    except ValueError:
        return last
    return named if named.weekday() == 0 and named < last and named.year > 2000 else last


def _span(begins: date, today: date, now: datetime) -> tuple[datetime, datetime]:
    until = now if begins == week.last_monday(today) else walltime.day_begins(begins + WEEK)
    return walltime.day_begins(begins), until


def _weeks(begins: date, today: date) -> list[dict[str, str]]:
    """The ways to the week before and the one after."""
    found = [{"text": _("前一周"), "href": f"?week={begins - WEEK}"}]
    if begins < week.last_monday(today):
        after = begins + WEEK
        found.append({"text": _("后一周"), "href": f"?week={after}" if after < week.last_monday(today) else "?"})
    return found
