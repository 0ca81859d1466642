"""Two departments with a station each, readings of an hour, and who looks at them."""

import base64
from dataclasses import replace
from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client

from yiwang.intake.sensing.steps import stations
from yiwang.intake.sensing.tests.small_town import (
    MN,
    NOW,
    call_of,
    described,
    make_station,
    measured,
    packet,
    stored,
    streams,
    team,
)
from yiwang.kernel.people.steps import accounts
from yiwang.kernel.people.steps.teams import create_team
from yiwang.kernel.terms import Call, Point, TeamId

MINUTES = 60


def make_town() -> dict[str, TeamId]:
    """hongxing-1 (with a point, COD and ammonia) of the water station, dust-1 (nothing measured yet) of another team."""
    water = team()
    dust = create_team("urban", "department", name_zh="城建", name_en="Urban", call=call_of()).team_id
    place = described(water, point=Point(121.4, 31.62))
    stations.register_station(place, streams(("w01018", "w21003")), call=call_of())
    make_station("dust-1", "MN-2", dust)
    stored(
        packet(*(measured(f"{minute}.50", minute) for minute in range(MINUTES))),
        packet(*(measured("0.2", minute, "w21003", "D" if minute == 3 else "N") for minute in range(10)), key=MN),
    )
    return {"water": water, "urban": dust}


def make_instrument() -> None:
    """probe-1 of the water station, which hands in over HTTP with the key probe-1 and a password."""
    said = replace(described(team(), "probe-1", "probe-1"), door="sensorthings")
    made = stations.register_station(said, streams(("w01018", "w21003")), call=call_of())
    stations.set_password(made.station_id, "secret-1", call=call_of())


def basic(key: str, password: str) -> str:
    """The header of Basic authentication."""
    return "Basic " + base64.b64encode(f"{key}:{password}".encode()).decode()


def person(role: str, scope_id: Any = None, username: str = "looker") -> Any:
    """An account with a role, for force_login."""
    call = Call(call_of().actor, NOW, "test")
    made = accounts.create_account(username, "某", password="a-long-enough-one", call=call).account_id
    accounts.grant_role(made, role, scope_id=scope_id, call=call)
    return get_user_model().objects.get(pk=made)


def logged_in(role: str, scope_id: Any = None, username: str = "looker") -> Client:
    """A browser in which somebody with a role is logged in; it reads English."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person(role, scope_id, username))
    return client
