"""A town with a few instruments, and packets that they send."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from yiwang.intake.sensing.facts import Description, StreamDescription
from yiwang.intake.sensing.received import Measured, Packet
from yiwang.intake.sensing.steps import stations, storing
from yiwang.kernel.people.steps.teams import create_team
from yiwang.kernel.terms import Actor, ActorKind, Call, TeamId

SYSTEM = Actor(ActorKind.SYSTEM)
NOW = datetime(2026, 11, 27, 4, 0, tzinfo=UTC)
MN = "31015111400001"
FACTORS = ("w01018", "w21003", "w01001")


def call_of(now: datetime = NOW) -> Call:
    return Call(SYSTEM, now, "hj212")


def team() -> TeamId:
    return create_team("water", "department", name_zh="水务站", name_en="Water Station", call=call_of()).team_id


def described(team_id: TeamId, code: str = "hongxing-1", key: str = MN, **other: Any) -> Description:
    return Description(code, "红星1号河水质站", "Hongxing No. 1", "hj212", key, team_id, date(2026, 1, 1), **other)


def streams(factors: Iterable[str] = FACTORS) -> list[StreamDescription]:
    units = {"w01001": "pH"}
    return [StreamDescription(one, "rtd", "realtime", units.get(one, "mg/L"), 60) for one in factors]


def make_station(code: str = "hongxing-1", key: str = MN, team_id: TeamId | None = None) -> UUID:
    made = stations.register_station(described(team_id or team(), code, key), streams(), call=call_of())
    return made.station_id


def measured(value: str | None, minute: int = 0, factor: str = "w01018", flag: str = "N") -> Measured:
    at = NOW - timedelta(days=1) + timedelta(minutes=minute)
    return Measured(factor, "rtd", "realtime", at, None if value is None else Decimal(value), flag)


def packet(*readings: Measured, key: str = MN, raw: bytes = b"##0001", fault: str = "") -> Packet:
    return Packet(key, NOW, readings, raw, fault)


def stored(*packets: Packet, now: datetime = NOW) -> storing.Outcome:
    return storing.store("hj212", packets, call=call_of(now))
