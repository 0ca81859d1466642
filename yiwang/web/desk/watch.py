"""The duty screen: figures of this moment that each open the list they count, where the open cases lie, who is on duty.

It hangs where many see it: departments and committees stand on it, and nobody's name.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.cases import queries as cases
from yiwang.cases.stages import State
from yiwang.intake.sensing.alarms import queries as alarms
from yiwang.kernel import walltime
from yiwang.kernel.people import queries as people
from yiwang.kernel.terms import Actor, TeamId
from yiwang.web.desk import rows
from yiwang.web.desk.filters import UNPLACED, Asked
from yiwang.web.desk.room import may
from yiwang.web.desk.townsfolk import Names

LIGHTEST, DARKEST = 0.04, 0.5
"""How dark an area of the map is without an open case, and with the most of all."""

Counted = Mapping[UUID | None, tuple[int, int]]
"""By committee the open cases and how many of them are overdue."""


def board(actor: Actor, names: Names, now: datetime) -> dict[str, Any]:
    """Everything on the screen but the map, as it stands now: a query for each tile, one for places, one for shifts."""
    counted = cases.open_by_committee(actor)
    return {
        "as_of": f"{walltime.in_town(now):%H:%M:%S}",
        "as_of_full": walltime.in_town(now).isoformat(timespec="seconds"),
        "tiles": [*(_tile(at, actor, now, *one) for at, one in enumerate(_tiles(), 1)), *_alarm_tile(actor)],
        "open": sum(number for number, _late in counted.values()),
        "open_href": _address(Asked()),
        "places": _places(counted, names),
        "shifts": _shifts(actor, names, now),
    }


def _tiles() -> list[tuple[str, str, str, Asked]]:
    """Name, words, tone when there is something, and the list."""
    return [
        ("unsigned", _("派遣未签收"), "action", Asked(state=State.DISPATCHED)),
        ("two_hours", _("两小时内到期"), "soon", Asked(limit="two_hours")),
        ("urgent", _("紧急"), "overdue", Asked(limit="urgent")),
        ("overdue", _("已超时"), "overdue", Asked(limit="overdue")),
        ("came_today", _("今天来的"), "", Asked(limit="came_today")),
        ("ended_today", _("今天办结的"), "", Asked(limit="ended_today")),
    ]


def _tile(at: int, actor: Actor, now: datetime, name: str, text: str, tone: str, asked: Asked) -> dict[str, Any]:
    value = cases.length_of(actor, asked.wanted(now))
    return {
        "name": name,
        "key": str(at),
        "text": text,
        "value": value,
        "tone": tone if value else "",
        "href": _address(asked),
    }


def _alarm_tile(actor: Actor) -> list[dict[str, Any]]:
    """How many alarms go on, for who may see them: opens their list."""
    if not may(actor, alarms.READ):
        return []
    value = alarms.counted(actor)
    place = {"key": str(len(_tiles()) + 1), "href": reverse("desk:alarms")}
    return [{"name": "alarms", "text": _("报警未解除"), "value": value, "tone": "overdue" if value else "", **place}]


def _address(asked: Asked) -> str:
    query = asked.query()
    return f"{reverse('desk:cases')}?{query}" if query else reverse("desk:cases")


def _places(counted: Counted, names: Names) -> list[dict[str, Any]]:
    """The committees in the order of their codes, those without an open case too; last what lies in none."""
    known = [(key, text, counted.get(UUID(key), (0, 0))) for key, text in names.committees()]
    listed = {UUID(key) for key, _text, _numbers in known}
    known += [(str(key), names.place(key), pair) for key, pair in counted.items() if key and key not in listed]
    if None in counted:
        known.append((UNPLACED, _("未定居委"), counted[None]))
    return [
        {
            "key": key,
            "text": text,
            "open": numbers[0],
            "late": numbers[1],
            "href": _address(Asked(committee=key)),
            "late_href": _address(Asked(committee=key, limit="overdue")),
        }
        for key, text, numbers in known
    ]


def _shifts(actor: Actor, names: Names, now: datetime) -> list[dict[str, Any]]:
    """Departments and teams on a shift, each once and until when. A shift's note is left out: it may name somebody."""
    until: dict[TeamId, datetime] = {}
    for one in people.on_duty_now(actor, now):
        until[one.team_id] = max(one.ends_at, until.get(one.team_id, one.ends_at))
    return [
        {
            "key": str(team_id),
            "text": names.team(team_id),
            "until": _("到 %(at)s") % {"at": rows.near(ends_at, now)},
            "href": _address(Asked(team=str(team_id))),
        }
        for team_id, ends_at in until.items()
    ]


def town(actor: Actor, names: Names) -> dict[str, Any]:
    """The committees' outlines with how many open cases each has, as GeoJSON: the more, the darker."""
    counted = cases.open_by_committee(actor)
    most = max((number for number, _late in counted.values()), default=0)
    found = [row for row in names.town_map.rows if str(row.kind) == "committee"]
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": row.geometry.__geo_interface__,
                "properties": _area(names.place(row.place_id), counted.get(row.place_id, (0, 0)), most)
                | {"href": _address(Asked(committee=str(row.place_id)))},
            }
            for row in found
        ],
    }


def _area(name: str, numbers: tuple[int, int], most: int) -> dict[str, Any]:
    number, late = numbers
    dark = LIGHTEST + (DARKEST - LIGHTEST) * number / most if most else LIGHTEST
    text = _("%(name)s\n未结 %(n)s，超时 %(late)s") if late else _("%(name)s\n未结 %(n)s")
    return {"text": text % {"name": name, "n": number, "late": late}, "share": round(dark, 2)}
