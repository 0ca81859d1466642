"""Which means of a day of a plant's effluent are an alarm (R-041, R-042): a table for a clerk, from stored readings to alarms."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pytest

from yiwang.intake.sensing.alarms import declared, jobs
from yiwang.intake.sensing.alarms.levels import FIRST, ByDay
from yiwang.intake.sensing.alarms.models import Alarm
from yiwang.intake.sensing.facts import Description, StreamDescription
from yiwang.intake.sensing.received import Measured, Packet
from yiwang.intake.sensing.steps import stations, storing
from yiwang.kernel.journal import sequencer
from yiwang.kernel.params import loading
from yiwang.kernel.people.steps.teams import create_team
from yiwang.kernel.terms import Actor, ActorKind, Call, TeamId
from yiwang.kernel.zone import TOWN_ZONE
from yiwang.registers import steps as registers

PACK = Path(__file__).parents[1]
NOW = datetime(2026, 11, 27, 4, 0, tzinfo=UTC)
DAY = "2025-06-01"
LAST, AMENDED = "2026-02-28", "2026-03-01"
FACTORS = {
    "BOD5": ("w01017", "mg/L", "bod_over_standard"),
    "SS": ("w01012", "mg/L", "solids_over_standard"),
    "COD": ("w01018", "mg/L", "cod_over_standard"),
    "TN": ("w21001", "mg/L", "nitrogen_over_standard"),
    "NH3-N": ("w21003", "mg/L", "ammonia_over_standard"),
    "TP": ("w21011", "mg/L", "phosphorus_over_standard"),
    "pH": ("w01001", "pH", "ph_outside_standard"),
    "oil": ("w22001", "mg/L", "petroleum_over_standard"),
    "LAS": ("w19002", "mg/L", "surfactant_over_standard"),
    "coliform": ("w02003", "个/L", "coliform_over_standard"),
}
TEMPERATURE = "w01010"


class Line(NamedTuple):
    """A mean of a day; `water`: the mean of its temperature in °C (empty: not measured); `alarm`: its severity (empty: none)."""

    item: str
    value: str
    water: str
    plant: str
    built: str
    day: str
    alarm: str


TABLE = [
    # item       value   water   class      built         day      alarm
    Line("COD", "50", "", "first_a", "", DAY, ""),
    Line("COD", "50.1", "", "first_a", "", DAY, "minor"),
    Line("TN", "15.1", "", "first_a", "", DAY, "minor"),
    Line("BOD5", "10", "", "first_a", "", DAY, ""),
    Line("BOD5", "10.1", "", "first_a", "", DAY, "minor"),
    Line("BOD5", "15", "", "first_a", "", DAY, "major"),
    Line("BOD5", "20", "", "first_b", "", DAY, ""),
    Line("BOD5", "20.1", "", "first_b", "", DAY, "minor"),
    Line("BOD5", "30.1", "", "second", "", DAY, "minor"),
    Line("BOD5", "90", "", "third", "", DAY, ""),  # what was removed may count
    Line("BOD5", "90", "", "rural", "", DAY, ""),
    Line("BOD5", "10.1", "", "first_a", "", LAST, "minor"),
    Line("BOD5", "90", "", "first_a", "", AMENDED, ""),
    Line("SS", "10", "", "first_a", "", DAY, ""),
    Line("SS", "10.1", "", "first_a", "", DAY, "minor"),
    Line("SS", "20.1", "", "first_b", "", DAY, "minor"),
    Line("SS", "30.1", "", "second", "", DAY, "minor"),
    Line("SS", "50", "", "third", "", DAY, ""),
    Line("SS", "50.1", "", "third", "", DAY, "minor"),
    Line("SS", "90", "", "rural", "", DAY, ""),
    Line("SS", "10.1", "", "first_a", "", LAST, "minor"),
    Line("SS", "90", "", "first_a", "", AMENDED, ""),
    Line("NH3-N", "5", "20", "first_a", "", DAY, ""),
    Line("NH3-N", "5.1", "20", "first_a", "", DAY, "minor"),
    Line("NH3-N", "5.1", "12.1", "first_a", "", DAY, "minor"),
    Line("NH3-N", "5.1", "12", "first_a", "", DAY, ""),
    Line("NH3-N", "8", "11", "first_a", "", DAY, ""),
    Line("NH3-N", "8.1", "11", "first_a", "", DAY, "minor"),
    Line("NH3-N", "8", "", "first_a", "", DAY, ""),  # nobody knows whether 5 holds or 8
    Line("NH3-N", "8.1", "", "first_a", "", DAY, "minor"),
    Line("NH3-N", "8.1", "20", "first_b", "", DAY, "minor"),
    Line("NH3-N", "15", "5", "first_b", "", DAY, ""),
    Line("NH3-N", "15.1", "5", "first_b", "", DAY, "minor"),
    Line("NH3-N", "25.1", "20", "second", "", DAY, "minor"),
    Line("NH3-N", "30", "5", "second", "", DAY, ""),
    Line("NH3-N", "90", "20", "third", "", DAY, ""),
    Line("NH3-N", "90", "20", "rural", "", DAY, ""),
    Line("NH3-N", "5.1", "20", "first_a", "", LAST, "minor"),
    Line("NH3-N", "90", "20", "first_a", "", AMENDED, ""),
    Line("TP", "1", "", "first_a", "2005-12-31", DAY, ""),
    Line("TP", "1.1", "", "first_a", "2005-12-31", DAY, "minor"),
    Line("TP", "0.5", "", "first_a", "2006-01-01", DAY, ""),
    Line("TP", "0.51", "", "first_a", "2006-01-01", DAY, "minor"),
    Line("TP", "1.5", "", "first_b", "2004-10-15", DAY, ""),
    Line("TP", "1.51", "", "first_b", "2004-10-15", DAY, "minor"),
    Line("TP", "1.1", "", "first_b", "2012-06-30", DAY, "minor"),
    Line("TP", "3.1", "", "second", "2012-06-30", DAY, "minor"),
    Line("TP", "5.1", "", "third", "2004-10-15", DAY, "minor"),
    Line("TP", "1", "", "first_a", "", DAY, ""),  # nobody knows whether 0.5 holds or 1
    Line("TP", "1.1", "", "first_a", "", DAY, "minor"),
    Line("TP", "9", "", "rural", "2020-11-30", DAY, ""),
    Line("TP", "0.51", "", "first_a", "2012-06-30", LAST, "minor"),
    Line("TP", "9", "", "first_a", "2012-06-30", AMENDED, ""),
    Line("pH", "6", "", "first_a", "", DAY, ""),
    Line("pH", "5.99", "", "first_a", "", DAY, "minor"),
    Line("pH", "9", "", "third", "", DAY, ""),
    Line("pH", "9.01", "", "third", "", DAY, "minor"),
    Line("pH", "4", "", "rural", "", DAY, ""),
    Line("pH", "5.99", "", "second", "", LAST, "minor"),
    Line("pH", "2", "", "second", "", AMENDED, ""),
    Line("oil", "1.1", "", "first_a", "", DAY, "minor"),
    Line("oil", "15", "", "third", "", DAY, ""),
    Line("LAS", "0.6", "", "first_a", "", DAY, "minor"),
    Line("LAS", "5", "", "third", "", DAY, ""),
    Line("coliform", "1001", "", "first_a", "", DAY, "minor"),
    Line("coliform", "10000", "", "second", "", DAY, ""),
    Line("coliform", "900000", "", "third", "", DAY, ""),
]


@pytest.mark.django_db
def test_what_was_stored_of_a_plants_day_is_an_alarm_or_none_as_the_table_says():
    team = create_team("water", "department", name_zh="水务站", name_en="Water Station", call=call()).team_id
    made = [plant(nth, line, team) for nth, line in enumerate(TABLE)]
    storing.store("hj212", [packet(nth, line) for nth, line in enumerate(TABLE)], call=call())
    while sequencer.sequence_once():
        pass
    jobs.follow_journal(NOW)
    found = {(one.station_id, one.rule): one.severity for one in Alarm.objects.all()}
    told = [line._replace(alarm=found.pop((made[nth], rule_of(line)), "")) for nth, line in enumerate(TABLE)]
    assert told == TABLE
    assert found == {}, "an alarm by a rule of another item"


def call() -> Call:
    return Call(Actor(ActorKind.SYSTEM), NOW, "test")


def rule_of(line: Line) -> str:
    return f"sewage.plant_{FACTORS[line.item][2]}"


def plant(nth: int, line: Line, team: TeamId) -> UUID:
    """A plant in the register, and a station at it that sends the mean of a day of the item, and of the temperature."""
    row = {"number": f"W-{nth}", "called": f"第{nth}站", "effluent_class": line.plant, "team": "water"}
    row |= {"longitude": "121.37", "latitude": "31.805", "built_on": line.built}
    registers.enter_row("sewage_plant", row, date(2019, 1, 1), call=call())
    about = Description(
        f"w-{nth}", f"第{nth}站出水", f"Effluent {nth}", "hj212", f"MN{nth}", team, date(2020, 1, 1),
        register="sewage_plant", register_key=f"W-{nth}",
    )  # fmt: skip
    factor, unit, _ = FACTORS[line.item]
    wanted = {factor: unit} | ({TEMPERATURE: "℃"} if line.water else {})
    streams = [StreamDescription(one, "avg", "day", unit, 86400) for one, unit in wanted.items()]
    return stations.register_station(about, streams, call=call()).station_id


def packet(nth: int, line: Line) -> Packet:
    at = datetime.combine(date.fromisoformat(line.day), datetime.min.time(), TOWN_ZONE)
    means = {FACTORS[line.item][0]: line.value} | ({TEMPERATURE: line.water} if line.water else {})
    read = [Measured(factor, "avg", "day", at, Decimal(value), "N") for factor, value in means.items()]
    return Packet(f"MN{nth}", NOW, read, b"##", "")


def test_the_rule_of_phosphorus_divides_plants_on_the_day_on_which_the_standard_does():
    book = loading.load(loading.rule_files(PACK))
    rule = declared.load([PACK])["sewage.plant_phosphorus_over_standard"]
    (by_day,) = steps_by_day(rule)
    for version in book.versions("sewage.effluent"):
        first_new = version.value["tp"]["old_built_up_to"] + timedelta(days=1)
        assert by_day.meaning == ((FIRST, "old"), (first_new.isoformat(), "new"))


def steps_by_day(rule: declared.AlarmRule) -> Iterator[ByDay]:
    for source in declared.sources(rule):
        assert isinstance(source, declared.OfStandard)
        yield from (step for step in source.path if isinstance(step, ByDay))
