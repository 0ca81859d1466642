"""`yiwang station archive` as somebody at the terminal meets it, and the role it runs as."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from yiwang.intake.sensing import jobs, parquet
from yiwang.intake.sensing.models import ArchivedMonth, Reading, ReadingBatch
from yiwang.intake.sensing.received import Measured, Packet
from yiwang.intake.sensing.steps import rows, stations, storing
from yiwang.intake.sensing.tests.small_town import MN, call_of, described, streams, team
from yiwang.kernel import walltime
from yiwang.kernel.files import store
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
    told = json.loads(run("verify", "--json").stdout)
    assert (told["batches"], told["readings"], told["months"]) == (1, 3, 1)
    assert told["broken"] == told["broken_months"] == []
    assert "1 个批次、3 个监测值、1 个已转存的月份与日志相符" in run("verify").output
    assert "everything from" in run("archive", "--en").output


def test_a_changed_value_in_a_file_is_told_with_its_batch_and_its_month(old):
    run("archive", "2019-03")
    (name,) = ArchivedMonth.objects.get().files
    path = store.path_of(name)
    lines = [parquet.line(one._replace(written="0.2")) for one in parquet.everything(path.read_bytes())]
    path.write_bytes(parquet.made(lines))
    done = run("verify", "--en")
    assert done.exit_code == 1
    told = done.output.replace("\n", " ")
    for words in (
        f"Batch {ReadingBatch.objects.get().id}: 3 in the journal, 3 here",
        "2019-03: 3 in the journal, 3 here",
        name,
    ):
        assert words in told
    (month,) = json.loads(run("verify", "--json").stdout)["broken_months"]
    assert (month["month"], month["damaged"]) == ("2019-03", [name])
    assert "1 个已转存的月份中有 1 个与日志不符" in run("verify").output.replace("\n", "")
    assert (
        run("verify", "--since", f"{walltime.now() + timedelta(days=1):%Y-%m-%d}").exit_code == 0
    )  # nothing of it was asked for


def test_all_that_may_go_goes_with_one_word(old):
    assert "2019-03: 3 readings are in 1 Parquet file(s)" in run("archive", "--all", "--en").output.replace("\n", " ")
    assert Reading.objects.count() == 0


@pytest.mark.parametrize(
    ("month", "said"), [("2019-13", "2019-13"), ("2019-04", "没有 2019-04 的监测值"), ("March", "March")]
)
def test_a_month_that_cannot_go_is_refused_with_a_sentence(old, month, said):
    rows.make_months([date(2019, 4, 1)])  # it can be there without a reading in it
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
