"""Alarms: all that stand within reach, narrowed by state, station and severity, each open to its station and its case."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yiwang.intake.sensing import queries as sensing
from yiwang.intake.sensing.alarms import queries
from yiwang.intake.sensing.alarms.conditions import SEVERITIES
from yiwang.intake.sensing.alarms.states import LIVE, AlarmState
from yiwang.kernel.access.door import door
from yiwang.web.desk import alarms
from yiwang.web.desk.measuring import station_name
from yiwang.web.desk.room import actor_of, page, said, whole

SIZE = 50
FURTHEST = 5_000
"""Alarms that can be turned over page by page; beyond, one narrows the list."""
ALL = "all"


@require_GET
@door("alarm.read")
def listed(request: HttpRequest) -> HttpResponse:
    """The alarms that were asked for, the newest first; without a choice those that are not over."""
    actor, given = actor_of(request), request.GET
    stations = {one.description.code: one for one in sensing.stations(actor)}
    asked = {
        "state": given.get("state", "") if given.get("state", "") in {*AlarmState, ALL} else AlarmState.OPEN.value,
        "station": given.get("station", "") if given.get("station", "") in stations else "",
        "severity": given.get("severity", "") if given.get("severity", "") in SEVERITIES else "",
    }
    skip = min(max(whole(given.get("skip", ""), 0), 0), FURTHEST)
    found = queries.alarms(
        actor,
        code=asked["station"] or None,
        state=LIVE if asked["state"] == ALL else (AlarmState(asked["state"]),),
        severity=asked["severity"],
        skip=skip,
        most=SIZE + 1,
    )
    names = [(code, station_name(one)) for code, one in stations.items()]
    content = {
        "rows": alarms.lines(actor, found[:SIZE]),
        "columns": alarms.columns(withdrawn=asked["state"] == AlarmState.WITHDRAWN),
        "fields": _fields(asked, names),
        "open": queries.counted(actor),
        "previous": _turned(asked, skip - SIZE) if skip else "",
        "next": _turned(asked, skip + SIZE) if len(found) > SIZE and skip < FURTHEST else "",
        "range": _("第 %(first)s–%(last)s 次") % {"first": skip + 1, "last": skip + len(found[:SIZE])}
        if skip or len(found) > SIZE
        else _("共 %(n)s 次") % {"n": len(found)},
    }
    return page(request, "desk/alarms.html", content)


def _turned(asked: dict[str, str], skip: int) -> str:
    return "?" + urlencode({**{key: value for key, value in asked.items() if value}, "skip": max(skip, 0)})


def _fields(asked: dict[str, str], stations: list[tuple[str, str]]) -> list[dict[str, Any]]:
    states = [(str(one), said(f"alarm.state.{one}")) for one in AlarmState]
    states.insert(2, (ALL, _("未解除和已解除")))
    severities = [("", _("不限")), *((one, said(f"alarm.severity.{one}")) for one in SEVERITIES)]
    return [
        {"name": "state", "text": _("状态"), "kind": "select", "options": states, "value": asked["state"]},
        {"name": "station", "text": _("监测站点"), "kind": "select", "options": [("", _("不限")), *stations], "value": asked["station"]},
        {"name": "severity", "text": _("等级"), "kind": "select", "options": severities, "value": asked["severity"]},
    ]  # fmt: skip
