"""`yiwang station archive` as somebody at the terminal meets it, and the role it runs as."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from yiwang.intake.sensing import jobs
from yiwang.intake.sensing.models import Reading
from yiwang.intake.sensing.received import Measured, Packet
from yiwang.intake.sensing.steps import stations, storing
from yiwang.intake.sensing.tests.small_town import MN, call_of, described, streams, team
from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer
from yiwang.project import commands
from yiwang.project.command_station import app
from yiwang.project.refusal import Refusal

pytestmark = pytest.mark.django_db
OLD = datetime(2019, 3, 5, tzinfo=UTC)


def run(*words: str):
    return CliRunner().invoke(app, list(words))


@pytest.fixture
def old(db, settings, tmp_path):
    """Three readings of March 2019, stored a month ago and added up."""
    settings.DATA_DIR = tmp_path
    now = walltime.now() - timedelta(days=30)
    stations.register_station(replace(described(team()), in_use_from=date(2019, 1, 1)), streams(), call=call_of(now))
    readings = [
        Measured("w01018", "rtd", "realtime", OLD + timedelta(minutes=n), Decimal("1.2"), "N") for n in range(3)
    ]
    storing.store("hj212", [Packet(MN, now, readings, b"##", "")], call=call_of(now))
    while sequencer.sequence_once():
        pass
    jobs.follow_journal(now)


def test_what_may_go_is_listed_and_goes_when_it_is_named(old):
    assert "2019-03：3 个监测值可以转存" in run("archive").output
    assert Reading.objects.count() == 3
    done = run("archive", "2019-03")
    assert done.exit_code == 0
    assert "2019-03：3 个监测值已转存为数据目录里的 1 个 Parquet 文件" in done.output
    assert Reading.objects.count() == 0
    assert json.loads(run("verify", "--json").stdout) == {"batches": 1, "readings": 3, "broken": []}
    assert "everything from" in run("archive", "--en").output


def test_all_that_may_go_goes_with_one_word(old):
    assert "2019-03: 3 readings are in 1 Parquet file(s)" in run("archive", "--all", "--en").output.replace("\n", " ")
    assert Reading.objects.count() == 0


@pytest.mark.parametrize(
    ("month", "said"), [("2019-13", "2019-13"), ("2019-04", "没有 2019-04 的监测值"), ("March", "March")]
)
def test_a_month_that_cannot_go_is_refused_with_a_sentence(old, month, said):
    done = run("archive", month)
    assert isinstance(done.exception, Refusal)
    assert said in str(done.exception)


@pytest.mark.parametrize(
    ("arguments", "owner"),
    [
        ("station archive --all", True),
        ("station verify", False),
        ("backup x.tar", True),
        ("manage migrate", True),
        ("manage shell", False),
    ],
)
def test_only_what_makes_or_drops_tables_runs_as_their_owner(arguments, owner):
    assert commands.runs_as_owner(arguments.split()) is owner
