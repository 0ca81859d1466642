"""Columns are known by the names people use; the town's own choice comes first; what is missing is named."""

import pytest

from yiwang.intake.reports.sheets.columns import NAMES, NEEDED, map_columns, plain
from yiwang.intake.reports.sheets.problems import ColumnFieldUnknown, ColumnMissing, ColumnTwice
from yiwang.kernel.wording import problem_text

HEADERS = [
    # header, what each field is taken from
    (
        "留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间",
        {
            "source_key": "留言编号",
            "reporter": "留言用户",
            "title": "留言主题",
            "happened_at": "留言时间",
            "text": "留言详情",
            "reply": "答复意见",
            "replied_at": "答复时间",
        },
    ),
    (
        "工单编号,来电人,联系电话,来电时间,诉求内容,事发地址,经度,纬度,坐标系",
        {
            "source_key": "工单编号",
            "name": "来电人",
            "phone": "联系电话",
            "happened_at": "来电时间",
            "text": "诉求内容",
            "address": "事发地址",
            "longitude": "经度",
            "latitude": "纬度",
            "datum": "坐标系",
        },
    ),
    ("ID,Created,Content", {"source_key": "ID", "happened_at": "Created", "text": "Content"}),
    (
        "* 编 号（必填）,时间：,　内容 ",
        {"source_key": "* 编 号（必填）", "happened_at": "时间：", "text": "　内容 "},
    ),
]


@pytest.mark.parametrize(("header", "fields"), HEADERS)
def test_usual_names_are_known(header, fields):
    assert map_columns(header.split(",")).remember() == fields


def test_the_more_exact_name_wins_and_the_other_is_said_to_be_ignored():
    mapping = map_columns(["编号", "工单编号", "时间", "来电时间", "内容", "备注"])
    assert mapping.remember() == {"source_key": "工单编号", "happened_at": "来电时间", "text": "内容"}
    assert mapping.ignored == ("编号", "时间", "备注")


def test_the_towns_choice_is_remembered_and_comes_before_the_usual_names():
    header = ["编号", "流水", "时间", "内容", "经过"]
    remembered = map_columns(header, {"source_key": "流水", "text": "经过"}).remember()
    again = map_columns(["经过", "内容", "流水", "时间"], remembered)
    assert again.remember() == {"source_key": "流水", "text": "经过", "happened_at": "时间"}
    assert again.ignored == ("内容",)


def test_a_remembered_column_that_is_gone_falls_back_to_the_usual_names():
    assert map_columns(["编号", "时间", "内容"], {"text": "经过"}).remember()["text"] == "内容"


def test_a_field_that_is_not_to_be_read_stays_unread_until_it_is_chosen_again():
    header = ["编号", "时间", "内容", "电话", "手机"]
    first = map_columns(header, None, {"phone": "", "reply": "", "text": "内容"})
    assert "phone" not in first.columns
    assert first.ignored == ("电话", "手机")
    kept = first.remember()
    assert kept == {"source_key": "编号", "happened_at": "时间", "text": "内容", "phone": ""}  # the sheet has no reply
    assert map_columns(header, kept).remember() == kept
    assert map_columns(header[:3], kept).remember() == kept
    assert map_columns(header, kept, {"text": "内容"}).remember() == kept
    assert map_columns(header, kept, {"phone": "电话"}).remember()["phone"] == "电话"


def test_what_is_needed_cannot_be_left_unread_and_an_unknown_field_is_named():
    with pytest.raises(ColumnMissing):
        map_columns(["编号", "时间", "内容"], None, {"text": ""})
    with pytest.raises(ColumnFieldUnknown):
        map_columns(["编号", "时间", "内容"], None, {"fax": ""})


MISSING = [
    ("时间,内容", "工单编号"),
    ("编号,内容", "来电时间"),
    ("编号,时间", "留言详情"),
    ("甲,乙,丙", "工单编号"),
    ("", "工单编号"),
]


@pytest.mark.parametrize(("header", "named"), MISSING)
def test_a_missing_column_is_named_with_what_is_there(header, named):
    with pytest.raises(ColumnMissing) as refused:
        map_columns(header.split(","))
    said = problem_text(refused.value)
    assert named in said["what"]
    assert header.replace(",", "、") in said["why"]


def test_two_columns_of_one_used_name_are_refused_but_unused_ones_are_not():
    with pytest.raises(ColumnTwice):
        map_columns(["编号", "时间", "内容", "内容"])
    assert map_columns(["编号", "时间", "内容", "备注", "备注"]).ignored == ("备注", "备注")


def test_a_remembered_field_nobody_knows_is_refused():
    with pytest.raises(ColumnFieldUnknown):
        map_columns(["编号", "时间", "内容"], {"score": "内容"})


def test_no_name_means_two_fields():
    names = [plain(name) for alternatives in NAMES.values() for name in alternatives]
    assert len(names) == len(set(names))
    assert set(NEEDED) <= set(NAMES)
