"""A clock with what is left of it, and why it runs out when it does: the kernel's lines, the rule behind it, extensions."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from yiwang.cases import clocks, law
from yiwang.cases.explained import rule_behind
from yiwang.cases.snapshot import ClockSnapshot
from yiwang.cases.stages import ClockStage
from yiwang.kernel import walltime
from yiwang.kernel.workdays.clocks import Happened, Run, TimeUnit, left_minutes, run_of
from yiwang.kernel.workdays.explaining import Deadline, deadline_after, explain
from yiwang.kernel.workdays.office import TICKS_PER_MINUTE
from yiwang.web import house
from yiwang.web.components.markup import MONTHS_EN, english, moment_text
from yiwang.web.desk.room import said

UNITS = {"working_hour": "office", "urgent_hour": "urgent", "working_day": "workday", "day": "day"}
"""The clock component's name of each unit of R-105."""


def answers_again(clock: ClockSnapshot, of_case: Iterable[ClockSnapshot]) -> bool:
    """Whether the clock is of a further answer: the case had one before, and was reopened."""
    answers = [one.id for one in of_case if one.stage is ClockStage.ANSWER]
    return clock.id in answers[1:]


def shown(clock: ClockSnapshot, now: datetime, *, again: bool = False) -> dict[str, Any]:
    """A clock as the clock component takes it, with its explanation. One that stands tells what would be left from now, or
    by how much it was late when it was halted; one that was stopped what was left then.

    `again`: it is of an answer after a reopening.
    """
    run = run_of(clock.events)
    found = _deadline(clock, run, now)
    left, per_day = None, _minutes_per_day(clock.unit, now)
    if found is not None:
        halted = run.intervals[-1].end or now
        looked = halted if run.stopped or found.due_at <= halted else now
        left = left_minutes(
            run.intervals, clock.amount + run.extended, TimeUnit(clock.unit), law.calendar(),
            due=found.due_at, at=looked, minutes_per_day=per_day,
        )  # fmt: skip
    return {
        "name": said(f"case.clock.{clock.stage}"),
        "due": found.due_at if found and run.running else None,
        "left_minutes": left,
        "unit": UNITS[clock.unit],
        "minutes_per_day": per_day,
        "state": _state(clock, now),
        "why": _lines(clock, run, found, again=again),
        "provisional": clock.provisional,
        "stage": str(clock.stage),
        "over": run.stopped,
    }


def _minutes_per_day(unit: str, now: datetime) -> int:
    """How many minutes of the unit make a day: the clock's, or as long as the office is open (office_hours.yaml)."""
    if TimeUnit(unit) in (TimeUnit.URGENT_HOUR, TimeUnit.DAY):
        return 24 * 60
    windows = law.calendar().period(walltime.town_day(now)).windows
    return sum(closes - opens for opens, closes in windows) // TICKS_PER_MINUTE


def _deadline(clock: ClockSnapshot, run: Run, now: datetime) -> Deadline | None:
    """When it ends; for one that stands, when it would end if it went on now (or had not been stopped)."""
    last = run.intervals[-1].end
    goes_on = None if last is None else last if run.stopped else max(now, last)
    return deadline_after(
        run.intervals, clock.amount + run.extended, TimeUnit(clock.unit), law.calendar(), resumes_at=goes_on
    )


def _state(clock: ClockSnapshot, now: datetime) -> str:
    if clock.state == "paused":
        return "late" if clock.ran_out else "paused"
    if clock.unmet:
        return "unmet"
    if clock.state == "stopped":
        return "overdue" if clock.ran_out else "done"
    assert clock.due_at is not None, "a clock that runs is due some day"  # noqa: S101
    return str(clocks.pressure(clock.due_at, clock.soon_at, now, ran_out=clock.ran_out))


def _lines(clock: ClockSnapshot, run: Run, found: Deadline | None, *, again: bool) -> list[str]:
    told = list(explain(found.lines, house.language())) if found else []
    told[1:1] = _source(clock)
    if again:
        told.append(_("答复过又重新办理的，从重新办理起另算；第一次的时限在“已结束的时限”里"))
    told += _relimits(clock)
    told += _extensions(clock)
    if run.stopped:
        told.append(_("已于 %(at)s 停止") % {"at": moment_text(run.intervals[-1].end or clock.events[-1].at)})
    elif not run.running:
        told.append(_("现在暂停；上面是从现在恢复的算法"))
    return told


def _source(clock: ClockSnapshot) -> list[str]:
    """Which rule it is, from which day, where it stands, and whether somebody has seen the source itself."""
    found = rule_behind(clock, walltime.town_day(clock.events[0].at))
    if found is None:
        return [_("规则：%(rule)s") % {"rule": clock.rule}]
    version, reference = found.version, found.reference
    checked = _("已与原文核对") if found.verified else _("未与原文核对")
    return [
        _("规则：%(rule)s，版本 %(version)s") % {"rule": clock.rule, "version": version.rpartition("@")[2] or version},
        _("出处：%(reference)s（%(checked)s）") % {"reference": reference, "checked": checked},
    ]


def _relimits(clock: ClockSnapshot) -> list[str]:
    """That the limit is another one than at the start, since the case was found to be something else."""
    return [
        _("%(at)s 更正了类别、诉求种类，或批准按复杂诉求办理：时限改按上面的规则，仍从原来的起点算")
        % {"at": moment_text(event.at)}
        for event in clock.events
        if event.kind == Happened.RELIMIT
    ]


def _extensions(clock: ClockSnapshot) -> list[str]:
    """The extensions that count: those on a limit that was replaced since went with it, but for what was carried over."""
    unit = said(f"time-unit.{clock.unit}")
    replaced = [
        number for number, event in enumerate(clock.events) if event.kind == Happened.RELIMIT and not event.amount
    ]
    return [
        _("其中 %(at)s 延长 %(amount)s %(unit)s") % {"at": moment_text(event.at), "amount": event.amount, "unit": unit}
        for event in clock.events[max(replaced, default=0) :]
        if event.kind == Happened.EXTEND
    ]


def day_text(day: date) -> str:
    """A day without its year: 11月23日, 23 Nov."""
    return f"{day.day} {MONTHS_EN[day.month - 1]}" if english() else f"{day.month}月{day.day}日"
