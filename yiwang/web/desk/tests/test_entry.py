"""Entering a call, read while it is typed; and sheets of the hotline with good and bad rows."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from PIL import Image

from yiwang.cases import queries as cases
from yiwang.cases.queries import ListFilter
from yiwang.intake.reports import handed_in, jobs
from yiwang.intake.reports import queries as reports
from yiwang.intake.reports.models import Report, ReportAdvice
from yiwang.intake.reports.sheets.columns import NAMES
from yiwang.kernel import walltime
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.places import steps as places
from yiwang.kernel.places.rules import Draft, Kind
from yiwang.kernel.terms import Call
from yiwang.web.desk.tests.conftest import SYSTEM

HEADER = ("工单编号", "来电时间", "诉求内容", "联系电话", "答复意见", "答复时间")


def _rows(states=()):
    return cases.work_list(SYSTEM, ListFilter(states=states), size=200).rows


def test_what_is_typed_is_read_with_reason_and_probability(town):
    town.report("新海一村3号楼前的路灯不亮，已经一个星期了")
    page = (
        town.client("operator")
        .post("/desk/new/read", {"text": "新海一村3号楼前路灯不亮一个星期了", "channel": "desk"})
        .content.decode()
    )
    assert "路灯不亮" in page
    assert re.search(r"<b>\d+%</b>", page)
    assert "文中说到" in page
    assert "水电气协调办公室" in page
    assert "可能已有人反映" in page


def test_class_department_place_and_duplicates_each_have_reason_measure_and_key(town):
    river = Draft(Kind.RIVER, "R1", "新海河", "LINESTRING (121.361 31.805, 121.379 31.805)", "LineString")
    places.register_place(river, call=Call(SYSTEM, walltime.now(), "test"))
    town.report("新海河桥头的路灯不亮，已经一个星期了")
    answer = town.client("operator").post("/desk/new/read", {"text": "新海河桥头路灯不亮一个星期了", "channel": "desk"})
    page = answer.content.decode()
    department = page.split("通常承办", 1)[1].split("</div>", 1)[0]
    assert re.search(r'data-alt="7".*水电气协调办公室 <b>\d+%</b>.*由它主办', department, re.DOTALL)
    place = page.split('data-take="place"', 1)[1].split("</button>", 1)[0]
    assert re.search(r'data-alt="4".*吻合 \d+%.*文中', place, re.DOTALL)
    earlier = page.split("可能已有人反映", 1)[1]
    assert re.search(r'href="/desk/cases/[^"]+"[^>]* data-alt="8".*\d+%.*文字相似', earlier, re.DOTALL)
    waiting = _rows(("gathered",))[0]
    case = town.client("operator").get(f"/desk/cases/{waiting.number}").content.decode()
    assert re.search(r'data-key="0".*水电气协调办公室 <b>\d+%</b>', case, re.DOTALL)


@pytest.mark.parametrize(
    ("text", "code"), [("楼道灯坏了", "H-10-01"), ("电梯停了三天", "H-10-01"), ("停电一天", "H-13-02")]
)
def test_a_plain_sentence_of_a_known_matter_gets_its_class(town, text, code):
    page = town.client("operator").post("/desk/new/read", {"text": text, "channel": "desk"}).content.decode()
    assert re.search(r'data-take="type_code" data-value="([^"]+)" data-alt="1"', page).group(1) == code


@pytest.mark.parametrize(
    ("probabilities", "offered", "folded", "filled"),
    [
        ((0.9, 0.05, 0.01), ["E-01-01"], ["E-01-02"], "E-01-01"),
        ((0.39, 0.3, 0.2), [], ["E-01-01", "E-01-02", "C-01-02"], ""),
        ((0.5, 0.4, 0.1), ["E-01-01", "E-01-02"], ["C-01-02"], "E-01-01"),
    ],
)
def test_what_is_only_a_guess_is_folded_away_without_a_key_and_never_filled_in(
    town, probabilities, offered, folded, filled
):
    case_id = town.report()
    advice = ReportAdvice.objects.get(report__case=case_id)
    reason = {"key": "reading.class.weak", "parameters": []}
    codes = ("E-01-01", "E-01-02", "C-01-02")
    advice.types = [
        {"code": code, "probability": chance, "reason": reason}
        for code, chance in zip(codes, probabilities, strict=True)
    ]
    advice.top_code, advice.top_probability = codes[0], probabilities[0]
    advice.save()
    client = town.client("operator")
    page = client.get(f"/desk/cases/{town.number(case_id)}").content.decode()
    given = re.findall(r'data-take="type_code" data-value="([^"]+)"( data-key)?', page)
    assert [code for code, key in given if key] == offered
    assert [code for code, key in given if not key] == folded
    chosen = re.search(r'<select[^>]*name="type_code".*?</select>', page, re.DOTALL).group()
    assert re.findall(r'<option value="([^"]*)"[^>]* selected', chosen) == ([filled] if filled else [])
    listed = client.get("/desk/cases").content.decode()
    assert ("类别没有把握" in listed) == (not filled)


def test_a_call_is_entered_for_another_person_and_both_can_be_answered(town):
    answer = town.client("operator").post(
        "/desk/new",
        {
            "_key": "k1", "text": "邻居家门口堆满杂物", "channel": "hotline", "source_key": "H-77",
            "name": "张演示", "phone": "199 0000 0004", "for_name": "李演示", "for_phone": "199 0000 0005",
        },
    )  # fmt: skip
    row = _rows()[0]
    assert answer["Location"] == f"/desk/cases/{row.number}?entered=1"
    told = reports.report_of_case(SYSTEM, row.id)
    assert row.state == "gathered"
    assert told.channel == "hotline"
    assert told.reporter != told.on_behalf
    assert None not in (told.reporter, told.on_behalf)


def test_a_call_is_entered_and_accepted_at_once_and_a_repeated_sending_changes_nothing(town):
    form = {
        "_key": "k2",
        "text": "路灯不亮",
        "channel": "desk",
        "type_code": "C-01-02",
        "title": "路灯不亮",
        "accept": "1",
    }
    for _ in range(2):
        assert town.client("operator").post("/desk/new", form).status_code == 302
    assert [str(row.state) for row in _rows()] == ["accepted"]


@pytest.mark.parametrize(
    ("typed", "place", "words"),
    [(" 新海 河", "新海河", "东侧"), ("大树下", None, "大树下，东侧"), ("新海", None, "新海，东侧")],
)
def test_a_place_that_was_typed_and_not_picked_is_that_place_or_words_for_it(town, typed, place, words):
    river = Draft(Kind.RIVER, "R1", "新海河", "LINESTRING (121.361 31.805, 121.379 31.805)", "LineString")
    known = {"新海河": places.register_place(river, call=Call(SYSTEM, walltime.now(), "test")).place_id, None: None}
    given = {"_key": "k", "text": "路灯不亮", "channel": "desk", "place_text": "东侧", "place_search": typed}
    assert town.client("operator").post("/desk/new", given).status_code == 302
    report = Report.objects.select_related("case").get()
    assert (report.case.place_id, report.place_text) == (known[place], words)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"text": "", "channel": "desk"}, "what"),
        ({"text": "路灯", "channel": "desk", "phone": "12"}, "phone"),
        ({"text": "路灯", "channel": "desk", "accept": "1"}, "直接受理要选案件类别。"),
        ({"text": "路灯", "channel": "desk", "for_name": "李演示"}, "代人反映要留当事人的电话"),
        ({"text": "路灯", "channel": "nonsense"}, "请从清单里选一项。"),
    ],
)
def test_what_cannot_be_taken_is_refused_and_stays_on_the_page(town, given, told):
    answer = town.client("operator").post("/desk/new", {"_key": "k", **given, "place_text": "东门外第三棵树"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "东门外第三棵树" in page
    assert 'role="alert"' in page
    if told not in ("what", "phone"):
        assert told in page
    assert not _rows()


def test_a_photo_goes_up_ahead_of_the_form_and_hangs_on_the_case(town):
    photo = io.BytesIO()
    Image.new("RGB", (64, 48), (90, 120, 90)).save(photo, "JPEG")
    client = town.client("operator")
    sent = client.post("/desk/photo", {"file": SimpleUploadedFile("a.jpg", photo.getvalue(), "image/jpeg")})
    assert sent.status_code == 201
    assert client.get(sent.json()["url"]).status_code == 200
    client.post("/desk/new", {"_key": "k", "text": "垃圾", "channel": "desk", "photos": [sent.json()["id"]]})
    number = _rows()[0].number
    page = client.get(f"/desk/cases/{number}").content.decode()
    address = re.search(r'src="(/desk/files/[0-9a-f]{64}/small)"', page).group(1)
    assert client.get(address)["Content-Type"] == "image/jpeg"
    assert town.client("sanitation").get(address).status_code == 404


def test_a_photo_of_a_browser_without_scripts_comes_with_the_form(town, post):
    case_id = town.handling()
    photo = io.BytesIO()
    Image.new("RGB", (64, 48), (90, 120, 90)).save(photo, "JPEG")
    file = SimpleUploadedFile("a.jpg", photo.getvalue(), "image/jpeg")
    assert (
        post(town, "sanitation", case_id, "report_back", outcome="solved", result="已清", photos_files=file).status_code
        == 302
    )
    assert town.state(case_id) == "handled"


def test_what_only_calls_itself_a_photo_is_refused_in_words(town):
    disguised = SimpleUploadedFile("a.jpg", b"<svg onload=alert(1)>", "image/jpeg")
    answer = town.client("operator").post("/desk/photo", {"file": disguised})
    assert answer.status_code in (415, 422)
    assert answer.json()["detail"]


# --- sheets ----------------------------------------------------------------------------------------------------------


def _workbook(*rows) -> SimpleUploadedFile:
    book = Workbook()
    book.active.append(HEADER)
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return SimpleUploadedFile("热线.xlsx", content.getvalue(), "application/octet-stream")


GOOD = ("T1", "2019-04-02 09:10:00", "菜场门口垃圾没人收", "19900000001", None, None)
BAD_TIME = ("T2", "二月三十日", "路灯不亮", None, None, None)
NO_TEXT = ("T3", "2019-04-02 10:00:00", "", None, None, None)


def _imported(client, *rows, **given) -> str:
    """The page on which a sheet's import ends, after the worker did its part."""
    address = client.post("/desk/import", {"sheet": _workbook(*rows)} | given)["Location"]
    handed_in.work_off(walltime.now())
    jobs.sweep_unread(walltime.now())
    return client.get(address).content.decode()


def test_a_sheets_good_rows_go_in_and_bad_ones_are_named_by_row_and_column(town):
    page = _imported(town.client("operator"), GOOD, BAD_TIME, NO_TEXT)
    assert len(_rows()) == 1
    assert re.search(r'data-label="行">3</td><td data-label="列">来电时间', page)
    assert re.search(r'data-label="行">4</td><td data-label="列">诉求内容', page)


def test_the_same_sheet_again_adds_nothing(town):
    client = town.client("operator")
    pages = [_imported(client, GOOD) for _ in range(2)]
    assert len(_rows()) == 1
    assert [re.findall(r'figure-value">(\d+)', page)[:2] for page in pages] == [["1", "0"], ["0", "1"]]


def test_columns_are_shown_before_importing_and_what_was_set_right_is_remembered(town):
    client = town.client("operator")
    shown = client.post("/desk/import/look", {"sheet": _workbook(GOOD)}).content.decode()
    assert '<option value="诉求内容" selected>' in shown
    assert "菜场门口垃圾没人收" in shown
    assert not _rows()
    columns = {"column_source_key": "工单编号", "column_happened_at": "来电时间", "column_text": "诉求内容"}
    _imported(client, GOOD, **columns)
    assert "上次的对应关系已经记住" in client.post("/desk/import/look", {"sheet": _workbook(GOOD)}).content.decode()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\xff\xd8\xff\xe0 a photo", b"a,b\n1,2\n"])
def test_what_is_no_sheet_of_the_hotline_is_refused_with_what_to_do(town, content):
    sheet = SimpleUploadedFile("x.xlsx", content, "application/octet-stream")
    answer = town.client("operator").post("/desk/import", {"sheet": sheet})
    assert answer.status_code in (413, 415, 422)
    assert 'role="alert"' in answer.content.decode()


def test_without_a_file_the_page_says_so(town):
    assert "还没有选文件" in town.client("operator").post("/desk/import", {}).content.decode()


def test_only_those_who_take_messages_may_import(town):
    assert town.client("verifier").get("/desk/import").status_code == 403
    assert town.client("verifier").get("/desk/new").status_code == 403


def test_a_telephone_nobody_can_dial_keeps_no_row_out_and_its_words_are_opened_for_a_purpose_on_record(town):
    client = town.client("operator")
    page = _imported(client, ("T7", "2019-04-02 09:10:00", "路灯不亮", "找门卫转告", None, None))
    assert re.search(r'data-label="行">2</td><td data-label="列">联系电话', page)
    (row,) = _rows()
    shown = client.get(f"/desk/cases/{row.number}").content.decode()
    assert "找门卫转告" not in shown
    assert "本人能看到" not in shown  # nobody is known behind it who could
    report = re.search(r'name="report" value="([0-9a-f-]+)"', shown).group(1)
    asked = {"report": report, "purpose": "call-back", "_key": "look"}
    assert "找门卫转告" in client.post(f"/desk/cases/{row.number}/phone", asked).content.decode()
    assert [one.entry.verb for one in journal.history("report", report)].count("report.contact_opened") == 1
    assert client.post(f"/desk/cases/{row.number}/phone", {**asked, "report": "x"}).status_code == 404
    assert town.client("verifier").post(f"/desk/cases/{row.number}/phone", asked).status_code == 403
    assert 'name="report"' not in town.client("verifier").get(f"/desk/cases/{row.number}").content.decode()


def test_rows_that_a_stray_quotation_mark_joined_are_refused_on_the_page_by_their_lines(town):
    lines = [
        'T0,2019-04-01 09:00,"路灯不亮,',
        "T1,2019-04-01 09:01,井盖松动,",
        'T2,2019-04-01 09:02,河面有油",',
        "T3,2019-04-01,坑,",
    ]
    content = "\n".join(["工单编号,来电时间,诉求内容,联系电话", *lines]).encode()
    page = _imported(town.client("operator"), sheet=SimpleUploadedFile("热线.csv", content, "text/csv"))
    assert "文件第 2–4 行的引号没有配好对" in page
    assert len(_rows()) == 1


def test_a_later_sheet_brings_the_reply_and_the_page_counts_it(town):
    client = town.client("operator")
    _imported(client, GOOD)
    page = _imported(client, (*GOOD[:4], "已清走", "2019-04-03 09:00"))
    assert re.findall(r'figure-value">(\d+)', page)[:4] == ["0", "1", "1", "0"]
    assert "补上了答复" in page
    assert "已清走" in client.get(f"/desk/cases/{_rows()[0].number}").content.decode()
    page = _imported(client, ("T1", "2019-04-02 09:10:00", "路灯不亮", None, None, None))
    assert re.search(r'data-label="行">2</td><td data-label="列">工单编号', page)


def test_a_number_that_a_spreadsheet_has_rounded_is_refused_on_the_page(town):
    page = _imported(town.client("operator"), (2.02e17, *GOOD[1:]), GOOD)
    assert re.search(r'data-label="行">2</td><td data-label="列">工单编号', page)
    assert "设为“文本”" in page
    assert len(_rows()) == 1


PLACED = "工单编号,来电时间,诉求内容,经度,纬度\nT{},2019-04-02,路灯不亮,121.37,31.80\n"


def _placed(number: int) -> dict[str, SimpleUploadedFile]:
    return {"sheet": SimpleUploadedFile("点.csv", PLACED.format(number).encode(), "text/csv")}


def test_coordinates_of_which_nobody_says_the_datum_are_asked_for_and_the_answer_is_remembered(town):
    client = town.client("operator")
    assert "没有说明是哪种坐标系" in client.post("/desk/import/look", _placed(1)).content.decode()
    asked = client.post("/desk/import", _placed(1))
    assert asked.status_code == 422
    assert "没有说明是哪种坐标系" in asked.content.decode()
    assert (
        "坐标系"
        not in client.post("/desk/import/look", {**_placed(1), "datum": "GCJ-02"}).content.decode().split("<h2>")[0]
    )
    _imported(client, **_placed(1), datum="GCJ-02")
    _imported(client, **_placed(2))
    assert client.post("/desk/import", {**_placed(3), "datum": ""}).status_code == 422
    assert [row.point.longitude for row in _rows()] == [pytest.approx(121.3655, abs=0.0005)] * 2
    assert '<option value="GCJ-02" selected>' in client.get("/desk/import").content.decode()


def test_no_such_column_on_the_page_means_that_it_is_not_read_and_is_remembered(town):
    client = town.client("operator")
    shown = client.post("/desk/import/look", {"sheet": _workbook(GOOD)}).content.decode()
    chosen = dict(re.findall(r'name="(column_\w+)"(?:(?!</select>).)*?<option value="([^"]*)" selected', shown, re.S))
    assert chosen["column_phone"] == "联系电话"
    _imported(
        client, GOOD, **{**dict.fromkeys((f"column_{field}" for field in NAMES), ""), **chosen, "column_phone": ""}
    )
    _imported(client, ("T8", *GOOD[1:]))
    assert {told.reporter for row in _rows() for told in reports.reports_of_case(SYSTEM, row.id)} == {None}
    again = client.post("/desk/import/look", {"sheet": _workbook(GOOD)}).content.decode()
    assert '<option value="联系电话" selected>' not in again
    assert '<option value="诉求内容" selected>' in again
    _imported(client, ("T9", *GOOD[1:]), **chosen)
    assert len([one for row in _rows() for one in reports.reports_of_case(SYSTEM, row.id) if one.reporter]) == 1


def test_a_sheet_with_names_nobody_knows_shows_its_columns_to_choose_from_and_then_goes_in(town):
    client = town.client("operator")

    def unusual():
        return SimpleUploadedFile("怪.csv", "单子,什么时候,说的话\nT1,2019-04-01,路上有坑\n".encode(), "text/csv")

    shown = client.post("/desk/import/look", {"sheet": unusual()}).content.decode()
    assert "表里缺少这些列" in shown
    assert all(f'<option value="{name}">' in shown for name in ("单子", "什么时候", "说的话"))
    assert "路上有坑" in shown
    chosen = {"column_source_key": "单子", "column_happened_at": "什么时候", "column_text": "说的话"}
    sent = {
        "sheet": unusual(),
        "columns_for": re.search(r'name="columns_for" value="([^"]+)"', shown).group(1),
        **chosen,
    }
    assert client.post("/desk/import", sent).status_code == 302
    handed_in.work_off(walltime.now())
    assert [row.text for row in _rows()] == ["路上有坑"]


def test_columns_that_were_chosen_for_one_file_say_nothing_of_the_next(town):
    client = town.client("operator")
    short = SimpleUploadedFile("短.csv", "工单编号,来电时间,诉求内容\nT1,2019-04-01,坑\n".encode(), "text/csv")
    shown = client.post("/desk/import/look", {"sheet": short}).content.decode()
    sent = {"columns_for": re.search(r'name="columns_for" value="([^"]+)"', shown).group(1), "column_phone": ""}
    assert (
        'value="联系电话" selected'
        in client.post("/desk/import/look", {"sheet": _workbook(GOOD), **sent}).content.decode()
    )
    _imported(client, GOOD, **sent)
    assert [one.reporter is None for row in _rows() for one in reports.reports_of_case(SYSTEM, row.id)] == [False]
