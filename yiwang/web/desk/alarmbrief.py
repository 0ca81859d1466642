"""Alarms as those see them who oversee: how many go on, the gravest first, and which of their cases were closed this year without proof."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from yiwang.cases import counted
from yiwang.intake.sensing import queries as sensing
from yiwang.intake.sensing.alarms import queries
from yiwang.intake.sensing.alarms.conditions import SEVERITIES
from yiwang.intake.sensing.alarms.queries import AlarmView
from yiwang.intake.sensing.alarms.states import AlarmState
from yiwang.kernel.terms import Actor
from yiwang.kernel.walltime import day_begins, town_day
from yiwang.web.desk import alarms
from yiwang.web.desk.measuring import station_name
from yiwang.web.desk.room import may

SHOWN = 8


def brief(actor: Actor, now: datetime) -> dict[str, Any] | None:
    """For the home page and the Monday page; None for who sees no alarms."""
    if not may(actor, queries.READ):
        return None
    stations = {one.description.code: station_name(one) for one in sensing.stations(actor)}
    unproven = _unproven(actor, now)
    return {
        "total": queries.counted(actor),
        "href": reverse("desk:alarms"),
        "rows": [_line(one, stations) for one in _gravest(actor)],
        "unproven": unproven[:SHOWN],
        "unproven_total": len(unproven),
    }


def _gravest(actor: Actor) -> list[AlarmView]:
    """Those that go on, serious ones first and of one severity the newest first; no more than are shown."""
    found: list[AlarmView] = []
    for severity in reversed(SEVERITIES):
        most = SHOWN - len(found)
        found += queries.alarms(actor, state=(AlarmState.OPEN,), severity=severity, most=most) if most else ()
    return found


def _line(one: AlarmView, stations: dict[str, str]) -> dict[str, Any]:
    return {
        "tag": {"text": alarms.severity(one), "tone": alarms.TONES[one.episode.severity]},
        "text": alarms.rule_name(one.rule),
        "station": stations.get(one.station_code, one.station_code),
        "when": alarms.when(one),
        "number": one.case_number,
        "href": reverse("desk:case", args=[one.case_number]),
    }


def _unproven(actor: Actor, now: datetime) -> list[dict[str, str]]:
    if not may(actor, "case.read"):
        return []
    year = day_begins(town_day(now).replace(month=1, day=1))
    return [
        {"text": number, "href": reverse("desk:case", args=[number])} for number in counted.closed_unproven(actor, year)
    ]
