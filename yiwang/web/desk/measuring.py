"""What stations measured last, judged by the packs: for pages of rivers, outlets, plants and sites."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from yiwang.intake.sensing import law
from yiwang.intake.sensing.queries import StationView
from yiwang.intake.sensing.rules import KnownStream
from yiwang.intake.sensing.series import Newest
from yiwang.kernel.appraisals import Given, appraise
from yiwang.kernel.walltime import town_day
from yiwang.web import house
from yiwang.web.components.markup import moment_text
from yiwang.web.surroundings import shown

SAMPLE, SMELLY = "waters.sample", "waters.smelly"
BY_HAND = "sample"
"""The interval of streams that somebody takes samples for."""


def station_name(station: StationView) -> str:
    """A station in the page's language."""
    return station.description.name_en if house.language() == "en" else station.description.name_zh


def at_place(station: StationView, place_id: UUID, keys: Collection[tuple[str, str]]) -> bool:
    """Whether a station lies at a place or stands at one of these register rows."""
    said = station.description
    return said.place_id == place_id or (said.register, said.register_key) in keys


def sampled(station: StationView, found: Mapping[int, Newest], about: Mapping[str, Any]) -> dict[str, Any] | None:
    """The newest sample of a station of samples: its day, class and whether it is black-smelly water; None without any.

    `found`: the newest readings of its streams (series.newest_of)."""
    streams = [one for one in _comparable(station) if one.description.interval == BY_HAND]
    mine = {one.description.factor: found[one.stream_id] for one in streams if one.stream_id in found}
    if not mine:
        return None
    at = max(one.at for one in mine.values())
    values = {factor: one.value for factor, one in mine.items() if one.at == at and one.counted}
    day = town_day(at)
    judged, smelly = appraise(SAMPLE, Given(day, values, about)), appraise(SMELLY, Given(day, values, about))
    return {
        "when": moment_text(at, with_year=True),
        "class": shown.water_class(judged),
        "met": shown.of_target(judged),
        "findings": [shown.finding(one) for one in judged.findings] if judged else [],
        "reasons": [shown.words(one) for one in judged.reasons] if judged else [],
        "smelly": shown.words(smelly.words) if smelly else "",
        "smelly_tone": {"smelly": "overdue", "clear": "done"}.get(smelly.code, "waiting") if smelly else "",
    }


def read_last(station: StationView, found: Mapping[int, Newest], about: Mapping[str, Any]) -> dict[str, Any] | None:
    """What an automatic station read last, item by item; no class, which a single moment has none of. None where no item has one."""
    values, at = newest_values([station], found)
    judged = appraise(SAMPLE, Given(town_day(at), values, about)) if at else None
    if at is None or judged is None:
        return None
    return {"when": moment_text(at, with_year=True), "findings": [shown.finding(one) for one in judged.findings]}


def _comparable(station: StationView) -> list[KnownStream]:
    """The streams in their factor's unit, in which packs judge."""
    return [one for one in station.streams if law.usual_unit(one.description)]


def newest_values(
    stations: Collection[StationView], last: Mapping[int, Newest], interval: str = ""
) -> tuple[dict[str, Decimal], datetime | None]:
    """The newest counted values by factor of some stations and their moment: of what was measured at that very moment.

    `last`: the newest readings of their streams (series.newest_of); `interval`: only of streams of that interval (means of a day).
    """
    found: dict[str, tuple[datetime, Decimal]] = {}
    for station in stations:
        for one in _comparable(station):
            reading = last.get(one.stream_id)
            if reading and reading.counted and reading.value is not None and interval in ("", one.description.interval):
                before = found.get(one.description.factor)
                if before is None or before[0] < reading.at:
                    found[one.description.factor] = (reading.at, reading.value)
    at = max((moment for moment, _ in found.values()), default=None)
    return {factor: value for factor, (moment, value) in found.items() if moment == at}, at
