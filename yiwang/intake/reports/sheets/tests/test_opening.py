"""A sheet is opened whatever way it was saved, and what is no sheet is refused by its name."""

import gzip
import io
import time
import zipfile
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.intake.reports.sheets import columns
from yiwang.intake.reports.sheets.opening import open_sheet
from yiwang.intake.reports.sheets.tests.making import HEADER, ROW, csv_bytes, xlsx_bytes
from yiwang.kernel.problems import Problem
from yiwang.kernel.sheets import problems
from yiwang.kernel.sheets.opening import Limits
from yiwang.kernel.wording import problem_text

TWO = [HEADER, ROW, ["2", "2019-04-26", "路灯坏了，“很黑”,\n第二行", "", "", "", ""]]

SAVED = [
    ("UTF-8", csv_bytes(TWO)),
    ("UTF-8 with mark", csv_bytes(TWO, "utf-8-sig")),
    ("GB18030", csv_bytes(TWO, "gb18030")),
    ("UTF-16 with mark and tabs, Excel's Unicode text", csv_bytes(TWO, "utf-16", "\t")),
    ("semicolons", csv_bytes(TWO, delimiter=";")),
    ("tabs", csv_bytes(TWO, delimiter="\t")),
    ("gzipped", gzip.compress(csv_bytes(TWO))),
    ("gzipped GB18030", gzip.compress(csv_bytes(TWO, "gb18030"))),
    ("workbook", xlsx_bytes(TWO)),
]


@pytest.mark.parametrize(("how", "content"), SAVED, ids=[how for how, _ in SAVED])
def test_the_same_rows_come_out_however_it_was_saved(how, content):
    sheet = open_sheet(content, "工单.csv")
    assert sheet.header == tuple(HEADER)
    assert [row.number for row in sheet.rows] == [2, 3]
    assert [row.cells[:3] for row in sheet.rows] == [tuple(row[:3]) for row in TWO[1:]]


def test_titles_above_the_header_and_empty_rows_keep_their_row_numbers():
    rows = [["12345工单统计表"], [], ["制表：", "某人"], HEADER, ROW, [], [" ", "　"], ["2", "x"]]
    for content in (csv_bytes(rows), xlsx_bytes(rows)):
        sheet = open_sheet(content)
        assert (sheet.header, [row.number for row in sheet.rows]) == (tuple(HEADER), [5, 8])


def test_a_file_on_disk_is_read_and_keeps_its_name(tmp_path):
    path = tmp_path / "六月.csv"
    path.write_bytes(csv_bytes(TWO))
    assert open_sheet(path).filename == "六月.csv"


def test_the_first_filled_sheet_is_read_and_the_others_are_said():
    sheet = open_sheet(xlsx_bytes([], "空", {"工单": TWO, "说明": [["看这里"]]}))
    assert (sheet.name, sheet.other_sheets, len(sheet.rows)) == ("工单", ("说明",), 2)


def test_formulas_are_not_evaluated():
    sheet = open_sheet(xlsx_bytes([HEADER, ["=1+1", *ROW[1:]]]))
    assert sheet.rows[0].cells[0] is None


def archive(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return file.getvalue()


ONE_MEGABYTE = Limits(packed_bytes=1 << 20, unpacked_bytes=1 << 20, rows=50, columns=10)

REFUSED = [
    ("an old Excel file", b"\xd0\xcf\x11\xe0" + bytes(600), problems.SheetKindNotRead),
    ("a web page called .xls", "<html><table><tr><td>编号</td></tr></table>".encode(), problems.SheetKindNotRead),
    ("a PDF", b"%PDF-1.7 ...", problems.SheetKindNotRead),
    ("a picture", b"\x89PNG\r\n\x1a\n", problems.SheetKindNotRead),
    ("a Word file", archive({"word/document.xml": b"<w/>"}), problems.SheetKindNotRead),
    ("a damaged workbook", xlsx_bytes(TWO)[:1500], problems.SheetBroken),
    ("a workbook without its parts", archive({"xl/workbook.xml": b"<nothing"}), problems.SheetBroken),
    ("a damaged gzip", gzip.compress(csv_bytes(TWO))[:-12], problems.SheetBroken),
    ("nothing", b"", problems.SheetEmpty),
    ("only spaces", " ,, \n\n　".encode(), problems.SheetEmpty),
    ("an empty workbook", xlsx_bytes([]), problems.SheetEmpty),
    ("bytes of no text", bytes(range(128, 256)) * 20, problems.SheetEncodingUnknown),
    ("a program", b"\x7fELF" + bytes(2000), problems.SheetEncodingUnknown),
    ("an open quotation mark in the header", '编号,时间,"内容\n1,2019-01-01,好\n'.encode(), problems.SheetQuoteOpen),
    (
        "an open quotation mark in a header under a title",
        '六月工单\n编号,时间,"内容\n1,2019-01-01,好\n'.encode(),
        problems.SheetQuoteOpen,
    ),
    ("words after a mark in the header", '编号,"时间"的,内容\n1,2019-01-01,好\n'.encode(), problems.SheetQuoteOpen),
    ("too large", b"a," * (1 << 20), problems.SheetTooLarge),
    ("a gzip bomb", gzip.compress(bytes(1 << 22)), problems.SheetTooLarge),
    ("a zip bomb", archive({"xl/workbook.xml": b"", "xl/bomb.xml": bytes(1 << 22)}), problems.SheetTooLarge),
    ("too many rows", csv_bytes([HEADER] + [ROW] * 70), problems.SheetTooManyRows),
    ("too many columns", csv_bytes([["x"] * 11]), problems.SheetTooManyRows),
    ("too many rows in a workbook", xlsx_bytes([HEADER] + [ROW] * 70), problems.SheetTooManyRows),
]


@pytest.mark.parametrize(("what", "content", "problem"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_is_no_sheet_is_refused_with_what_to_do(what, content, problem):
    with pytest.raises(problem) as refused:
        open_sheet(content, "坏的.csv", limits=ONE_MEGABYTE)
    for language in ("zh-Hans", "en"):
        said = problem_text(refused.value, language)
        assert "坏的.csv" in said["what"]
        assert said["why"]
        assert said["do"]


NEVER_CLOSED = [
    # the row with the mark and what follows; the column and line that are named, and how many lines are not in
    ('3,2019-01-02,"坏\n4,2019-01-03,丢\n5,2019-01-04,丢\n', "内容", 4, 3),
    ('3,2019-01-02,"坏\n4,2019-01-03,""丢""\n', "内容", 4, 2),
    ('3,2019-01-02,"坏', "内容", 4, 1),
    ('"3,2019-01-02,坏\n4,2019-01-03,丢\n', "编号", 4, 2),
    ('3,"2019-01-02\n上午","坏,了\n4,2019-01-03,丢', "内容", 5, 2),
    ('3,2019-01-02,好,"多\n4,2019-01-03,丢\n', "D", 4, 2),
]


@pytest.mark.parametrize(("rest", "column", "line", "count"), NEVER_CLOSED)
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_mark_that_is_never_closed_takes_only_the_rows_after_it(rest, column, line, count, ending):
    content = '编号,时间,内容\n1,2019-01-01,好\n2,2019-01-01,"好，""一网""" \n'.replace(" ", "") + rest
    *good, last = open_sheet(content.replace("\n", ending).encode()).rows
    assert [(row.cells[0], row.problem) for row in good] == [("1", None), ("2", None)]
    assert last.number == 4
    assert isinstance(last.problem, problems.QuoteOpen)
    assert last.problem.parameters == {"column": column, "line": line, "count": count}


CONTENTS = st.one_of(st.binary(max_size=300), st.text(max_size=200).map(str.encode))
STARTS = st.sampled_from([b"", b"PK\x03\x04", b"\x1f\x8b", b"\xff\xfe"])


@settings(max_examples=200, deadline=None)
@given(CONTENTS, STARTS)
def test_any_bytes_are_a_sheet_or_a_refusal(content, start):
    try:
        sheet = open_sheet(start + content, "x")
    except Problem as problem:
        assert problem_text(problem)["do"]  # noqa: PT017
    else:
        assert sheet.header


@settings(max_examples=300, deadline=None)
@given(st.text('",;\n\r a1', max_size=40))
def test_any_quotation_marks_leave_every_line_in_a_row_or_a_refusal(text):
    content = f"编号,时间,内容\n1,2019-01-01,好\n{text}\n9,2019-01-09,末"
    sheet = open_sheet(content.encode())
    assert sheet.rows[0].cells == ("1", "2019-01-01", "好")
    assert all(one.last_line < other.first_line for one, other in pairwise(sheet.rows))
    assert sheet.rows[-1].last_line == sum(1 for _ in io.StringIO(content, newline=""))
    assert all(row.problem is None or problem_text(row.problem)["do"] for row in sheet.rows)


LINE = "{},2019-01-0{},{},,,,\n"
HEAD = ",".join(HEADER) + "\n"

STRAY = [
    # what stands in the file, the rows that can be read, and the refused rows with their lines
    ("a mark that another row closes at its end", [(1, '"坏'), (2, "丢"), (3, '好"')], ["9"], {2: "2–4"}),
    ("words after the closing mark", [(1, '"坏"的'), (2, "好")], ["2", "9"], {2: "2"}),
    ("a mark that a quoted text closes", [(1, '"坏'), (2, "丢"), (3, '"好，"')], ["9"], {2: "2–4"}),
    ("a text of several lines", [(1, '"一\n二，二\n三, 3"'), (2, "好")], ["1", "2", "9"], {}),
    ("a mark within words", [(1, '12"管子'), (2, '屏幕 7"')], ["1", "2", "9"], {}),
    ("a row with more cells than the header", [(1, '"坏'), (2, "丢,了"), (3, '好"')], ["9"], {2: "2–4"}),
    ("commas in the last line of a text", [(1, '"一\n二, 三, 四, 五"')], ["1", "9"], {}),
    ("commas in a line within a text", [(1, '"一\n二, 三, 四, 五, 六, 七, 八\n九"')], ["1", "9"], {}),
    ("as many commas as columns in the last line", [(1, '"一\n二, 三, 四"')], ["1", "9"], {}),
    ("a doubled mark", [(1, '"叫""一网""的"')], ["1", "9"], {}),
    ("more lines than a message", [(1, '"一' + "\n字" * 200 + '"'), (2, "好")], ["2", "9"], {2: "2–202"}),
    ("as many lines as a message may have", [(1, '"一' + "\n字" * 199 + '"')], ["1", "9"], {}),
]


@pytest.mark.parametrize(("what", "texts", "read", "refused"), STRAY, ids=[row[0] for row in STRAY])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_stray_quotation_mark_swallows_no_row_in_silence(what, texts, read, refused, ending):
    rows = [LINE.format(number, number, text) for number, text in [*texts, (9, "末")]]
    sheet = open_sheet((HEAD + "".join(rows)).replace("\n", ending).encode())
    assert [row.cells[0] for row in sheet.rows if row.problem is None] == read
    assert {row.number: row.problem.parameters["lines"] for row in sheet.rows if row.problem} == refused
    assert sheet.rows[-1].last_line == (HEAD + "".join(rows)).count("\n")


WELL_MARKED = [
    # the header, and one row of several lines in which every quotation mark has its pair
    ("编号,时间,内容,答复时间,答复", '1,2019-04-01,"北路口\n路灯坏了,很黑,求修",2019-04-02 10:00:00,"您好，\n已修好"'),
    ("编号,内容,时间,答复", '1,"北路口\n水管,坏了",2019-04-01 09:00:00,已修'),
    ("编号,内容,时间,答复", '1,"北路口，\n2019-04-01,水管,坏了",2019-04-01 09:00:00,已修'),
    ("编号,时间,内容", '1,2019-04-01,"报过：\n2019-03-01,报过,没人来\n再报一次"'),
    ("编号,时间,内容", '1,2019-04-01,"报过：\n2019-03-01,报过,没人来"'),
    ("编号,时间,内容", '1,2019-04-01,"报过：\n7,2019-03-01,没人来\n再报一次"'),
    ("编号,时间,内容,答复", '1,2019-04-01,"水,电\n2,2019-03-01,没人来,急\n请快",已修'),
    ("编号,内容,时间", '1,"水坏了\n2019-03-01,报过,没人来\n急",2019-04-01'),
    ("编号,内容,时间", '1,"水坏了\n两次,没人来",2019-04-01'),
    ("编号,内容,时间", '1,"水坏了,\n3次，2,没人来",2019-04-01'),
]


@pytest.mark.parametrize(("header", "row"), WELL_MARKED)
def test_a_row_whose_marks_pair_is_read_though_its_words_hold_commas(header, row):
    sheet = open_sheet(f"{header}\n{row}\n".encode())
    assert [(one.cells[0], one.problem) for one in sheet.rows] == [("1", None)]


@pytest.mark.parametrize("between", ["", "2,丢,2019-04-02,\n"])
def test_where_the_date_comes_after_the_text_a_swallowed_row_is_found_by_its_number(between):
    content = f'编号,内容,时间,答复\n1,"坏,2019-04-01,\n{between}3,好",2019-04-03,\n9,末,2019-04-04,\n'
    sheet = open_sheet(content.encode())
    assert [one.cells[0] for one in sheet.rows if one.problem is None] == ["9"]


def test_a_cell_made_to_hold_the_reader_is_passed_over() -> None:
    """Brackets that are never closed took a time that grew with the square of their number: 40,000 of them a minute."""
    began = time.process_time()
    assert columns.known_names(["(" * 400_000, "（" * 400_000, "工单编号（必填）"]) == 1
    assert time.process_time() - began < 1
