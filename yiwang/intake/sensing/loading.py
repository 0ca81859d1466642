"""Stations as data of the town: `stations.yaml` in its folder, read and checked with file and line. No database."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

from yiwang.intake.sensing import rules
from yiwang.intake.sensing.factors import Factors
from yiwang.intake.sensing.facts import Description, StreamDescription
from yiwang.intake.sensing.problems import (
    StationNameUnknown,
    StationPasswordInFile,
    StationRefused,
)
from yiwang.kernel.params.loading import refuse_twice
from yiwang.kernel.params.problems import RuleFileProblem
from yiwang.kernel.params.yamlfile import (
    Node,
    Row,
    day,
    flag,
    gathered,
    listed,
    mapping,
    number,
    optional,
    positive,
    raised,
    read,
    text,
)
from yiwang.kernel.places.rules import Kind
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import Point, TeamId
from yiwang.kernel.wording import LANGUAGES, problem_text

STATIONS = "stations.yaml"
NOBODY = TeamId(UUID(int=0))
"""Stands for the team while a file is checked: which number it has only the database knows."""

_STREAMS = mapping(
    {
        "factors": listed(text),
        "statistics": listed(text),
        "interval": text,
        "every_s": positive,
        "unit": optional(text, ""),
        "least": optional(number),
        "most": optional(number),
    }
)
_STATION = mapping(
    {
        "code": text,
        "name": mapping({"zh-Hans": text, "en": text}),
        "door": text,
        "key": text,
        "password": optional(text, ""),
        "team": text,
        "in_use_from": day,
        "in_use_to": optional(day),
        "place": optional(mapping({"kind": text, "code": text})),
        "point": optional(mapping({"longitude": number, "latitude": number})),
        "register": optional(mapping({"code": text, "key": text})),
        "tolerates_crc": optional(flag, False),
        "illustrative": optional(flag, False),
        "streams": listed(_STREAMS),
    }
)


@dataclass(frozen=True, slots=True)
class Declared:
    """One station of the file. Team and place are named by their codes; `description` has neither yet."""

    description: Description
    streams: tuple[StreamDescription, ...]
    password: str
    team: str
    place: tuple[Kind, str] | None


@dataclass(frozen=True, slots=True)
class Names:
    """What a station of the file may name: codes of teams, places (kind and code) and registers."""

    teams: Collection[str]
    places: Collection[tuple[str, str]] | None
    """None where they could not be read: then none is called unknown."""
    registers: Collection[str]


def read_stations(path: Path, factors: Factors, known: Names | None = None) -> tuple[Declared, ...]:
    """The stations of a town's file. `known`: None where what they name was looked up before.

    Raises a RuleFileProblem with file and line, which carries all others.
    """
    codes: dict[str, Node] = {}
    keys: dict[str, Node] = {}

    def station(row: Row) -> Declared:
        refuse_twice(row, "code", codes)
        other = keys.setdefault(f"{row['door']} {row['key']}", row.node)
        gathered(partial(raised, fault) for fault in _faults(row, known, other))
        found = _declared(row, factors)
        try:
            rules.check(found.description, found.streams, factors)
        except Problem as problem:
            raise _refused(row, problem) from problem
        return found

    return tuple(gathered(partial(station, row) for row in listed(_STATION, empty=True)(read(path))))


def _faults(row: Row, known: Names | None, first_of_key: Node) -> list[RuleFileProblem]:
    faults = list(_names_unknown(row, known)) if known else []
    if row["password"] and not row["illustrative"]:
        faults.append(row.refuse("password", StationPasswordInFile, station=row["code"]))
    if first_of_key is not row.node:
        holder = first_of_key.value["code"].value
        faults.append(
            row.refuse("key", StationRefused, station=row["code"], why=f"{row['door']} {row['key']}: {holder}")
        )
    return faults


def _names_unknown(row: Row, known: Names) -> Iterator[RuleFileProblem]:
    place, register = row["place"], row["register"]
    if row["team"] not in known.teams:
        yield row.refuse("team", StationNameUnknown, what="team", given=row["team"])
    if place and known.places is not None and (place["kind"], place["code"]) not in known.places:
        yield row.refuse("place", StationNameUnknown, what="place", given=f"{place['kind']}/{place['code']}")
    if register and register["code"] not in known.registers:
        yield row.refuse("register", StationNameUnknown, what="register", given=register["code"])


def _refused(row: Row, problem: Problem) -> RuleFileProblem:
    field = str(problem.parameters.get("field", ""))
    why = " ".join(part for code in LANGUAGES for part in problem_text(problem, code).values())
    return row.refuse(field if field in row else "streams", StationRefused, station=row["code"], why=why)


def _declared(row: Row, factors: Factors) -> Declared:
    point, register, place = row["point"], row["register"], row["place"]
    description = Description(
        code=row["code"],
        name_zh=row["name"]["zh-Hans"],
        name_en=row["name"]["en"],
        door=row["door"],
        key=row["key"],
        team_id=NOBODY,
        in_use_from=row["in_use_from"],
        in_use_to=row["in_use_to"],
        point=Point(float(point["longitude"]), float(point["latitude"])) if point else None,
        register=register["code"] if register else "",
        register_key=register["key"] if register else "",
        tolerates_crc=row["tolerates_crc"],
        illustrative=row["illustrative"],
    )
    streams = tuple(one for group in row["streams"] for one in _streams(group, factors))
    return Declared(
        description, streams, row["password"], row["team"], (Kind(place["kind"]), place["code"]) if place else None
    )


def _streams(group: Row, factors: Factors) -> list[StreamDescription]:
    return [
        StreamDescription(
            factor,
            statistic,
            group["interval"],
            group["unit"] or _usual_unit(factor, factors),
            group["every_s"],
            group["least"],
            group["most"],
        )
        for factor in group["factors"]
        for statistic in group["statistics"]
    ]


def _usual_unit(code: str, factors: Factors) -> str:
    """That of the factor; of a code that nobody knows any, since the check refuses it by its name."""
    found = factors.by_code.get(code.lower())
    return found.unit if found else "?"
