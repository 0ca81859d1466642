"""The air of the town's stations by hour and by day, judged by the table of each day (docs/adr/0053)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from yiwang.intake.sensing import ambient
from yiwang.intake.sensing.ambient import AirStation, Hours
from yiwang.kernel import walltime
from yiwang.kernel.appraisals import Appraisal, Given, appraise
from yiwang.kernel.terms import Actor
from yiwang.web import house
from yiwang.web.board import shown as board
from yiwang.web.components.charts import ChartLimit, ChartValue
from yiwang.web.components.markup import moment_text
from yiwang.web.surroundings import shown

HOUR, DAY = "environment.air_hour", "environment.air_day"
ONE_HOUR, ONE_DAY = timedelta(hours=1), timedelta(days=1)
DAYS = 14
GAP_S = 2 * 3600
LINE = Decimal(100)
"""Above it air is polluted (R-094)."""


def content(actor: Actor, now: datetime) -> dict[str, Any]:
    """What the page says, station by station."""
    return {
        "panels": [_panel(actor, one, now) for one in ambient.stations(actor)],
        "hour_columns": _columns(hour="hour", index="index", grade="grade", primary="primary"),
        "finding_columns": _columns(item="air-item", value="air-value", said="air-said"),
    }


def _columns(**named: str) -> list[dict[str, Any]]:
    return [{"key": key, "text": shown.said(f"column.{word}")} for key, word in named.items()]


def _panel(actor: Actor, station: AirStation, now: datetime) -> dict[str, Any]:
    today = walltime.town_day(now)
    begins = walltime.day_begins(today - DAYS * ONE_DAY)
    found = ambient.hours(actor, station, begins, now + ONE_HOUR)
    line, days = _last_day(found, now), [_day(found, today - back * ONE_DAY) for back in range(DAYS, 0, -1)]
    newest = next(((at, said) for at, said in reversed(line) if said), None)
    return {
        "code": station.code,
        "name": station.name[house.language()],
        "illustrative": station.illustrative,
        "when": _span(newest[0]) if newest else "",
        "index": index(newest[1]) if newest else None,
        "reasons": [shown.words(one) for one in newest[1].reasons] if newest else [],
        "findings": [shown.finding(one) for one in newest[1].findings] if newest else [],
        "values": [ChartValue(at, Decimal(said.mark) if said and said.colour else None) for at, said in line],
        "limits": [ChartLimit(((now - ONE_DAY, now, LINE),), shown.said("air.line"))],
        "since": now - ONE_DAY,
        "until": now,
        "gap_s": GAP_S,
        "hours": [_hour_row(at, said) for at, said in reversed(line)],
        "days": [
            {"day": f"{day.month}-{day.day}", "whole": board.day(day), "index": index(said)} for day, said in days
        ],
        "unpublished": any(said and not said.rank for _, said in days),
        "good_days": _good_days([said for _, said in days if said]),
    }


def _last_day(found: Hours, now: datetime) -> list[tuple[datetime, Appraisal | None]]:
    """The hours of the last 24 that have begun, the oldest first."""
    since = now - ONE_DAY
    return [
        (at, appraise(HOUR, Given(walltime.town_day(at), values))) for at, values in found.items() if since <= at <= now
    ]


def _day(found: Hours, day: date) -> tuple[date, Appraisal | None]:
    begins = walltime.day_begins(day)
    hours: dict[int, Mapping[str, Decimal]] = {
        (at - begins) // ONE_HOUR: values for at, values in found.items() if begins <= at < begins + ONE_DAY
    }
    return day, appraise(DAY, Given(day, {"hours": hours})) if hours else None


def _good_days(found: list[Appraisal]) -> list[str]:
    """On how many of the days that have an index the air was good, and which rules of it nobody has seen at the source."""
    judged = [one for one in found if "measured" in one.holds]
    if not judged:
        return []
    counts = {"days": DAYS, "measured": len(judged), "good": sum("good" in one.holds for one in judged)}
    return [shown.said("air.good-days", **counts), *shown.unverified(rule for one in judged for rule in one.rules)]


def index(one: Appraisal | None) -> dict[str, Any] | None:
    """An index as its tag: the number on the official colour, and its word. None is 没有数据."""
    return {"level": one.rank, "mark": one.mark, "text": shown.words(one.words)} if one else None


def _span(at: datetime) -> str:
    return f"{moment_text(at)}–{walltime.in_town(at + ONE_HOUR):%H:%M}"


def _hour_row(at: datetime, said: Appraisal | None) -> dict[str, Any]:
    worst = shown.listed(shown.words(one.item) for one in said.findings if one.worse) if said else ""
    return {
        "hour": _span(at),
        "index": said.mark if said else None,
        "grade": shown.words(said.words) if said else None,
        "primary": worst or "–",
    }
