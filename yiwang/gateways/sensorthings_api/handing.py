"""Observations that an instrument hands in become readings of its station: stored before they are acknowledged, each once.

The same one again gets the same answer. One that cannot be used is kept apart with its packet, as at every door, and is refused with
the reason; in CreateObservations it is `error` in its place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from yiwang.gateways.sensorthings_api.instruments import DOOR, SYSTEM
from yiwang.gateways.sensorthings_api.problems import NoSuchEntity, ReadingApart
from yiwang.gateways.sensorthings_api.together import Together
from yiwang.gateways.sensorthings_api.town import observation_id
from yiwang.intake.sensing.facts import StreamDescription
from yiwang.intake.sensing.queries import Instrument
from yiwang.intake.sensing.received import Measured, Packet
from yiwang.intake.sensing.steps.storing import PacketOutcome, store
from yiwang.kernel import walltime
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import Call
from yiwang.wire.sensorthings.entities import Entity
from yiwang.wire.sensorthings.fields import Interval, Refused

NOT_KEPT = ("validTime", "parameters")


@dataclass(frozen=True, slots=True)
class Sent:
    """One Observation for a Datastream (its identifier), or why it could not be read."""

    datastream: str
    what: Entity | Refused


Taken = str | Problem | Refused
"""The identifier of a stored Observation, or why it was not taken."""


def hand_in(sent: Sequence[Sent], instrument: Instrument, raw: bytes, now: datetime) -> list[Taken]:
    """Store what an instrument sent for the streams of its station, all in one batch; of each what became of it, in their order."""
    streams = {str(one.stream_id): one.description for one in instrument.streams}
    results: list[Taken] = []
    readings: list[tuple[int, str, Measured]] = []
    for place, one in enumerate(sent):
        try:
            measured = _measured(one, streams.get(one.datastream), instrument)
        except (Problem, Refused) as fault:
            results.append(fault)
            continue
        results.append(observation_id(int(one.datastream), measured.at))
        readings.append((place, one.datastream, measured))
    if readings:
        packet = Packet(instrument.key, now, tuple(measured for _, _, measured in readings), raw)
        outcome = SINGLE.hand_in(packet) if len(readings) == 1 else _store([packet])[0]
        for at, reason in outcome.apart:
            results[readings[at][0]] = ReadingApart(reason=reason)
    return results


def _store(packets: Sequence[Packet]) -> Sequence[PacketOutcome]:
    """In one batch; of each packet what became of it. The call is of the moment at which it is stored."""
    return store(DOOR, packets, call=Call(SYSTEM, walltime.now(), DOOR)).packets


SINGLE: Together[Packet, PacketOutcome] = Together(_store)
"""Observations that come one by one."""


def _measured(one: Sent, said: StreamDescription | None, instrument: Instrument) -> Measured:
    if isinstance(one.what, Refused):
        raise one.what
    if said is None:
        raise NoSuchEntity(asked=f"Datastreams('{one.datastream[:40]}')")
    entity = one.what
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
    return flag or "N"
