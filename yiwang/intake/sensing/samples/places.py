"""Where samples are taken: the laboratory's stations, found by any name that a sheet may call them by. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from yiwang.intake.sensing.facts import Description
from yiwang.intake.sensing.received import SAMPLE
from yiwang.intake.sensing.rules import KnownStream
from yiwang.intake.sensing.samples.problems import SampleStationSeveral, SampleStationUnknown
from yiwang.kernel.sheets.headings import plain
from yiwang.kernel.sheets.measured import missing, shown
from yiwang.kernel.terms import TeamId

MOST_NAMED = 8
"""So many stations are named where one was not found."""


@dataclass(frozen=True, slots=True)
class Place:
    """A laboratory station: `key` at its door, and its streams for samples by the factor's code."""

    station_id: UUID
    team_id: TeamId
    code: str
    key: str
    name: str
    streams: Mapping[str, KnownStream]


class Places:
    """Some laboratory stations, by code, key, either name, and the register row at which they stand."""

    def __init__(self, stations: Iterable[tuple[UUID, Description, Sequence[KnownStream]]]) -> None:
        self._by_name: dict[str, list[Place]] = {}
        self._places: list[Place] = []
        for station_id, said, opened in stations:
            streams = {each.description.factor: each for each in opened if each.description.interval == SAMPLE}
            place = Place(station_id, said.team_id, said.code, said.key, said.name_zh, streams)
            self._places.append(place)
            for name in {
                plain(each) for each in (said.code, said.key, said.name_zh, said.name_en, said.register_key) if each
            }:
                self._by_name.setdefault(name, []).append(place)

    def find(self, cell: Any) -> Place:
        """The station that a cell names. Raises SampleStationUnknown and SampleStationSeveral."""
        found = [] if missing(cell) else self._by_name.get(plain(cell), [])
        if len(found) == 1:
            return found[0]
        given = shown(cell) if not missing(cell) else "—"
        if found:
            raise SampleStationSeveral(
                given=given, found="、".join(f"{one.name}（{one.code}）" for one in found[:MOST_NAMED])
            )
        more = " …" if len(self._places) > MOST_NAMED else ""
        known = "、".join(one.name for one in self._places[:MOST_NAMED]) + more
        raise SampleStationUnknown(given=given, known=known or "—")

    def called(self, place: Place) -> str:
        """What a sheet calls a place so that it is found again: its name, or its code where another has that name or a spreadsheet
        would take it for a formula.
        """
        alone = self._by_name.get(plain(place.name)) == [place]
        return place.name if alone and not place.name.startswith(("=", "+", "-", "@")) else place.code

    def __iter__(self) -> Iterator[Place]:
        return iter(self._places)
