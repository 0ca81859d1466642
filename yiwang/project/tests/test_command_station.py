"""`yiwang station …` as somebody at the terminal meets it."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.conf import settings
from django.db import connection
from typer.testing import CliRunner

from yiwang.intake.sensing import queries
from yiwang.intake.sensing.received import Measured, Packet
from yiwang.intake.sensing.steps.storing import store
from yiwang.kernel import walltime
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.places import loading
from yiwang.kernel.terms import Actor, ActorKind, Call
from yiwang.project.command_station import app
from yiwang.project.commands import TOWN_COMMANDS
from yiwang.project.refusal import Refusal
from yiwang.project.simulation import instruments
from yiwang.project.town_stations import load_stations

pytestmark = pytest.mark.django_db
XINHAI = settings.ROOT / "towns" / "xinhai"
SYSTEM = Actor(ActorKind.SYSTEM)
AT = datetime(2026, 11, 20, tzinfo=UTC)
MN = "3101511140000000000HXW01"


def call_of() -> Call:
    return Call(SYSTEM, walltime.now(), "test")


def load(*, invented: bool = True) -> tuple[int, int, int]:
    return load_stations(XINHAI / "stations.yaml", invented=invented, call=call_of())


def run(*words: str, typed: str | None = None):
    return CliRunner().invoke(app, list(words), input=typed)


@pytest.fixture
def town(db, remembered):
    remembered("places and the stations' owners", made)


def made():
    """Xinhai's places, and the departments that own its stations."""
    for code in ("water", "urban", "environment"):
        people_teams.create_team(code, "department", name_zh="某站", name_en=code.title(), call=call_of())
    loading.load_places(XINHAI / "places", call=call_of())


@pytest.fixture
def stored(town) -> int:
    """The stations, and a batch of three readings."""
    load()
    readings = [Measured("w21003", "rtd", "realtime", AT + timedelta(minutes=n), Decimal("1.2")) for n in range(3)]
    done = store("hj212", [Packet(MN, AT, readings)], call=call_of())
    assert done.fact is not None
    return done.fact.batch_id


def test_the_stations_of_a_demonstration_come_in_once(town):
    assert load(invented=False) == (0, 0, 0)
    assert load() == (12, 0, 0)
    assert load() == (0, 0, 12)
    found = queries.station(SYSTEM, "hongxing-1-water").description
    assert (found.register, found.register_key, found.place_id is not None) == ("water_section", "XH-DM-07", True)
    assert queries.instruments(SYSTEM, "hj212")[MN].password == "123456"


def test_a_changed_file_changes_the_station_and_leaves_the_password(town, tmp_path):
    load()
    station = queries.station(SYSTEM, "hongxing-1-water")
    run("password", "hongxing-1-water", "--password", "another")
    changed = tmp_path / "stations.yaml"
    text = (XINHAI / "stations.yaml").read_text(encoding="utf-8")
    changed.write_text(text.replace("红星1号河水质自动站", "红星1号河自动站"), encoding="utf-8")
    assert load_stations(changed, invented=True, call=call_of()) == (0, 1, 11)
    assert queries.station(SYSTEM, "hongxing-1-water").station_id == station.station_id
    assert queries.instruments(SYSTEM, "hj212")[MN].password == "another"


def test_stations_are_listed_with_their_last_contact(stored):
    rows = {row["code"]: row for row in json.loads(run("list", "--json").stdout)}
    assert rows["hongxing-1-water"]["heard_at"] == AT.isoformat()
    assert rows["xinhai-air"]["heard_at"] is None
    assert rows["rivers-laboratory"]["percent"] is None
    assert "最近联系" in run("list").output
    assert "Last contact" in run("list", "--en").output


def test_a_password_is_asked_for_and_not_shown(stored):
    told = run("password", "hongxing-1-water", typed="s3cret\n")
    assert told.exit_code == 0
    assert "s3cret" not in told.output
    assert queries.instruments(SYSTEM, "hj212")[MN].password == "s3cret"


def test_a_password_of_no_station_is_refused_with_a_sentence(town):
    for given in (("--password", "x"), ()):  # before it is asked for
        done = run("password", "nowhere", *given)
        assert isinstance(done.exception, Refusal)
        assert "nowhere" in str(done.exception)


def test_readings_as_they_were_stored_are_found_so(stored):
    done = run("verify")
    assert done.exit_code == 0
    assert "1 个批次、3 个监测值与日志相符" in done.output
    assert json.loads(run("verify", "--since", "2026-11-01", "--json").stdout) == {
        "batches": 1, "readings": 3, "months": 0, "broken": [], "broken_months": [],
    }  # fmt: skip


def test_a_changed_reading_is_told_with_its_batch(stored):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reading SET value = 0.2 WHERE at = %s", [AT])
    done = run("verify", "--en")
    assert done.exit_code == 1
    assert f"Batch {stored}: 3 in the journal, 3 here" in done.output
    told = json.loads(run("verify", "--json").stdout)
    assert [one["batch_id"] for one in told["broken"]] == [stored]


def test_a_day_that_is_none_is_refused_with_a_sentence(town):
    assert "2026-13-01" in str(run("verify", "--since", "2026-13-01").exception)


def test_invented_instruments_measure_the_same_whenever_they_are_asked(town):
    load()
    now = datetime(2026, 11, 27, 8, 3, tzinfo=UTC)
    assert instruments.demonstrate(now) > 40_000
    assert instruments.demonstrate(now) == 0
    later = instruments.demonstrate(now + timedelta(minutes=10))
    assert 0 < later < 100
    assert queries.apart(SYSTEM) == ()
    spilled = [one for one in range(14 * 24) if instruments.is_spilled(now - timedelta(hours=one))]
    assert len(spilled) == 6


@pytest.mark.parametrize("happens", [instruments.is_spilled, instruments.is_maintained, instruments.is_dusty])
def test_what_happens_every_other_week_does_so_across_a_year_of_53_weeks(happens):
    first = datetime(2026, 12, 1, tzinfo=UTC)
    found = [at for hour in range(24 * 70) if happens(at := first + timedelta(hours=hour))]
    days = sorted({at.date() for at in found})
    assert len(days) == 5
    assert {after - before for before, after in pairwise(days)} == {timedelta(days=14)}


def test_the_command_is_one_of_the_town():
    assert TOWN_COMMANDS["station"][0] == "yiwang.project.command_station"


# --- samples ---------------------------------------------------------------------------------------------------------


def test_a_laboratorys_sheet_is_looked_at_then_entered_then_known(town, tmp_path):
    load()
    sheet = tmp_path / "十一月.csv"
    sheet.write_text(
        "断面,采样时间,样品编号,氨氮,总磷\nR-H01,2026-11-20 09:30,WS-1,0.82,0.01L\nR-H09,2026-11-20,WS-2,1,1\n", "utf-8"
    )
    counts = []
    for extra in (["--check"], [], []):
        told = run("samples", str(sheet), "--json", "--en", *extra)
        assert told.exit_code == 0
        found = json.loads(told.stdout)
        counts.append((found["samples"], found["values"], found["known"], [one["row"] for one in found["refused"]]))
    assert counts == [(1, 2, 0, [3]), (1, 2, 0, [3]), (0, 0, 2, [3])]
    assert "R-H09" in run("samples", str(sheet)).stderr


def test_a_sheet_of_which_nothing_can_be_used_ends_with_1_and_one_that_is_none_with_a_refusal(town, tmp_path):
    load()
    sheet = tmp_path / "a.csv"
    sheet.write_text("断面,采样时间,氨氮\nR-H09,2026-11-20,1\n", "utf-8")
    assert run("samples", str(sheet)).exit_code == 1
    sheet.write_text("天气\n晴\n", "utf-8")
    assert isinstance(run("samples", str(sheet)).exception, Refusal)
    assert isinstance(run("samples", str(tmp_path / "none.csv")).exception, Refusal)
