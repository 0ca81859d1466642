"""An old month goes into Parquet files and out of the database; whatever asked for its readings gets the same answers as before."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Event, Thread

import duckdb
import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from yiwang.intake.sensing import archived, days, jobs, parquet, pasts, queries, series
from yiwang.intake.sensing.checking import BatchCheck, MonthCheck
from yiwang.intake.sensing.models import ApartReading, ArchivedMonth, Reading, ReadingBatch
from yiwang.intake.sensing.problems import (
    MonthHasQuestion,
    MonthInUse,
    MonthNotQuiet,
    MonthStillKept,
    MonthUnknown,
)
from yiwang.intake.sensing.received import Measured
from yiwang.intake.sensing.steps import archiving, correcting, rows, stations
from yiwang.intake.sensing.tests.small_town import NOW, SYSTEM, call_of, described, packet, stored, streams, team
from yiwang.kernel.files import queries as files
from yiwang.kernel.files import store
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.journal import readers, sequencer
from yiwang.kernel.journal.models import Reader
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.walltime import day_begins

pytestmark = pytest.mark.django_db
MARCH, APRIL = date(2019, 3, 1), date(2019, 4, 1)
LATER = NOW + timedelta(days=8)
CODE = "hongxing-1"


def at(day: datetime, value: str | None, flag: str = "N", factor: str = "w01018") -> Measured:
    return Measured(factor, "rtd", "realtime", day, None if value is None else Decimal(value), flag)


def moment(month: int, day: int, minute: int = 0) -> datetime:
    return datetime(2019, month, day, tzinfo=UTC) + timedelta(minutes=minute)


@pytest.fixture
def past(db, settings, tmp_path):
    """Readings of March to May 2019 and of today; one of March corrected; batches that lie on both sides of a month's end."""
    settings.DATA_DIR = tmp_path
    since_2019 = replace(described(team()), in_use_from=date(2019, 1, 1))
    stations.register_station(since_2019, streams(), call=call_of())
    stored(packet(*(at(moment(3, 31, 1430 + minute), f"{minute}.50") for minute in range(0, 20, 2))))
    stored(packet(at(moment(3, 5), "7.25"), at(moment(3, 5, 1), None, "D"), at(moment(3, 5, 2), "0.000")))
    stored(packet(at(moment(3, 5), "8.25")))
    stored(packet(at(moment(4, 9), "3"), at(moment(5, 2), "4"), at(NOW - timedelta(hours=1), "5")))
    differing = ApartReading.objects.get(reason="differs")
    correcting.accept(differing.id, reason="人工复核，设备漂移", call=call_of())
    while sequencer.sequence_once():
        pass
    jobs.follow_journal(NOW)
    return queries.station(SYSTEM, CODE).streams[0].stream_id


def part(stream: int, first: datetime, last: datetime | None) -> list[pasts.Told]:
    return sorted(pasts.part(SYSTEM, [stream], first, last)[stream])


def batches(checks):
    return sorted((one for one in checks if isinstance(one, BatchCheck)), key=lambda one: one.batch_id)


def months(checks):
    return [one for one in checks if isinstance(one, MonthCheck)]


def answers(stream: int) -> dict[str, object]:
    """Everything that asks for readings of these days."""
    begin, end = moment(3, 1), moment(6, 1)
    day = moment(3, 5)
    return {
        "chart": series.series(SYSTEM, CODE, stream, begin, end),
        "behind": series.behind(SYSTEM, CODE, stream, "day", day - timedelta(hours=8)),
        "off": series.off(SYSTEM, CODE, stream, begin, end),
        "export": list(series.exported(SYSTEM, CODE, stream, begin, end)),
        "part": part(stream, moment(3, 5, 1), moment(3, 31, 1435)),
        "from its end on": part(stream, moment(4, 9), None),
        "before all": part(stream, moment(1, 1), moment(2, 1)),
        "between two": part(stream, moment(4, 12), moment(4, 13)),
        "from the town's midnight on": part(stream, day_begins(date(2019, 4, 9)), None),
        "off, in the town's year": series.off(SYSTEM, CODE, stream, day_begins(date(2019, 1, 1)), NOW),
        "extent": pasts.extent(SYSTEM, [stream]),
        "entries": days.entries_behind(SYSTEM, CODE, date(2019, 3, 5)),
        "batches": [queries.check_batch(SYSTEM, one) for one in queries.batch_ids(SYSTEM)],
        "all batches": batches(queries.checks(SYSTEM)),
    }


def test_whatever_asks_for_readings_gets_the_same_answers_from_the_files(past):
    before = answers(past)
    assert all(one.holds for one in before["batches"])
    assert len(before["export"]) == 1 + 15
    fact = archiving.archive(MARCH, call=call_of(LATER))
    assert (fact.month, fact.count, len(fact.files)) == ("2019-03", 8, 1)
    assert not Reading.objects.filter(at__lt=moment(4, 1)).exists()
    assert answers(past) == before
    archiving.archive(APRIL, call=call_of(LATER))
    assert answers(past) == before
    assert replay().differences == ()


def test_each_month_is_read_once_for_all_its_batches(past, monkeypatch):
    read = []
    everything = parquet.everything
    monkeypatch.setattr(parquet, "everything", lambda content: (read.append(1), everything(content))[1])
    archiving.archive(MARCH, call=call_of(LATER))
    archiving.archive(APRIL, call=call_of(LATER))
    read.clear()
    found = list(queries.checks(SYSTEM))
    assert len(read) == 2
    assert [(one.month, one.found, one.holds) for one in months(found)] == [("2019-03", 8, True), ("2019-04", 6, True)]
    assert [one.found for one in batches(found)] == [10, 3, 3]
    assert all(one.holds for one in batches(found))


def spoilt_byte(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def counts_other(content):
    return parquet.made(
        parquet.line(one._replace(counts_written="8.26" if one.counts_written else None))
        for one in parquet.everything(content)
    )


def one_less(content):
    return parquet.made(map(parquet.line, list(parquet.everything(content))[1:]))


@pytest.mark.parametrize(
    ("spoil", "broken"),
    [
        pytest.param(spoilt_byte, None, id="one byte"),
        pytest.param(counts_other, 0, id="what a person let count: no batch, but the month says it"),
        pytest.param(one_less, 1, id="a reading less"),
        pytest.param(None, 2, id="the file is gone"),
    ],
)
def test_a_file_that_was_changed_is_told_by_its_month(past, spoil, broken):
    fact = archiving.archive(MARCH, call=call_of(LATER))
    (name,) = fact.files
    path = store.path_of(name)
    if spoil:
        path.write_bytes(spoil(path.read_bytes()))
    else:
        path.unlink()
    found = list(queries.checks(SYSTEM))
    (month,) = months(found)
    assert (month.holds, month.damaged) == (False, (name,))
    if broken is not None:  # which byte it is says whether anything can be read at all
        assert sum(not one.holds for one in batches(found)) == broken


def test_only_months_with_something_that_was_stored_since_are_read(past):
    archiving.archive(MARCH, call=call_of(LATER))
    assert list(queries.checks(SYSTEM, since=LATER)) == []
    assert len(list(queries.checks(SYSTEM, since=NOW - timedelta(days=1)))) == 4


def test_the_files_are_kept_like_a_photo_and_open_to_whoever_reads_stations(past):
    fact = archiving.archive(MARCH, call=call_of(LATER))
    (name,) = fact.files
    assert name in files.in_use(SYSTEM, [name])
    opened = files.open_for(SYSTEM, name)
    with opened.stream as stream:
        assert stream.read(4) == b"PAR1"
    assert opened.headers["Content-Disposition"].endswith('.parquet"')
    table = duckdb.read_parquet(str(store.path_of(name)))
    assert table.columns == [
        "stream",
        "measured_at",
        "written",
        "flag",
        "batch",
        "counts_written",
        "counts_flag",
        "value",
    ]
    (first,) = table.limit(1).fetchall()
    assert (first[2], first[3], first[5], first[6], first[7]) == ("7.25", "N", "8.25", "N", 8.25)


def test_a_value_for_an_archived_month_is_kept_apart_and_hinders_no_other(past):
    archiving.archive(MARCH, call=call_of(LATER))
    outcome = stored(packet(at(moment(3, 6), "1"), at(moment(5, 3), "2")), now=LATER)
    assert (outcome.stored, outcome.packets[0].apart) == (1, [(0, "archived")])
    assert MARCH not in rows.months_there()


def test_the_database_makes_no_month_again_that_was_archived(past):
    archiving.archive(MARCH, call=call_of(LATER))
    with connection.cursor() as cursor:
        cursor.execute("SELECT reading_month_made('2019-03-09')")
        assert cursor.fetchone() == (False,)
    assert MARCH not in rows.months_there()


@pytest.mark.parametrize(
    ("month", "when", "problem"),
    [
        (date(2026, 11, 1), LATER, MonthStillKept),
        (date(2019, 7, 1), LATER, MonthUnknown),
        (MARCH, NOW + timedelta(days=6), MonthNotQuiet),
    ],
)
def test_a_month_that_is_young_empty_or_not_quiet_stays(past, month, when, problem):
    with pytest.raises(problem):
        archiving.archive(month, call=call_of(when))
    assert not ArchivedMonth.objects.exists()
    assert Reading.objects.filter(at__lt=moment(4, 1)).count() == 8


def test_what_is_not_added_up_yet_stays(past):
    stored(packet(at(moment(3, 9), "6")))
    ReadingBatch.objects.update(stored_at=NOW - timedelta(days=30))
    with pytest.raises(MonthNotQuiet):
        archiving.archive(MARCH, call=call_of(LATER))


def test_a_value_that_somebody_still_has_to_decide_on_keeps_its_month(past):
    stored(packet(at(moment(3, 31, 1430), "9")))
    with pytest.raises(MonthHasQuestion, match="31015111400001"):
        archiving.archive(MARCH, call=call_of(LATER))


def test_a_follower_of_the_journal_that_stands_still_keeps_the_month(past):
    readers.begin_at_head("somebody")
    Reader.objects.filter(name="somebody").update(position=0)
    with pytest.raises(MonthNotQuiet):
        archiving.archive(MARCH, call=call_of(LATER))


@pytest.mark.django_db(transaction=True)
def test_a_month_that_somebody_is_reading_for_long_stays_and_can_be_had_later(past, monkeypatch):
    monkeypatch.setattr(archiving, "PATIENCE", "50ms")
    reading, read = Event(), Event()

    def read_on() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM reading")
                reading.set()
                read.wait(20)
        finally:
            connection.close()

    somebody = Thread(target=read_on)
    somebody.start()
    assert reading.wait(20)
    with pytest.raises(MonthInUse):
        archiving.archive(MARCH, call=call_of(LATER))
    assert Reading.objects.filter(at__lt=moment(4, 1)).count() == 8
    read.set()
    somebody.join()
    assert archiving.archive(MARCH, call=call_of(LATER)).count == 8


def test_a_correction_that_is_not_added_up_yet_keeps_its_month(past):
    stored(packet(at(moment(3, 31, 1430), "9")))
    correcting.accept(ApartReading.objects.get(answer="", reason="differs").id, reason="人工复核", call=call_of())
    ReadingBatch.objects.update(stored_at=NOW - timedelta(days=30))
    with pytest.raises(MonthNotQuiet):
        archiving.archive(MARCH, call=call_of(LATER))
    while sequencer.sequence_once():
        pass
    jobs.follow_journal(NOW)
    assert archiving.archive(MARCH, call=call_of(LATER)).count == 8


def test_the_journal_says_which_files_hold_how_many_readings(past):
    archiving.archive(MARCH, call=call_of(LATER))
    (entry,) = [one for one in journal.history("readings", "2019-03") if one.entry.verb == "readings.archived"]
    assert entry.fact.count == 8
    assert archived.months()[MARCH].digest == entry.fact.digest


def test_months_are_due_sixty_whole_months_later(past):
    assert archiving.due(datetime(2024, 3, 31, tzinfo=UTC)) == ()
    assert archiving.due(datetime(2024, 4, 1, tzinfo=UTC)) == (MARCH,)


VALUES = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-9999, max_value=9999).map(
    str
) | st.just("-")


@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.integers(0, 10**16), VALUES, st.sampled_from("NDS<"), st.integers(1, 99)),
        max_size=30,
    )
)
def test_what_is_written_to_a_file_is_read_from_it(made):
    wanted = sorted({row[:2]: parquet.Row(*row) for row in made}.values())
    content = parquet.made(map(parquet.line, wanted))
    assert list(parquet.everything(content)) == wanted
