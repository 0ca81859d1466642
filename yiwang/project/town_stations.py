"""The stations of a town's folder (`stations.yaml`) into the database. Again: only what differs; one that is no longer listed stays."""

from dataclasses import replace
from pathlib import Path

from yiwang.intake.sensing import law, queries
from yiwang.intake.sensing.facts import Description
from yiwang.intake.sensing.loading import Declared, read_stations
from yiwang.intake.sensing.queries import StationView
from yiwang.intake.sensing.steps import stations
from yiwang.kernel.people import queries as people
from yiwang.kernel.places import queries as places
from yiwang.kernel.terms import Call


def load_stations(path: Path, *, invented: bool, call: Call) -> tuple[int, int, int]:
    """Register or change the stations of the file; gives how many are new, changed and as they were.

    Those that are only for demonstration (`illustrative`) come in only where the town's people are `invented` too.
    """
    if not path.exists():
        return 0, 0, 0
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    there = {one.description.code: one for one in queries.stations(call.actor)}
    for one in read_stations(path, law.catalogue()):
        if invented or not one.description.illustrative:
            counts[_enter(one, there.get(one.description.code), call)] += 1
    return counts["added"], counts["changed"], counts["unchanged"]


def _enter(one: Declared, there: StationView | None, call: Call) -> str:
    wanted = _placed(one, call)
    if there is None:
        made = stations.register_station(wanted, one.streams, call=call)
        if one.password:
            stations.set_password(made.station_id, one.password, call=call)
        return "added"
    # the password stays as it is: a working town sets its own
    if wanted == there.description and set(one.streams) == {stream.description for stream in there.streams}:
        return "unchanged"
    stations.change_station(there.station_id, wanted, one.streams, call=call)
    return "changed"


def _placed(one: Declared, call: Call) -> Description:
    """The description with the numbers that the database has for its team and its place."""
    team = people.team_by_code(call.actor, one.team)
    place = places.coded(call.actor, *one.place) if one.place else None
    return replace(one.description, team_id=team.team_id, place_id=place.place_id if place else None)
