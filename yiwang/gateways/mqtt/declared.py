"""The town's table of topics: `mqtt.yaml` in its folder, read and checked with file and line. No database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from yiwang.gateways.mqtt.messages import FORMS, ISO, RECEIVED, Listened, meet, parts_of
from yiwang.gateways.mqtt.problems import TopicRefused
from yiwang.intake.sensing.factors import Factors
from yiwang.intake.sensing.received import INTERVALS, STATISTICS
from yiwang.kernel.params.yamlfile import (
    Node,
    Row,
    choice,
    gathered,
    listed,
    mapping,
    matching,
    optional,
    read,
    table,
    text,
)

TOPICS = "mqtt.yaml"
NUMBER, JSON = "number", "json"
ALL = "all"
OUR_TOPICS = "v1.1"
"""The first level of what is published here: nobody listens to that, or it would come in again."""
MOST_LEVELS = 12

_LEVEL = re.compile(r"[^{}+#$/\x00]+|\{[a-z_]+\}")
_PLACE = matching(r"[^.\x00]+(\.[^.\x00]+)*", "data.flow")
_NAMES = table(text, text)
_LISTENED = mapping(
    {
        "topic": text,
        "key": optional(text, "{station}"),
        "payload": choice(NUMBER, JSON),
        "moment": _PLACE,
        "moment_form": optional(choice(*FORMS), ISO),
        "station": optional(_PLACE, ""),
        "value": optional(_PLACE, ""),
        "factor": optional(_PLACE, ""),
        "values": optional(table(_PLACE, text), {}),
        "flag": optional(_PLACE, ""),
        "factors": optional(_NAMES, {}),
        "statistic": optional(choice(*STATISTICS), "rtd"),
        "interval": optional(choice(*INTERVALS), "realtime"),
    }
)


def _stations(node: Node) -> list[str] | None:
    return None if node.value == ALL else listed(text)(node)


_FILE = mapping(
    {
        "client": matching(r"[A-Za-z0-9._-]{1,60}", "yiwang-xinhai"),
        "listen": optional(listed(_LISTENED), []),
        "publish": optional(mapping({"address": text, "stations": _stations})),
    }
)


@dataclass(frozen=True, slots=True)
class Published:
    """What is told to the broker. `stations`: the codes of those whose new readings are, None for all."""

    address: str
    """Where the town's SensorThings service stands, for the links in what is published."""
    stations: frozenset[str] | None

    def covers(self, code: str) -> bool:
        """Whether a station's readings are published."""
        return self.stations is None or code in self.stations


@dataclass(frozen=True, slots=True)
class Topics:
    """The whole file. `client`: under what name the broker knows the town, and keeps for it what comes while it is away."""

    client: str
    listening: tuple[Listened, ...]
    published: Published | None


def read_topics(path: Path, factors: Factors) -> Topics:
    """What the file says. Raises a RuleFileProblem with file and line, which carries all others."""
    row = _FILE(read(path))
    seen: list[Row] = []

    def listened(one: Row) -> Listened:
        _look(one, seen, factors)
        seen.append(one)
        values = {name: value for name, value in one.items() if name != "payload"}
        return Listened(**values, as_json=one["payload"] == JSON)

    listening = tuple(gathered(partial(listened, one) for one in row["listen"]))
    return Topics(row["client"], listening, _published(row["publish"]))


def _published(row: Row | None) -> Published | None:
    if row is None:
        return None
    address = urlsplit(row["address"])
    if address.scheme not in ("http", "https") or not address.netloc:
        raise row.refuse("address", TopicRefused, topic="publish", reason="address", given=row["address"])
    stations = row["stations"]
    return Published(row["address"].rstrip("/"), None if stations is None else frozenset(stations))


def _look(row: Row, before: list[Row], factors: Factors) -> None:
    """Raises TopicRefused with all that is wrong."""
    faults = [*_of_topic(row, before), *_of_payload(row), *_unknown_factors(row, factors)]

    def refuse(field: str, reason: str, given: object) -> None:
        raise row.refuse(field, TopicRefused, topic=row["topic"], reason=reason, given=given)

    gathered(partial(refuse, *fault) for fault in faults)


Fault = tuple[str, str, object]
"""Which field, why (a slug), and what stands there."""


def _of_topic(row: Row, before: list[Row]) -> list[Fault]:
    topic, faults = row["topic"], list[Fault]()
    levels, parts = topic.split("/"), parts_of(topic)
    if len(levels) > MOST_LEVELS or not all(_LEVEL.fullmatch(level) for level in levels):
        faults.append(("topic", "levels", topic))
    elif levels[0].startswith("{") or levels[0] == OUR_TOPICS:
        faults.append(("topic", "first-level", levels[0]))
    if len(set(parts)) < len(parts):
        faults.append(("topic", "part-twice", topic))
    if other := next((one["topic"] for one in before if meet(one["topic"], topic)), None):
        faults.append(("topic", "meets", other))
    known = {*parts, *(["station"] if row["station"] else [])}
    faults += [("key", "part-unknown", part) for part in parts_of(row["key"]) if part not in known]
    if row["station"] and "station" in parts:
        faults.append(("station", "part-twice", topic))
    return faults


def _of_payload(row: Row) -> list[Fault]:
    if row["payload"] == NUMBER:
        only_json = [name for name in ("station", "value", "factor", "values", "flag") if row[name]]
        faults: list[Fault] = [(name, "only-json", name) for name in only_json]
        if row["moment"] != RECEIVED:
            faults.append(("moment", "number-has-no-moment", row["moment"]))
        return faults if "factor" in parts_of(row["topic"]) else [*faults, ("topic", "no-factor", row["topic"])]
    if bool(row["value"]) == bool(row["values"]):
        return [("values", "one-of-two", row["topic"])]
    if row["value"] and (bool(row["factor"]) == ("factor" in parts_of(row["topic"]))):
        return [("factor", "no-factor", row["topic"])]
    return []


def _unknown_factors(row: Row, factors: Factors) -> list[Fault]:
    named: list[tuple[str, Mapping[str, str]]] = [("values", row["values"]), ("factors", row["factors"])]
    return [
        (field, "factor-unknown", code)
        for field, table_of in named
        for code in table_of.values()
        if code.lower() not in factors.by_code
    ]
