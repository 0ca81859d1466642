"""Why a clock runs out when it does, line by line: limit, rule and version, source, start, pauses, days off skipped."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from yiwang.cases import law
from yiwang.cases.clocks import due_of
from yiwang.cases.snapshot import ClockSnapshot
from yiwang.kernel import walltime
from yiwang.kernel.params.problems import RuleNotInForce, RuleUnknown
from yiwang.kernel.workdays.clocks import Happened, TimeUnit, remaining, run_of
from yiwang.web.components.markup import MONTHS_EN, english, moment_text
from yiwang.web.desk.room import said

UNITS = {"working_hour": "office", "urgent_hour": "urgent", "working_day": "workday", "day": "day"}
"""The clock component's name of each unit of R-105."""
EVENTS = {
    Happened.PAUSE: gettext_noop("暂停于 %(at)s"),
    Happened.RESUME: gettext_noop("恢复于 %(at)s"),
    Happened.STOP: gettext_noop("停止于 %(at)s"),
}
MOST_DAYS_NAMED = 8


def shown(clock: ClockSnapshot, now: datetime) -> dict[str, Any]:
    """A clock as the clock component takes it, with its explanation."""
    calendar = law.calendar()
    due = due_of(clock, calendar)
    moment = due.due_at if due else clock.due_at
    left = (
        remaining(now, moment, TimeUnit(clock.unit), calendar).minutes if moment and clock.state == "running" else None
    )
    return {
        "name": said(f"case.clock.{clock.stage}"),
        "due": moment,
        "left_minutes": left,
        "unit": UNITS[clock.unit],
        "state": _state(clock, left),
        "why": lines(clock),
        "provisional": clock.provisional,
        "stage": str(clock.stage),
        "running": clock.state == "running",
    }


def _state(clock: ClockSnapshot, left: int | None) -> str:
    if clock.state == "paused":
        return "paused"
    if clock.state == "stopped":
        return "overdue" if clock.ran_out else "done"
    if clock.ran_out or (left is not None and left < 0):
        return "overdue"
    return "soon" if left is not None and left <= 120 else "running"


def lines(clock: ClockSnapshot) -> list[str]:
    """The explanation, one sentence a line."""
    return [_limit(clock), *_source(clock), *_events(clock), *_skipped(clock), *_end(clock)]


def _limit(clock: ClockSnapshot) -> str:
    return _("期限:%(amount)s %(unit)s") % {"amount": clock.amount, "unit": said(f"desk.unit.{clock.unit}")}


def _source(clock: ClockSnapshot) -> list[str]:
    """Which rule it is, from which day, where it stands, and whether somebody has seen the source itself."""
    day = walltime.town_day(clock.events[0].at)
    found = _rule(clock, day)
    if found is None:
        return [_("规则:%(rule)s") % {"rule": clock.rule}]
    version, reference, verified = found
    checked = _("已与原文核对") if verified else _("未与原文核对")
    return [
        _("规则:%(rule)s,版本 %(version)s") % {"rule": clock.rule, "version": version.rpartition("@")[2] or version},
        _("出处:%(reference)s(%(checked)s)") % {"reference": reference, "checked": checked},
    ]


def _rule(clock: ClockSnapshot, day: Any) -> tuple[str, str, bool] | None:
    code, _dot, _stage = clock.rule.rpartition(".")
    if code in law.catalogue():
        limit = law.catalogue()[code].limits_on(day).get(clock.stage)
        return (limit.version, limit.reference, limit.verified) if limit else None
    try:
        rule = law.rulebook().on(clock.rule, day)
    except (RuleUnknown, RuleNotInForce):
        return None
    return rule.version, " ".join(part for part in (rule.reference, rule.article) if part), rule.verified


def _events(clock: ClockSnapshot) -> list[str]:
    told = [_("从 %(at)s 起算") % {"at": moment_text(clock.events[0].at, with_year=True)}]
    for event in clock.events[1:]:
        if event.kind == Happened.EXTEND:
            values = {"at": moment_text(event.at), "amount": event.amount, "unit": said(f"desk.unit.{clock.unit}")}
            told.append(_("%(at)s 延长 %(amount)s %(unit)s") % values)
        elif event.kind in EVENTS:
            told.append(_(EVENTS[event.kind]) % {"at": moment_text(event.at)})
    return told


def _skipped(clock: ClockSnapshot) -> list[str]:
    """The days off between start and end that an office clock passes over."""
    if clock.unit not in ("working_hour", "working_day") or clock.due_at is None:
        return []
    first, last = walltime.town_day(clock.events[0].at), walltime.town_day(clock.due_at)
    days = [first + timedelta(days=number) for number in range(1, min((last - first).days, 400))]
    off = [day for day in days if not law.calendar().is_working_day(day)]
    if not off:
        return []
    named = _("、").join(day_text(day) for day in off[:MOST_DAYS_NAMED])
    more = ngettext("等 %(n)s 天", "等 %(n)s 天", len(off)) % {"n": len(off)} if len(off) > MOST_DAYS_NAMED else ""
    return [_("跳过休息日:%(days)s%(more)s") % {"days": named, "more": more}]


def day_text(day: date) -> str:
    """A day without its year: 11月23日, 23 Nov."""
    return f"{day.day} {MONTHS_EN[day.month - 1]}" if english() else f"{day.month}月{day.day}日"


def _end(clock: ClockSnapshot) -> list[str]:
    run = run_of(clock.events)
    if run.stopped:
        return []
    if not run.running:
        return [_("现在暂停,恢复后从剩下的时间接着算")]
    told = [_("到 %(at)s 为止") % {"at": moment_text(clock.due_at, with_year=True)}] if clock.due_at else []
    if clock.provisional:
        told.append(_("这一年的放假通知还没有发布,期限为暂定,发布后重算"))
    return told
