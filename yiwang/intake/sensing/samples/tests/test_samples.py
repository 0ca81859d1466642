"""A laboratory's sheet: each row and cell is stored, known, or told; a detection limit stays one; the same sheet again changes nothing."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Barrier

import openpyxl
import pytest
from django.db import connection

from yiwang.intake.sensing import jobs, law, series
from yiwang.intake.sensing.facts import Description, StreamDescription
from yiwang.intake.sensing.models import ApartReading, Rollup
from yiwang.intake.sensing.problems import StationUnknown
from yiwang.intake.sensing.samples import queries, taking
from yiwang.intake.sensing.samples.columns import Heading, headings, multiplier
from yiwang.intake.sensing.samples.models import Sample
from yiwang.intake.sensing.samples.problems import SampleColumnsMissing, SampleSheetTooLong
from yiwang.intake.sensing.steps import stations
from yiwang.intake.sensing.tests.small_town import NOW, SYSTEM, call_of, measured, packet, stored, team
from yiwang.kernel.journal import sequencer
from yiwang.kernel.journal.models import Entry
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.sheets.problems import ColumnsAlike, NoDetectionLimit, UnitUnknown, ValueUnreadable

HEAD = "断面,采样日期,样品编号,检测单位,氨氮(mg/L),总磷,pH"
ROW = "R-H01,2026-11-20 09:30,WS-1,区监测站,0.82,<0.01,7.4"


@pytest.fixture
def rivers(db):
    """Two places of sampling, of one department; the second has no phosphorus."""
    own = team()
    for code, key, factors in (("h1", "R-H01", ("w21003", "w21011", "w01001")), ("h2", "R-H02", ("w21003", "w01001"))):
        said = Description(code, f"{key}人工采样", f"{key} samples", "laboratory", key, own, date(2026, 1, 1))
        units = {"w01001": "pH"}
        made = [StreamDescription(one, "rtd", "sample", units.get(one, "mg/L"), 2_592_000) for one in factors]
        stations.register_station(said, made, call=call_of())
    return own


def sheet(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join((head, *rows)).encode()


def take(*rows: str, head: str = HEAD) -> taking.Taken:
    return taking.take(sheet(*rows, head=head), "十一月.csv", call=call_of())


def readings() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT stream, value, flag FROM reading ORDER BY stream, at")
        return [(stream, str(value), flag) for stream, value, flag in cursor.fetchall()]


def told(taken: taking.Taken) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.problem.slug) for one in taken.refused]


def test_a_row_becomes_readings_of_its_station_and_a_sample_with_its_number(rivers):
    taken = take(ROW)
    assert (taken.entered.samples, taken.entered.values, taken.refused) == (1, 3, ())
    assert readings() == [(1, "0.82", "N"), (2, "0.01", "<"), (3, "7.4", "N")]
    (sample,) = queries.samples(SYSTEM, "h1")
    assert (sample.number, sample.laboratory, sample.row) == ("WS-1", "区监测站", 2)
    assert sample.taken_at == datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
    assert [(str(one.value), one.flag) for one in sample.values] == [("0.82", "N"), ("0.01", "<"), ("7.4", "N")]
    assert ("总磷", "<0.01") in sample.cells


def test_a_workbook_is_read_like_a_csv(rivers):
    book = openpyxl.Workbook()
    book.active.append(["某区监测站 十一月"])
    book.active.append(HEAD.split(","))
    book.active.append(["R-H01", datetime(2026, 11, 20, 9, 30), "WS-1", "区监测站", 0.82, "0.01L", 7.4])  # noqa: DTZ001
    content = io.BytesIO()
    book.save(content)
    taking.take(content.getvalue(), "十一月.xlsx", call=call_of())
    assert readings() == [(1, "0.82", "N"), (2, "0.01", "<"), (3, "7.4", "N")]


def test_the_same_sheet_again_stores_nothing_and_says_that_it_is_known(rivers):
    take(ROW)
    before = Entry.objects.count()
    again = take(ROW)
    assert (again.entered.samples, again.entered.values, again.entered.known, again.refused) == (0, 0, 3, ())
    assert (Sample.objects.count(), Entry.objects.count()) == (1, before)


@pytest.mark.django_db(transaction=True)
def test_two_people_who_hand_in_the_same_sheet_at_once_enter_it_once(rivers):
    both = Barrier(2)

    def hand_in(_: int) -> taking.Taken:
        both.wait()
        try:
            return take(ROW, "R-H02,2026-11-20 10:00,WS-2,区监测站,1.1,,7.0")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as people:
        came = list(people.map(hand_in, range(2)))
    assert sorted(one.entered.samples for one in came) == [0, 2]
    assert [one.refused for one in came] == [(), ()]
    assert Sample.objects.count() == 2


def test_a_preview_says_what_would_be_and_leaves_nothing_behind(rivers):
    rows = (ROW, "R-H01,2026-11-21,WS-2,,很多,,7.0")
    seen = taking.preview(sheet(*rows), "十一月.csv", call=call_of())
    assert (Sample.objects.count(), readings(), ApartReading.objects.count()) == (0, [], 0)
    done = take(*rows)
    assert (seen.entered.samples, seen.entered.values, told(seen)) == (
        done.entered.samples,
        done.entered.values,
        told(done),
    )


ROWS = [
    ("R-H09,2026-11-20,WS-1,,0.82,,", [(2, "断面", "sample-station-unknown")]),
    (",2026-11-20,WS-1,,0.82,,", [(2, "断面", "sample-station-unknown")]),
    ("R-H01,,WS-1,,0.82,,", [(2, "采样日期", "row-date-unreadable")]),
    ("R-H01,2026-12-20,WS-1,,0.82,,", [(2, "采样日期", "row-date-in-future")]),
    ("R-H01,2026-02-30,WS-1,,0.82,,", [(2, "采样日期", "row-date-not-there")]),
    ("R-H01,2026-11-20,WS-1,13812345678,0.82,,", [(2, "", "sample-words-unfit")]),
    ("R-H01,2026-11-20,WS-1,区站,,,", [(2, "", "sample-empty")]),
    ("R-H01,2026-11-20,WS-1,区站,未检出,,", [(2, "氨氮(mg/L)", NoDetectionLimit.slug)]),
    ("R-H01,2026-11-20,WS-1,区站,很多,,7", [(2, "氨氮(mg/L)", ValueUnreadable.slug)]),
    ("R-H01,2026-11-20,WS-1,区站,0.8,,15", [(2, "pH", "sample-out-of-range")]),
    ("R-H02,2026-11-20,WS-1,区站,0.8,0.1,", [(2, "总磷", "sample-stream-missing")]),
    ("R-H01,2025-11-20,WS-1,区站,0.8,,", [(2, "氨氮(mg/L)", "sample-not-in-use")]),
]


@pytest.mark.parametrize(("row", "wanted"), ROWS)
def test_what_cannot_be_used_is_told_with_row_column_and_reason(rivers, row, wanted):
    assert told(take(row)) == wanted


def test_a_bad_cell_costs_itself_and_a_bad_row_no_other_row(rivers):
    taken = take("R-H01,2026-11-20,WS-1,,很多,0.1,", "R-H09,2026-11-20,WS-2,,1,,", "R-H02,2026-11-20,WS-3,,1,,")
    assert taken.entered.samples == 2
    assert readings() == [(2, "0.1", "N"), (4, "1", "N")]


def test_two_samples_of_one_moment_or_number_are_not_one(rivers):
    taken = take("R-H01,2026-11-20,WS-1,,1,,", "R-H01,2026-11-20,WS-2,,2,,", "R-H01,2026-11-21,WS-1,,2,,")
    assert [(row, slug) for row, _, slug in told(taken)] == [(3, "sample-twice"), (4, "sample-twice")]
    later = take("R-H01,2026-11-20,WS-9,,2,,", "R-H01,2026-11-22,WS-1,,2,,")
    assert [slug for *_, slug in told(later)] == ["sample-moment-taken", "sample-number-taken"]
    assert len(readings()) == 1


def test_another_value_for_a_stored_sample_is_told_and_the_first_stays(rivers):
    take(ROW)
    other = take(ROW.replace("0.82", "0.92"))
    assert told(other) == [(2, "氨氮(mg/L)", "sample-differs")]
    assert readings()[0] == (1, "0.82", "N")
    assert ApartReading.objects.get().value == "0.92"


def test_a_day_and_a_time_may_stand_in_two_columns(rivers):
    take("R-H01,2026-11-20,10:05,1", head="站点,采样日期,采样时间,氨氮")
    assert queries.samples(SYSTEM, "h1")[0].taken_at == datetime(2026, 11, 20, 2, 5, tzinfo=UTC)


def test_half_of_a_detection_limit_enters_means_and_what_is_beyond_measure_none(rivers):
    take("R-H01,2026-11-20 09:00,,,<0.10,,", "R-H01,2026-11-20 09:30,,,0.15,,", "R-H01,2026-11-20 09:45,,,>9,,")
    while sequencer.sequence_once():
        pass
    jobs.follow_journal(NOW)
    hour = Rollup.objects.get(period="hour")
    assert (hour.n, hour.n_valid, hour.sum, hour.least) == (3, 2, Decimal("0.200"), Decimal("0.050"))
    shown = series.series(SYSTEM, "h1", 1, datetime(2026, 11, 1, tzinfo=UTC), NOW)
    assert [(str(one.value), one.flag) for one in shown.points] == [("0.10", "<"), ("0.15", "N"), ("9", ">")]


def test_an_instrument_has_no_detection_limits(rivers):
    said = Description("mn", "仪器", "Instrument", "hj212", "MN", rivers, date(2026, 1, 1))
    stations.register_station(said, [StreamDescription("w21003", "rtd", "realtime", "mg/L", 60)], call=call_of())
    assert stored(packet(measured("1", factor="w21003", flag="<"), key="MN")).packets[0].apart == [(0, "unknown-flag")]


def test_a_sheet_without_the_needed_columns_is_refused_as_a_whole(rivers):
    with pytest.raises(SampleColumnsMissing):
        take("R-H01,1", head="断面,氨氮")
    with pytest.raises(ColumnsAlike):
        take("R-H01,2026-11-20,1,2", head="断面,日期,氨氮,NH3-N(mg/L)")
    with pytest.raises(SampleSheetTooLong):
        take(*[ROW] * (taking.MOST_ROWS + 1))


def test_a_wrong_unit_costs_its_column_and_a_known_one_is_converted(rivers):
    taken = take("R-H01,2026-11-20,150,0.1", head="断面,日期,氨氮(μg/L),总磷(kg/L)")
    assert readings() == [(1, "0.150", "N")]
    assert told(taken) == [(2, "总磷(kg/L)", UnitUnknown.slug)]


@pytest.mark.parametrize(
    ("heading", "code"),
    [("氨氮", "w21003"), ("NH3-N（mg/L）", "w21003"), ("六价铬", "w20117"), ("铬(六价)", "w20117"), ("w01018", "w01018"),
     ("011", "w01018"), ("高锰酸盐指数 mg·L⁻¹", "w01019"), ("断面名称", "station"), ("样品编号", "number"), ("天气", None), ("铬", None)],
)  # fmt: skip
def test_headings_are_known_by_usual_names(heading, code):
    assert headings(law.catalogue()).meaning(heading) == code


def test_a_length_is_read_in_the_unit_of_its_heading():
    for name, times in (("透明度(m)", "100"), ("透明度（cm）", "1"), ("透明度", "1"), ("Transparency (mm)", "0.1")):
        assert multiplier(Heading(0, name), "cm") == Decimal(times), name
    with pytest.raises(UnitUnknown):
        multiplier(Heading(0, "透明度(尺)"), "cm")


def test_a_unit_of_another_kind_of_thing_is_no_unit():
    assert multiplier(Heading(0, "PM2.5(mg/m3)"), "μg/m³") == 1000
    with pytest.raises(UnitUnknown):
        multiplier(Heading(0, "流量(m3/h)"), "L/s")


def test_samples_of_a_station_beyond_reach_are_not_shown(rivers):
    take(ROW)
    with pytest.raises(StationUnknown):
        queries.samples(SYSTEM, "nowhere")


def test_replay_gives_the_samples_again(rivers):
    take(ROW)
    outcome = replay()
    assert outcome.differences == ()
    assert "sample" in outcome.tables
