"""Hours of ambient air, for anybody: air that everybody breathes is nobody's secret (docs/adr/0053).

A station of ambient air is one that measures all that the air quality index looks at, as means of hours; monitors of sites do not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection

from yiwang.intake.sensing import book as books
from yiwang.intake.sensing import law, rules
from yiwang.intake.sensing.book import Known
from yiwang.kernel.access.door import enter
from yiwang.kernel.terms import Actor

FACTORS = ("a21026", "a21004", "a21005", "a05024", "a34002", "a34004")
"""SO2, NO2, CO, O3, PM10, PM2.5."""
OF_HOURS = ("avg", "hour")
_HOURS = """
SELECT at, stream, value FROM reading_now WHERE stream = ANY(%s) AND at >= %s AND at < %s AND value IS NOT NULL AND flag = ANY(%s)
ORDER BY at
"""
Hours = Mapping[datetime, Mapping[str, Decimal]]
"""By the moment at which an hour begins, the means by factor in the factor's own unit."""


@dataclass(frozen=True, slots=True)
class AirStation:
    """A station of ambient air. `streams`: factor by stream."""

    code: str
    name: Mapping[str, str]
    illustrative: bool
    streams: Mapping[int, str]


def stations(actor: Actor) -> tuple[AirStation, ...]:
    """The stations of ambient air, by code."""
    enter(actor, "air.read")
    return tuple(one for known in books.book().by_id.values() if (one := _station(known)))


def _station(known: Known) -> AirStation | None:
    """Streams in another unit than the factor's own are left out: their numbers would mean something else."""
    units = {code: law.catalogue().by_code[code].unit for code in FACTORS}
    streams = {
        number: one.factor
        for number, one in ((stream.stream_id, stream.description) for stream in known.streams)
        if (one.statistic, one.interval) == OF_HOURS and units.get(one.factor) == one.unit
    }
    if set(streams.values()) != set(FACTORS):
        return None
    said = known.description
    return AirStation(said.code, {"zh-Hans": said.name_zh, "en": said.name_en}, said.illustrative, streams)


def hours(actor: Actor, station: AirStation, since: datetime, until: datetime) -> Hours:
    """The hours that begin in a time, of what counts (R-077). The caller bounds the time."""
    enter(actor, "air.read")
    found: dict[datetime, dict[str, Decimal]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_HOURS, [list(station.streams), since, until, list(rules.COUNTED)])
        for at, stream, value in cursor.fetchall():
            found.setdefault(at, {})[station.streams[stream]] = value
    return found
