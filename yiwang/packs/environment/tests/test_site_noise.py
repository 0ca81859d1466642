"""Which levels of a site's noise are an alarm (R-099): a table that a clerk can check, from stored readings to alarms."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

import pytest

from yiwang.intake.sensing.alarms import jobs
from yiwang.intake.sensing.alarms.models import Alarm
from yiwang.intake.sensing.facts import Description, StreamDescription
from yiwang.intake.sensing.received import Measured, Packet
from yiwang.intake.sensing.steps import stations, storing
from yiwang.kernel.journal import sequencer
from yiwang.kernel.people.steps.teams import create_team
from yiwang.kernel.terms import Actor, ActorKind, Call, TeamId
from yiwang.kernel.zone import TOWN_ZONE
from yiwang.registers import steps as registers

NOW = datetime(2026, 11, 27, 4, 0, tzinfo=UTC)
HOUR, PERIOD = "site_noise_hour_over_limit", "site_noise_day_or_night_over_limit"
FACTORS = {"Leq": ("n00006", "hour", 3600), "Ld": ("n00008", "day", 86400), "Ln": ("n00009", "day", 86400)}


class Line(NamedTuple):
    """A level in dB(A), of the hour that begins `at` or of that day's daytime or night; `alarm`: by which rule, empty for none."""

    item: str
    level: str
    at: str
    alarm: str


TABLE = [
    Line("Leq", "70", "2025-06-01T10:00", ""),
    Line("Leq", "70.1", "2025-06-01T10:00", HOUR),
    Line("Leq", "70.1", "2025-06-01T23:00", HOUR),
    Line("Leq", "60", "2025-06-01T23:00", ""),  # waits for the night's level: a rule cannot say hours of the day
    Line("Leq", "70.1", "2025-12-31T23:00", HOUR),
    Line("Leq", "90", "2026-01-01T00:00", ""),
    Line("Ld", "70", "2025-06-01T00:00", ""),
    Line("Ld", "70.1", "2025-06-01T00:00", PERIOD),
    Line("Ln", "55", "2025-06-01T00:00", ""),
    Line("Ln", "55.1", "2025-06-01T00:00", PERIOD),
    Line("Ln", "55.1", "2025-12-31T00:00", PERIOD),
    Line("Ln", "80", "2026-01-01T00:00", ""),
    Line("Ld", "90", "2026-01-01T00:00", ""),
]


@pytest.mark.django_db
def test_a_stored_level_of_a_site_is_an_alarm_or_none_as_the_table_says():
    team = create_team("urban", "department", name_zh="城建中心", name_en="Urban", call=call()).team_id
    made = [site(nth, line, team) for nth, line in enumerate(TABLE)]
    storing.store("hj212", [packet(nth, line) for nth, line in enumerate(TABLE)], call=call())
    while sequencer.sequence_once():
        pass
    jobs.follow_journal(NOW)
    found = {one.station_id: one.rule.removeprefix("environment.") for one in Alarm.objects.all()}
    assert [line._replace(alarm=found.get(made[nth], "")) for nth, line in enumerate(TABLE)] == TABLE


def call() -> Call:
    return Call(Actor(ActorKind.SYSTEM), NOW, "test")


def site(nth: int, line: Line, team: TeamId) -> UUID:
    row = {
        "number": f"G-{nth}",
        "called": f"第{nth}工地",
        "kind": "building",
        "dust_monitor": "否",
        "noise_monitor": "是",
    }
    row |= {"team": "urban", "longitude": "121.37", "latitude": "31.805"}
    registers.enter_row("construction_site", row, date(2019, 1, 1), call=call())
    about = Description(
        f"g-{nth}", f"第{nth}工地噪声", f"Noise {nth}", "hj212", f"MN{nth}", team, date(2020, 1, 1),
        register="construction_site", register_key=f"G-{nth}",
    )  # fmt: skip
    factor, interval, every = FACTORS[line.item]
    streams = [StreamDescription(factor, "avg", interval, "dB(A)", every)]
    return stations.register_station(about, streams, call=call()).station_id


def packet(nth: int, line: Line) -> Packet:
    factor, interval, _ = FACTORS[line.item]
    at = datetime.fromisoformat(line.at).replace(tzinfo=TOWN_ZONE)
    return Packet(f"MN{nth}", NOW, [Measured(factor, "avg", interval, at, Decimal(line.level), "N")], b"##", "")
