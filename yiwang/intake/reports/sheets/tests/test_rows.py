"""Each bad row is refused with row, column and what to do; the good rest goes in; no row is lost."""

import os
import time
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.intake.reports.sheets.columns import map_columns
from yiwang.intake.reports.sheets.opening import open_sheet
from yiwang.intake.reports.sheets.problems import DatumNeeded
from yiwang.intake.reports.sheets.rows import Box, read_rows, summarise
from yiwang.intake.reports.sheets.tests.making import HEADER, NOW, ROW, csv_bytes, row_with, xlsx_bytes
from yiwang.kernel.places.datum import Datum
from yiwang.kernel.sheets.moments import read_moment
from yiwang.kernel.sheets.problems import DateUnreadable
from yiwang.kernel.walltime import TOWN_ZONE
from yiwang.kernel.wording import problem_text

TOWN = Box(west=121.30, south=31.75, east=121.45, north=31.85)
DATA = Path(os.environ.get("YIWANG_SHARED_DATA", Path(__file__).parents[6] / "shared" / "data")) / "hotline"


def read(rows, header=HEADER, **options):
    sheet = open_sheet(csv_bytes([header, *rows]))
    return read_rows(
        sheet, map_columns(sheet.header), now=NOW, **{"metres_outside": TOWN, "datum": Datum.WGS84, **options}
    )


def at(*parts):
    return datetime(*parts, tzinfo=TOWN_ZONE)


MOMENTS = [
    # as written, the moment in the town, whether only the day is known
    ("2019/4/25 9:32:09", at(2019, 4, 25, 9, 32, 9), False),
    ("2019-04-25 09:32", at(2019, 4, 25, 9, 32), False),
    ("2019-04-25T09:32:09", at(2019, 4, 25, 9, 32, 9), False),
    ("2019-04-25T01:32:09Z", at(2019, 4, 25, 9, 32, 9), False),
    ("2019-04-25 09:32:09.123+08:00", at(2019, 4, 25, 9, 32, 9), False),
    ("2019-04-25", at(2019, 4, 25), True),
    ("2019.4.25", at(2019, 4, 25), True),
    ("2019年4月25日", at(2019, 4, 25), True),
    ("2019年4月25日 下午3时05分", at(2019, 4, 25, 15, 5), False),
    ("２０１９／４／２５　９：３２", at(2019, 4, 25, 9, 32), False),
    ("2019/4/25 上午9:05", at(2019, 4, 25, 9, 5), False),
    ("20190425", at(2019, 4, 25), True),
    ("20190425093209", at(2019, 4, 25, 9, 32, 9), False),
    ("43580", at(2019, 4, 25), True),
    ("43580.397326388889", at(2019, 4, 25, 9, 32, 9), False),
    ("2000-01-01", at(2000, 1, 1), True),
    ("2026-01-05 09:00", NOW, False),
]


def test_a_number_of_hundreds_of_digits_in_a_workbook_is_no_moment():
    with pytest.raises(DateUnreadable):
        read_moment(10**400, "来电时间", NOW)


@pytest.mark.parametrize(("written", "moment", "day_only"), MOMENTS)
def test_a_moment_is_read_as_the_towns(written, moment, day_only):
    good, refused = read([row_with(来电时间=written)])
    assert refused == []
    assert (good[0].happened_at, good[0].day_only) == (moment, day_only)
    assert good[0].happened_at.utcoffset() == timedelta(hours=8)


BAD_ROWS = [
    # what is wrong, the row, the column, the reason
    ("no number", row_with(编号=" "), "编号", "row-cell-empty"),
    ("no time", row_with(来电时间=""), "来电时间", "row-cell-empty"),
    ("no text", row_with(内容="\t　\n"), "内容", "row-cell-empty"),
    ("30 February", row_with(来电时间="2019/2/30"), "来电时间", "row-date-not-there"),
    ("25 o'clock", row_with(来电时间="2019/2/3 25:00"), "来电时间", "row-date-not-there"),
    ("29 February of no leap year", row_with(来电时间="20190229"), "来电时间", "row-date-not-there"),
    ("American order", row_with(来电时间="4/25/2019"), "来电时间", "row-date-unreadable"),
    ("two-digit year", row_with(来电时间="19-4-25"), "来电时间", "row-date-unreadable"),
    ("words", row_with(来电时间="昨天下午"), "来电时间", "row-date-unreadable"),
    ("a small number", row_with(来电时间="12345"), "来电时间", "row-date-unreadable"),
    ("one minute ahead", row_with(来电时间="2026-01-05 09:01"), "来电时间", "row-date-in-future"),
    ("the last day there is", row_with(来电时间="9999-12-31 23:59:59-12:00"), "来电时间", "row-date-in-future"),
    ("before 2000", row_with(来电时间="1999-12-31 23:59:59"), "来电时间", "row-date-too-old"),
    ("the first day there is", row_with(来电时间="0001-01-01T00:00+14:00"), "来电时间", "row-date-too-old"),
    ("reply before", row_with(答复意见="好", 答复时间="2019-04-24"), "答复时间", "row-reply-before-message"),
    ("reply not a date", row_with(答复意见="好", 答复时间="无"), "答复时间", "row-date-unreadable"),
    ("reply without time", row_with(答复意见="好"), "答复时间", "row-reply-half"),
    ("time without reply", row_with(答复时间="2019-05-01"), "答复意见", "row-reply-half"),
    ("text too long", row_with(内容="长" * 20_001), "内容", "row-cell-too-long"),
    ("number too long", row_with(编号="9" * 65), "编号", "row-cell-too-long"),
    ("control characters", row_with(内容="有\x00问题"), "内容", "row-cell-broken"),
    ("shifted by a comma", [*ROW[:2], "垃圾", "很多", "", "", "", "x"], "纬度", "row-shifted"),
    ("half a point", row_with(经度="121.37"), "纬度", "row-point-half"),
    ("the other half", row_with(纬度="31.8"), "经度", "row-point-half"),
    ("no number as degrees", row_with(经度="东经", 纬度="31.8"), "经度", "row-point-not-number"),
    ("infinite degrees", row_with(经度="121.37", 纬度="inf"), "纬度", "row-point-not-number"),
    ("swapped", row_with(经度="31.8", 纬度="121.37"), "经度、纬度", "looks-swapped"),
    ("no such place", row_with(经度="999", 纬度="31.8"), "经度、纬度", "no-such-coordinate"),
    ("outside the town", row_with(经度="121.47", 纬度="31.23"), "经度、纬度", "outside-town"),
    ("GCJ-02 said to be WGS 84", row_with(经度="121.4535", 纬度="31.84"), "经度、纬度", "looks-shifted"),
]


@pytest.mark.parametrize(("what", "row", "column", "reason"), BAD_ROWS, ids=[row[0] for row in BAD_ROWS])
def test_a_bad_row_is_refused_by_row_and_column_and_the_rest_goes_in(what, row, column, reason):
    good, refused = read([row_with(编号="前"), row, row_with(编号="后")])
    assert [message.source_key for message in good] == ["前", "后"]
    assert [(r.row, r.column, r.problem.slug) for r in refused] == [(3, column, reason)]
    for language in ("zh-Hans", "en"):
        said = refused[0].said(language)
        assert all(said[part] for part in ("what", "why", "do"))


def test_a_number_that_stands_twice_is_refused_the_second_time_and_names_the_first_row():
    good, refused = read([ROW, row_with(内容="另一件")])
    assert [message.text for message in good] == [ROW[2]]
    assert (refused[0].row, refused[0].problem.parameters["first"]) == (3, 2)


def test_a_number_whose_first_row_was_refused_is_free():
    good, refused = read([row_with(来电时间="？"), ROW])
    assert (len(good), len(refused)) == (1, 1)


def test_a_reply_of_the_same_day_without_a_time_is_not_before_its_message():
    good, _ = read([row_with(答复意见="已清理", 答复时间="2019-04-25")])
    assert good[0].replied_at == good[0].happened_at


DATUMS = [
    # the column 坐标系, the sheet's own, accepted, metres the point moves
    ("", Datum.WGS84, True, 0),
    ("GCJ-02", Datum.WGS84, True, 500),
    ("", Datum.GCJ02, True, 500),
    ("WGS84", Datum.GCJ02, True, 0),
    ("北京54", Datum.WGS84, False, 0),
]


@pytest.mark.parametrize(("said", "sheets", "accepted", "metres"), DATUMS)
def test_points_are_turned_into_wgs84(said, sheets, accepted, metres):
    row = [*row_with(经度="121.3700° E", 纬度="31.8000"), said]
    good, refused = read([row], header=[*HEADER, "坐标系"], datum=sheets)
    if not accepted:
        assert [(r.column, r.problem.slug) for r in refused] == [("坐标系", "datum-unknown")]
        return
    moved = abs(good[0].point.longitude - 121.37) * 94_600
    assert moved == pytest.approx(metres, abs=100 if metres else 0.01)


def test_coordinates_of_which_nobody_says_the_datum_are_not_guessed():
    placed = row_with(经度="121.37", 纬度="31.8")
    with pytest.raises(DatumNeeded) as refused:
        read([ROW, placed], datum=None)
    for language in ("zh-Hans", "en"):
        assert "经度、纬度" in problem_text(refused.value, language)["what"]
    good, refused = read([row_with(编号="前"), row_with(经度="121.37")], datum=None)
    assert ([one.source_key for one in good], [one.problem.slug for one in refused]) == (["前"], ["row-point-half"])
    good, refused = read(
        [[*placed, ""], [*row_with(编号="有", 经度="121.37", 纬度="31.8"), "WGS84"]], [*HEADER, "坐标系"], datum=None
    )
    assert [one.source_key for one in good] == ["有"]
    assert [(one.row, one.column, one.problem.slug) for one in refused] == [(2, "坐标系", "sheet-datum-needed")]


def test_a_workbooks_own_dates_and_numbers_are_read():
    rows = [
        HEADER,
        [2549, at(2019, 4, 25, 9, 32, 9).replace(tzinfo=None), "垃圾", None, None, 121.37, 31.8],
        [2550.0, date(2019, 4, 25), "路灯", "已修", date(2019, 4, 25), None, None],
    ]
    sheet = open_sheet(xlsx_bytes(rows))
    good, refused = read_rows(sheet, map_columns(sheet.header), now=NOW, metres_outside=TOWN, datum=Datum.WGS84)
    assert refused == []
    assert [(m.source_key, m.happened_at) for m in good] == [
        ("2549", at(2019, 4, 25, 9, 32, 9)),
        ("2550", at(2019, 4, 25)),
    ]
    assert good[0].point is not None
    assert (good[1].day_only, good[1].replied_at) == (True, at(2019, 4, 25))


def test_texts_lose_only_their_edges():
    good, _ = read([row_with(内容="\n\t\t\n\t\t　　第一行  有　空格\n\n\t\t第二行\n\t")])
    assert good[0].text == "第一行 有 空格\n第二行"


def test_the_summary_counts_and_names_the_reasons():
    rows = [
        ROW,
        row_with(编号="2", 来电时间="2019-06-01", 答复意见="好", 答复时间="2019-06-02", 经度="121.37", 纬度="31.8"),
        row_with(编号="3", 来电时间="x"),
        row_with(编号="4", 来电时间="y"),
        row_with(编号=""),
    ]
    sheet = open_sheet(csv_bytes([[*HEADER, "备注"], *rows]))
    mapping = map_columns(sheet.header)
    summary = summarise(sheet, mapping, *read_rows(sheet, mapping, now=NOW, metres_outside=TOWN, datum=Datum.WGS84))
    assert (summary.rows, summary.good, summary.refused, summary.with_reply, summary.with_point) == (5, 2, 3, 1, 1)
    assert (summary.first_at, summary.last_at) == (at(2019, 4, 25, 9, 32, 9), at(2019, 6, 1))
    assert summary.refused_by_reason == (("row-date-unreadable", 2), ("row-cell-empty", 1))
    assert summary.ignored_columns == ("备注",)


CELLS = st.one_of(
    st.text(max_size=12), st.sampled_from(["", "1", "2019-04-25", "2019/2/30", "121.37", "31.8", '"', ",\n"])
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=9), max_size=12))
def test_no_row_is_ever_lost(rows):
    good, refused = read(rows)
    written = [number for number, row in enumerate(rows, start=2) if any(cell.strip() for cell in row)]
    assert sorted([m.row for m in good] + [r.row for r in refused]) == written


@pytest.mark.skipif(not DATA.exists(), reason=f"the real messages are not at {DATA}")
def test_all_2816_real_messages_are_read():
    started = time.perf_counter()
    sheet = open_sheet(DATA / "replies_2816.csv.gz")
    mapping = map_columns(sheet.header)
    good, refused = read_rows(sheet, mapping, now=NOW)
    summary = summarise(sheet, mapping, good, refused)
    assert time.perf_counter() - started < 10
    assert (summary.rows, summary.good, summary.with_reply) == (2816, 2816, 2816)
    assert Counter(r.problem.slug for r in refused) == {}
    assert (summary.first_at, summary.last_at) == (at(2011, 4, 2, 18, 0, 54), at(2020, 1, 8, 11, 23, 30))
    assert all(m.text == m.text.strip() and "\u3000" not in m.text and "\t" not in m.text for m in good)
    assert len({m.source_key for m in good}) == 2816


KEYS = [
    # the cell of a workbook, the number it is taken for; None where it is refused
    (2549, "2549"),
    (2549.0, "2549"),
    (999_999_999_999_999.0, "999999999999999"),
    (1e15, None),
    (2.02e17, None),
    (201904020000123000, None),
    (201904020000123456, None),
    ("201904020000123000", "201904020000123000"),
    ("2.02E+17", None),
    ("2.0190402e+17", None),
    (" ２.０２E+17 ", None),
    ("2E+05", None),
    ("12E3", "12E3"),
    ("XH-2E+17", "XH-2E+17"),
]


@pytest.mark.parametrize(("cell", "key"), KEYS)
def test_a_number_that_a_spreadsheet_has_rounded_is_refused_by_its_column(cell, key):
    sheet = open_sheet(xlsx_bytes([HEADER, [cell, *ROW[1:]], [cell, *ROW[1:]]]))
    good, refused = read_rows(sheet, map_columns(sheet.header), now=NOW)
    assert [one.source_key for one in good] == ([key] if key else [])
    slugs = ["row-key-twice"] if key else ["row-key-damaged"] * 2
    assert [(one.column, one.problem.slug) for one in refused] == [("编号", slug) for slug in slugs]
