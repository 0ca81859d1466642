"""What every component needs: HTML attributes from keyword arguments, moments and durations in a person's words."""

from datetime import datetime
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yiwang.kernel import walltime

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MINUTES_PER_DAY = {"office": 480, "urgent": 1440, "workday": 480, "day": 1440}
"""How many minutes of a clock's unit make a day, when the caller does not say (R-105)."""

FORBIDDEN = ("on", "style")
"""Attributes that would need an inline script or style, which the pages' content policy refuses."""


def attributes(given: dict[str, Any]) -> SafeString:
    """HTML attributes of keyword arguments: `hx_get="/x"` becomes `hx-get="/x"`; True is a bare attribute, None and False none.

    Raises ValueError for a handler or a style: pages carry neither.
    """
    pairs = []
    for name, value in given.items():
        written = name.rstrip("_").replace("_", "-")
        if written == FORBIDDEN[1] or (written.startswith(FORBIDDEN[0]) and "-" not in written):
            raise ValueError(f"{written}: pages carry no inline handler or style; use a class or a data attribute")
        if value is True:
            pairs.append((mark_safe(f" {written}"), ""))  # noqa: S308 (a name from a template, not from a person)
        elif value is not None and value is not False:
            pairs.append((format_html(' {}="', written), format_html('{}"', value)))
    return format_html_join("", "{}{}", pairs)


def english() -> bool:
    return (get_language() or "zh-hans").startswith("en")


def moment_text(at: datetime, *, with_year: bool = False, day_only: bool = False) -> str:
    """`11月23日 周一 14:05` in the town's time; in English `Mon 23 Nov 14:05`."""
    local = walltime.in_town(at)
    if english():
        text = f"{WEEKDAYS_EN[local.weekday()]} {local.day} {MONTHS_EN[local.month - 1]}"
        text += f" {local.year}" if with_year else ""
    else:
        text = f"{local.year}年" if with_year else ""
        text += f"{local.month}月{local.day}日 {WEEKDAYS[local.weekday()]}"
    return text if day_only else f"{text} {local:%H:%M}"


def distance_text(minutes: int) -> str:
    """A span of calendar minutes in its largest fitting unit, without a sign."""
    size = abs(minutes)
    if size < 60:
        return _("%(n)s 分钟") % {"n": size}
    if size < 48 * 60:
        return _("%(n)s 小时") % {"n": size // 60}
    return _("%(n)s 天") % {"n": size // 1440}


def relative_text(at: datetime, now: datetime) -> str:
    """`3 小时前` or `3 小时后`; only ever shown beside the absolute moment."""
    minutes = int((at - now).total_seconds() // 60)
    if minutes == 0:
        return _("刚刚")
    return (_("%(span)s后") if minutes > 0 else _("%(span)s前")) % {"span": distance_text(minutes)}


def clock_text(minutes: int, unit: str, minutes_per_day: int | None = None) -> str:
    """A clock's minutes in its own unit: office and urgent hours as hours and minutes, days as days and hours.

    unit is one of office (工作时), urgent (紧急工作时), workday (工作日), day (天). The sign is left to the caller.
    """
    size = abs(minutes)
    if unit in ("workday", "day"):
        days, rest = divmod(size, minutes_per_day or MINUTES_PER_DAY[unit])
        parts = {"days": days, "hours": rest // 60}
        if not days:
            return _hours_text(rest, unit)
        if unit == "workday":
            return _("%(days)s 个工作日 %(hours)s 个工作小时") % parts if rest >= 60 else _("%(days)s 个工作日") % parts
        return _("%(days)s 天 %(hours)s 小时") % parts if rest >= 60 else _("%(days)s 天") % parts
    return _hours_text(size, unit)


def _hours_text(minutes: int, unit: str) -> str:
    """Hours and minutes of the office are named as such: beside a deadline of tomorrow, they would be taken for those of the clock."""
    hours, rest = divmod(minutes, 60)
    office = unit in ("office", "workday")
    if not hours:
        return (_("%(n)s 个工作分钟") if office else _("%(n)s 分钟")) % {"n": rest}
    if office:
        worked = _("%(n)s 个工作小时") % {"n": hours}
        return _("%(worked)s %(minutes)s 分钟") % {"worked": worked, "minutes": rest} if rest else worked
    if not rest:
        return _("%(n)s 小时") % {"n": hours}
    return _("%(hours)s 小时 %(minutes)s 分钟") % {"hours": hours, "minutes": rest}
