"""`yiwang hotline import` as somebody at the terminal meets it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from yiwang.cases.models import Case
from yiwang.intake.reports import hotline, jobs
from yiwang.intake.reports.models import Report
from yiwang.intake.reports.taking import MESSAGES_TAKEN
from yiwang.kernel import walltime
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.terms import Actor, ActorKind, Call
from yiwang.project.command_hotline import app
from yiwang.project.refusal import Refusal

HEADER = "工单编号,来电时间,诉求内容,联系电话\n"

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(tmp_path: Path):
    """Import a sheet; returns what a machine reads of it."""

    def go(content: str, *options: str):
        file = tmp_path / "热线.csv"
        file.write_text(content, encoding="utf-8")
        answer = CliRunner().invoke(app, ["import", str(file), "--json", *options])
        assert answer.exit_code == 0, answer.output
        return json.loads(answer.stdout)

    return go


def test_a_telephone_nobody_can_dial_keeps_no_row_out_and_is_named_with_row_and_column(run):
    contacts = ("无", "13900000001", "12345678", "13900000001/13900000002", "")
    rows = [f"T{n},2019-04-01 09:0{n},路灯不亮,{contact}\n" for n, contact in enumerate(contacts)]
    done = run(HEADER + "".join(rows))
    assert (done["added"], done["refused"]) == (5, [])
    assert [(one["row"], one["column"]) for one in done["warnings"]] == [
        (2, "联系电话"),
        (4, "联系电话"),
        (5, "联系电话"),
    ]
    assert all(one["what"] and one["why"] and one["do"] for one in done["warnings"])
    assert Report.objects.exclude(reporter=None).count() == 2


def test_the_warned_rows_are_printed_too(run, tmp_path):
    run(f"{HEADER}T1,2019-04-01 09:00,路灯不亮,不详\n")
    told = CliRunner().invoke(app, ["import", str(tmp_path / "热线.csv")]).output
    assert "taken with a warning: 1" in told
    assert "第 2 行 “联系电话”" in told


def test_rows_that_a_stray_quotation_mark_joined_are_refused_by_their_lines_and_the_rest_goes_in(run):
    texts = ("路灯不亮", '"井盖松动', "垃圾没人收", '河面有油"', "路面坑洼")
    rows = [f"T{n},2019-04-01 09:0{n},{text},\n" for n, text in enumerate(texts)]
    done = run(HEADER + "".join(rows))
    assert (done["added"], [one["row"] for one in done["refused"]]) == (2, [3])
    assert "第 3–5 行" in done["refused"][0]["what"]
    assert set(Report.objects.values_list("source_key", flat=True)) == {"T0", "T4"}


def test_a_quotation_mark_that_is_never_closed_keeps_only_the_rows_after_it_out_and_the_mended_file_brings_them(run):
    rows = [f"T{n},2019-04-01 09:0{n},{text},\n" for n, text in enumerate(("路灯不亮", "坑", '"井盖松动', "河面有油"))]
    done = run(HEADER + "".join(rows))
    assert (done["added"], [(one["row"], one["column"]) for one in done["refused"]]) == (2, [(4, "诉求内容")])
    assert "第 4 行" in done["refused"][0]["what"]
    assert "2 行" in done["refused"][0]["what"]
    assert "补上或删去引号" in done["refused"][0]["do"]
    mended = run((HEADER + "".join(rows)).replace('"', ""))
    assert (mended["added"], mended["known"], mended["refused"]) == (2, 2, [])


def test_a_text_whose_marks_pair_goes_in_though_a_line_of_it_holds_a_date_and_the_commas_of_a_row(run):
    text = '"报过三次：\n2019-03-01,报过,没人来,急\n3,2019-03-02 08:00,没人来,急\n请快"'
    done = run(f"{HEADER}T1,2019-04-01 09:00,{text},\n")
    assert (done["added"], done["refused"]) == (1, [])


def test_a_later_sheet_brings_the_reply_and_no_other_text(run):
    header = "工单编号,来电时间,诉求内容,答复意见,答复时间\n"
    run(header + "T1,2019-04-01 09:00,路灯不亮,,\n")
    done = run(header + "T1,2019-04-01 09:00,路灯不亮,已修好,2019-04-02\n")
    assert (done["added"], done["known"], done["replied"]) == (0, 1, 1)
    done = run(header + "T1,2019-04-01 09:00,井盖松动,,\n")
    assert (done["known"], [(one["row"], one["column"]) for one in done["refused"]]) == (0, [(2, "工单编号")])
    assert Report.objects.get().number in done["refused"][0]["what"]


def test_a_number_that_a_spreadsheet_has_rounded_is_refused_with_how_to_keep_it_whole(run):
    done = run(HEADER + "2.02E+17,2019-04-01 09:00,路灯不亮,\n2.02E+17,2019-04-01 10:00,井盖松动,\nT3,2019-04-01,坑,\n")
    assert (done["added"], [(one["row"], one["column"]) for one in done["refused"]]) == (
        1,
        [(2, "工单编号"), (3, "工单编号")],
    )
    assert all("2.02E+17" in one["what"] and "文本" in one["do"] for one in done["refused"])


PLACED = "工单编号,来电时间,诉求内容,经度,纬度\nT{0},2019-04-01 09:00,路灯不亮,121.37,31.80\n"


def test_coordinates_of_which_nobody_says_the_datum_are_refused_until_it_is_said_and_then_remembered(run, tmp_path):
    file = tmp_path / "点.csv"
    file.write_text(PLACED.format(1), encoding="utf-8")
    refused = CliRunner().invoke(app, ["import", str(file)])
    assert isinstance(refused.exception, Refusal)
    assert "--datum" in str(refused.exception)
    unknown = CliRunner().invoke(app, ["import", str(file), "--datum", "北京54"])
    assert "北京54" in str(unknown.exception)
    assert not Report.objects.exists()
    assert run(PLACED.format(1), "--datum", "gcj02")["added"] == 1
    assert run(PLACED.format(2))["added"] == 1
    assert run(PLACED.format(3), "--datum", "wgs84")["added"] == 1
    shifted, remembered, plain = Case.objects.order_by("opened_at", "number").values_list("longitude", flat=True)
    assert shifted == remembered == pytest.approx(121.3655, abs=0.0005)
    assert plain == pytest.approx(121.37)
    assert replay().differences == ()


def test_a_column_that_is_not_to_be_read_is_not_read_the_next_time_either(run):
    rows = "T{},2019-04-01 09:00,路灯不亮,13900000001\n"
    assert "phone" in run(HEADER + rows.format(1))["columns"]
    for options in (("--column", "phone="), ()):
        done = run(HEADER + rows.format(2 + len(options)), *options)
        assert (done["added"], done["columns"]["phone"]) == (1, "")
        assert done["ignored_columns"] == ["联系电话"]
    assert Report.objects.exclude(reporter=None).count() == 1


def test_what_the_worker_of_a_running_town_reads_meanwhile_counts_as_read(tmp_path):
    call = Call(Actor(ActorKind.SYSTEM), walltime.now(), door="command")
    heard: list[tuple[int, int]] = []

    def worker_beside(what: str, done: int, total: int) -> None:
        if what == MESSAGES_TAKEN and done == total:
            jobs.sweep_unread(walltime.now())
        if what == "reading messages":
            heard.append((done, total))

    sheet = f"{HEADER}T1,2019-04-01 09:00,路灯不亮,\nT2,2019-04-01 09:01,井盖松动,\n".encode()
    done = hotline.import_sheet(sheet, "热线.csv", call=call, progress=worker_beside)
    assert (done.added, done.read, heard[-1]) == (2, 2, (2, 2))
