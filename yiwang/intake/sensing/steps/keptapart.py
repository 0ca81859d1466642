"""What cannot be stored is kept beside, with the packet it came in, and within bounds: a mad instrument does not fill the disk.

Parts of steps/storing.py, inside its transaction.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from yiwang.intake.sensing import rules
from yiwang.intake.sensing.received import Measured, Packet
from yiwang.kernel import ids, secrecy
from yiwang.kernel.keeping import shown
from yiwang.kernel.walltime import town_day

_COUNT = """
INSERT INTO apart_day (id, door, bucket, day, reason, seen)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::date[], %s::text[], %s::int[])
ON CONFLICT (id) DO UPDATE SET seen = apart_day.seen + excluded.seen
RETURNING bucket, reason, seen
"""
_PACKETS = """
INSERT INTO kept_packet (id, door, key, station_id, fault, content, bytes, received_at, last_received_at, times)
SELECT id, door, key, station, fault, content, bytes, received, received, times
FROM unnest(%s::text[], %s::text[], %s::text[], %s::uuid[], %s::text[], %s::bytea[], %s::int[], %s::timestamptz[], %s::int[])
     AS came(id, door, key, station, fault, content, bytes, received, times)
ON CONFLICT (id) DO UPDATE SET times = kept_packet.times + excluded.times,
                               last_received_at = greatest(kept_packet.last_received_at, excluded.last_received_at)
"""
_READINGS = """
INSERT INTO apart_reading (id, door, key, station_id, reason, factor, statistic, interval, at, value, flag, packet,
                           received_at, last_received_at, times)
SELECT id, door, key, station, reason, factor, statistic, "interval", at, value, flag, packet, received, received, times
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[],
            %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::int[])
     AS came(id, door, key, station, reason, factor, statistic, "interval", at, value, flag, packet, received, times)
ON CONFLICT (door, key, reason, factor, statistic, interval, at, value, flag)
DO UPDATE SET times = apart_reading.times + excluded.times,
              last_received_at = greatest(apart_reading.last_received_at, excluded.last_received_at)
"""


@dataclass(frozen=True, slots=True)
class Source:
    """The packet something came in, and the station it is of, where that is known."""

    packet: Packet
    station_id: UUID | None
    bucket: str
    """The station's code; empty for an instrument nobody knows."""
    a_day: int = 0
    """How many values the station is expected to send in a day."""


@dataclass(frozen=True, slots=True)
class Apart:
    """A value that was not stored, and why."""

    source: Source
    measured: Measured
    reason: str


def keep_apart(door: str, values: Sequence[Apart], faulty: Sequence[Source], now: datetime) -> None:
    """Keep the values and the packets they came in, and packets with a fault, as many as a day has room for; count all of them."""
    sources = {id(one.packet): one for one in [*faulty, *(value.source for value in values)]}
    if not sources:
        return
    day = town_day(now)
    came = Counter((one.source.bucket, one.reason) for one in values)
    came.update((one.bucket, rules.PACKET) for one in sources.values())
    room = _room(door, day, came, {one.bucket: one.a_day for one in sources.values()})
    kept = _keep_packets(door, _within(sources.values(), room), values)
    _keep_values(door, values, room, kept, now)


def _room(
    door: str, day: date, came: Counter[tuple[str, str]], expected: Mapping[str, int]
) -> dict[tuple[str, str], int]:
    """Count what came, and give how many more are kept, by station and reason. `expected`: values a day, by station."""
    ordered = sorted(came)
    names = [f"{door} {bucket} {day} {reason}" for bucket, reason in ordered]
    buckets, reasons = [bucket for bucket, _ in ordered], [reason for _, reason in ordered]
    many = len(ordered)
    with connection.cursor() as cursor:
        values: list[Any] = [names, [door] * many, buckets, [day] * many, reasons, [came[one] for one in ordered]]
        cursor.execute(_COUNT, values)
        seen = {(bucket, reason): count for bucket, reason, count in cursor.fetchall()}
    return {one: _most(one[1], expected[one[0]]) - (seen[one] - came[one]) for one in ordered}


def _most(reason: str, a_day: int) -> int:
    """What was measured rightly and only cannot stand where it says is kept for as many as the station sends in a day."""
    if reason == rules.PACKET:
        return rules.PACKETS_A_DAY
    return (
        max(rules.APART_A_DAY, min(a_day, rules.APART_OF_A_DAY))
        if reason in rules.MEASURED_ALL_THE_SAME
        else rules.APART_A_DAY
    )


def _within(sources: Iterable[Source], room: dict[tuple[str, str], int]) -> list[Source]:
    found = []
    for one in sources:
        if one.packet.raw and room[one.bucket, rules.PACKET] > 0:
            room[one.bucket, rules.PACKET] -= 1
            found.append(one)
    return found


def _keep_packets(door: str, sources: Sequence[Source], values: Sequence[Apart]) -> dict[int, str]:
    """Keep the packets; gives under what each is kept, by the identity of the packet in this batch."""
    reasons: dict[int, str] = {}
    for value in values:
        reasons.setdefault(id(value.source.packet), value.reason)
    names = {id(one.packet): packet_name(door, one.packet) for one in sources}
    times = Counter(names.values())
    once = {names[id(one.packet)]: one for one in sources}
    rows = [
        (name, door, shown(one.packet.key, rules.LONGEST_KEY), one.station_id,
         one.packet.fault or reasons.get(id(one.packet), ""),
         secrecy.seal_bytes(one.packet.raw[: rules.LONGEST_PACKET]), len(one.packet.raw), one.packet.received_at, times[name])
        for name, one in sorted(once.items())
    ]  # fmt: skip
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_PACKETS, [list(column) for column in zip(*rows, strict=True)])
    return names


def packet_name(door: str, packet: Packet) -> str:
    """Under what a packet is kept: SHA-256 of door, key and bytes."""
    return hashlib.sha256(b"\0".join((door.encode(), packet.key.encode("utf-8", "replace"), packet.raw))).hexdigest()


def _keep_values(
    door: str,
    values: Sequence[Apart],
    room: dict[tuple[str, str], int],
    kept: dict[int, str],
    now: datetime,
) -> None:
    times: Counter[tuple[object, ...]] = Counter()
    first: dict[tuple[object, ...], Apart] = {}
    for one in values:
        if room[one.source.bucket, one.reason] <= 0:
            continue
        room[one.source.bucket, one.reason] -= 1
        name = _said(door, one)
        times[name] += 1
        first.setdefault(name, one)
    rows = [
        (ids.new_id(now), door, name[1], one.source.station_id, *name[2:],
         kept.get(id(one.source.packet), ""), one.source.packet.received_at, times[name])
        for name, one in sorted(first.items(), key=lambda pair: repr(pair[0]))
    ]  # fmt: skip
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_READINGS, [list(column) for column in zip(*rows, strict=True)])


def _said(door: str, one: Apart) -> tuple[object, ...]:
    """By what a value kept apart is known again: the columns of its unique constraint, in their order."""
    measured = one.measured
    return (
        door,
        shown(one.source.packet.key, rules.LONGEST_KEY),
        one.reason,
        shown(measured.factor, rules.LONGEST_CODE),
        shown(measured.statistic, rules.LONGEST_CODE),
        shown(measured.interval, rules.LONGEST_CODE),
        measured.at,
        "" if measured.value is None else shown(measured.value, rules.LONGEST_CODE),
        shown(measured.flag, rules.LONGEST_UNIT),
    )
