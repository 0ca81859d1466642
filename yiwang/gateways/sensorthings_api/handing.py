"""Observations that an instrument hands in become readings of its station: stored before they are acknowledged, each once.

The same one again gets the same answer. One that cannot be used is kept apart with its packet, as at every door, and is refused with
the reason; in CreateObservations it is `error` in its place.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import repeat
from typing import Any, NamedTuple

from yiwang.gateways.sensorthings_api.instruments import DOOR, SYSTEM, Shown, Version, give_back
from yiwang.gateways.sensorthings_api.problems import NoSuchEntity, ReadingApart
from yiwang.gateways.sensorthings_api.together import Together
from yiwang.gateways.sensorthings_api.town import observation_id
from yiwang.intake.sensing import rules
from yiwang.intake.sensing.book import book
from yiwang.intake.sensing.facts import StreamDescription
from yiwang.intake.sensing.queries import Instrument
from yiwang.intake.sensing.received import NORMAL, Measured, Packet, Run
from yiwang.intake.sensing.steps.storing import PacketOutcome, store
from yiwang.kernel import walltime
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import Call
from yiwang.wire.sensorthings.arrays import Group, Plain
from yiwang.wire.sensorthings.entities import Entity
from yiwang.wire.sensorthings.fields import Interval, Refused

NOT_KEPT = ("validTime", "parameters")


MOST_TOGETHER = 10_000
"""Readings in one batch, where several instruments' wait: a large one holds much memory."""
Taken = str | Problem | Refused
"""The identifier of a stored Observation, or why it was not taken."""


class Outdated(Exception):
    """A station has changed since the instrument was looked up; nothing was stored. It is to be looked up anew."""


class Handed(NamedTuple):
    """A packet that waits to be stored, and the version of the stations that it rests on."""

    version: Version
    packet: Packet


def hand_in(groups: Sequence[Group], shown: Shown, raw: bytes, now: datetime) -> list[Taken]:
    """Store what an instrument sent for the streams of its station, all in one batch; of each what became of it, in their order.

    Raises Outdated.
    """
    sorted_out = _Sorted(shown.instrument)
    for group in groups:
        sorted_out.take(group)
    results, places = sorted_out.results, sorted_out.places
    if places:
        packet = Packet(shown.instrument.key, now, sorted_out.readings, raw, columns=sorted_out.runs)
        outcome = WAITING.hand_in(Handed(shown.version, packet))
        if outcome is None:
            raise Outdated
        for at, reason in outcome.apart:
            results[places[at]] = ReadingApart(reason=reason)
    return results


class _Sorted:
    """What an instrument sent, sorted: values for its streams, and the rest with its reason."""

    def __init__(self, instrument: Instrument) -> None:
        self._instrument = instrument
        self._streams = {str(one.stream_id): one.description for one in instrument.streams}
        self.results: list[Taken] = []
        self.readings: list[Measured] = []
        self.runs: list[Run] = []
        self._of_readings: list[int] = []
        self._of_runs: list[int] = []

    @property
    def places(self) -> list[int]:
        """Of each value, in the order of a packet: which of all that were sent it is."""
        return self._of_readings + self._of_runs

    def take(self, group: Group) -> None:
        """The next group."""
        said, rows = self._streams.get(group.datastream), group.rows
        if said is None:
            missing = NoSuchEntity(asked=f"Datastreams('{group.datastream[:40]}')")
            faults = repeat(None, len(rows)) if isinstance(rows, Plain) else rows
            self.results += [one if isinstance(one, Refused) else missing for one in faults]
        elif isinstance(rows, Plain):
            self._take_run(group.datastream, said, rows)
        else:
            for row in rows:
                self._take_one(group.datastream, said, row)

    def _take_run(self, datastream: str, said: StreamDescription, rows: Plain) -> None:
        micros = rules.micros_of(rows.at)
        self._of_runs += range(len(self.results), len(self.results) + len(micros))
        self.results += [observation_id(datastream, one) for one in micros]
        self.runs.append(Run(said.factor, said.statistic, said.interval, micros, rows.moments, rows.results))

    def _take_one(self, datastream: str, said: StreamDescription, row: Entity | Refused) -> None:
        if isinstance(row, Refused):
            self.results.append(row)
            return
        try:
            measured = _measured_closely(row, said, self._instrument)
        except (Problem, Refused) as fault:
            self.results.append(fault)
            return
        self._of_readings.append(len(self.results))
        self.results.append(observation_id(datastream, rules.micros(measured.at)))
        self.readings.append(measured)


def _store(handed: Sequence[Handed]) -> Sequence[PacketOutcome | None]:
    """In one batch; of each packet what became of it, None where a station has changed since. The call is of the moment at which it is
    stored. Whatever is looked up here, the connection goes back to the others before anybody is told.
    """
    try:
        stations = book()
        packets = [one.packet for one in handed if one.version == stations.version]
        call = Call(SYSTEM, walltime.now(), DOOR)
        stored = iter(store(DOOR, packets, stations=stations, call=call).packets if packets else ())
        return [next(stored) if one.version == stations.version else None for one in handed]
    finally:
        give_back()


WAITING: Together[Handed, PacketOutcome | None] = Together(
    _store, weight=lambda one: one.packet.size, most=MOST_TOGETHER
)
"""Everything that instruments hand in to this process: whoever comes while some are being stored is stored with the next."""


def _measured_closely(entity: Entity, said: StreamDescription, instrument: Instrument) -> Measured:
    if entity.id is not None:
        raise Refused("identifiers are given here: leave it out", "@iot.id")
    for name in NOT_KEPT:
        if entity.values.get(name):
            raise Refused("has no place here: leave it out", name)
    feature = entity.inside.get("FeatureOfInterest")
    if isinstance(feature, Entity) and feature.id != instrument.code:
        raise Refused("is what the station stands at: leave it out", "FeatureOfInterest")
    when = entity.values.get("phenomenonTime") or entity.values.get("resultTime")
    if when is None:  # with the moment of its arrival, the same one again would be another one
        raise Refused("say when it was measured: phenomenonTime, or resultTime", "phenomenonTime")
    at = when.start if isinstance(when, Interval) else when
    return Measured(said.factor, said.statistic, said.interval, at, _number(entity.values["result"]), _flag(entity))


def _number(result: Any) -> Decimal | None:
    if result is None:
        return None
    if isinstance(result, bool) or not isinstance(result, int | Decimal):
        raise Refused("a number is expected, or null for none", "result")
    return Decimal(result)


def _flag(entity: Entity) -> str:
    flag = entity.values.get("resultQuality")
    if flag is not None and not isinstance(flag, str):
        raise Refused("a letter is expected: N normal, M maintenance, D fault, C calibration …", "resultQuality")
    return flag or NORMAL
