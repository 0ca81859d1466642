"""The alarm rules of the installed packs, and which of them watch which station by what limits; kept in memory while nothing changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings

from yiwang.cases import law as cases_law
from yiwang.intake.sensing import law as sensing_law
from yiwang.intake.sensing import pasts
from yiwang.intake.sensing import queries as sensing
from yiwang.intake.sensing.alarms import declared, levels
from yiwang.intake.sensing.alarms.conditions import AlarmRule, Count, Sample, Series, Watch, sources
from yiwang.intake.sensing.alarms.levels import RowSpan
from yiwang.intake.sensing.alarms.problems import AlarmUnknown
from yiwang.intake.sensing.alarms.verdicts import Samples
from yiwang.intake.sensing.facts import StreamDescription
from yiwang.intake.sensing.queries import StationView
from yiwang.kernel.access import permission
from yiwang.kernel.params.rulebook import hash_of
from yiwang.kernel.terms import TOWN_WIDE, Actor
from yiwang.registers import queries as registers
from yiwang.registers.problems import RowUnknown

ONE_DAY = timedelta(days=1)


@cache
def rules() -> Mapping[str, AlarmRule]:
    """Every alarm rule by code. Raises a RuleFileProblem with file and line."""
    return declared.load(settings.PACKS)


def rule(code: str) -> AlarmRule:
    """The rule of a code. Raises AlarmUnknown."""
    try:
        return rules()[code]
    except KeyError:
        raise AlarmUnknown(code=code) from None


def key_of(code: str, station_id: UUID) -> str:
    """The name of a pair of rule and station."""
    return f"{code} {station_id}"


@dataclass(frozen=True, slots=True)
class Watching:
    """A rule at a station: with its limits there, the numbers of the streams it looks at, and what the register says of the thing.

    `basis` is another when the rule, a limit or a stream is: what was judged before was judged by something else. It holds limits and
    their days, not what they were read from: a corrected telephone number in the register row changes no alarm.
    """

    watch: Watch
    station: StationView
    streams: Mapping[Series, int]
    rows: tuple[RowSpan, ...]
    basis: str

    @property
    def key(self) -> str:
        """The name of this pair of rule and station."""
        return key_of(self.watch.rule.code, self.station.station_id)

    def team_code(self, day: date) -> str:
        """The team that the register row names on a day; empty where the rule or the row names none."""
        field = self.watch.rule.team_field
        holding = [one for one in self.rows if one.first <= day and (one.last is None or day <= one.last)]
        return str(holding[-1].values.get(field) or "") if field and holding else ""


_kept: tuple[Any, Mapping[str, Watching]] | None = None


def watches(actor: Actor) -> Mapping[str, Watching]:
    """Every rule at every station that it watches, by key: for who judges them. Raises NotAllowed, also where they are in memory."""
    global _kept
    permission.require(actor, "alarm.judge", TOWN_WIDE)
    version = (sensing.stations_version(actor), registers.newest_entry(actor))
    if _kept is None or _kept[0] != version:
        found = [one for station in sensing.stations(actor) for one in at_station(actor, station)]
        _kept = version, {one.key: one for one in found}
    return _kept[1]


def watching(actor: Actor, code: str, station_id: UUID) -> Watching | None:
    """A rule at a station; None where it does not watch that. Raises AlarmUnknown."""
    return watches(actor).get(key_of(rule(code).code, station_id))


def at_station(actor: Actor, station: StationView) -> tuple[Watching, ...]:
    """Every rule that watches a station, with its limits there."""
    return tuple(found for one in _standing(station) if (found := _watching(actor, one, station)).streams)


def unfit(station: StationView) -> tuple[tuple[AlarmRule, StreamDescription], ...]:
    """What no alarm can come of: a rule that would watch the station, and a stream of it in another unit than the factor's."""
    said = [stream.description for stream in station.streams]
    return tuple(
        (rule, one)
        for rule in _standing(station)
        for one in said
        if series_of(one) in rule.series and not _fits(rule, one)
    )


def _standing(station: StationView) -> list[AlarmRule]:
    return [one for one in rules().values() if one.stands_at in ("", station.description.register)]


def series_of(said: StreamDescription) -> Series:
    """What alarm rules call a stream."""
    return Series(said.factor, said.statistic, said.interval)


def _fits(rule: AlarmRule, said: StreamDescription) -> bool:
    """Limits are numbers in the factor's unit; whether anything comes is the same in any."""
    return not rule.compares(series_of(said)) or sensing_law.usual_unit(said)


def _watching(actor: Actor, one: AlarmRule, station: StationView) -> Watching:
    rows = _rows(actor, station) if one.stands_at else ()
    watch = levels.watch(one, cases_law.rulebook(), rows)
    said = {
        series_of(stream.description): (stream.stream_id, timedelta(seconds=stream.description.every_s))
        for stream in station.streams
        if _fits(one, stream.description)
    }
    asked = {single.series: single.every for single in one.singles if isinstance(single, Count)}
    streams = {
        series: said[series][0]
        for series in one.series
        if series in said and asked.get(series) in (None, said[series][1])
    }
    return Watching(watch, station, streams, rows, _basis(watch, streams))


def _rows(actor: Actor, station: StationView) -> tuple[RowSpan, ...]:
    """What the register said of the thing that the station stands at, oldest first; nothing where it has no such row."""
    register, key = station.description.register, station.description.register_key
    try:
        history = registers.history(actor, register, key)
    except RowUnknown:
        return ()
    return tuple(
        RowSpan(row.valid_from, row.valid_to - ONE_DAY if row.valid_to else None, register, key, dict(row.values))
        for row in reversed(history)
    )


def _basis(watch: Watch, streams: Mapping[Series, int]) -> str:
    told = [levels.spans(watch.levels[source]) for source in sources(watch.rule)]
    named = {" ".join(series): number for series, number in streams.items()}
    return hash_of({"rule": watch.rule.hash, "levels": told, "streams": named})


def samples(actor: Actor, one: Watching, first: datetime, last: datetime | None) -> Samples:
    """The readings of a rule's streams at a station in a part of the past (pasts.part), by series. Raises NotAllowed."""
    told = pasts.part(actor, list(one.streams.values()), first, last)
    return {series: [Sample(*each) for each in told[number]] for series, number in one.streams.items()}
