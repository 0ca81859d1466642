import re
from pathlib import Path

import pytest

from yiwang.kernel.sheets.headings import Headings, plain
from yiwang.kernel.sheets.moments import day_given
from yiwang.kernel.sheets.opening import open_sheet
from yiwang.kernel.sheets.problems import DayUnreadable, FileNotThere

WATER = Headings({"nh3n": ("氨氮", "NH3-N"), "cr6": ("铬(六价)",), "at": ("时间",), "moment": ("时间",)})


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("氨氮", "nh3n"),
        ("ＮＨ３－Ｎ（ｍｇ／Ｌ）", "nh3n"),  # a wide keyboard
        ("氨氮 mg·L⁻¹", "nh3n"),
        ("*氨氮（以N计）", "nh3n"),
        ("铬（六价）(mg/L)", "cr6"),
        ("铬", None),  # total chromium is another thing
        ("时间", "at"),  # the first that is called so has the name
        ("日均氨氮", None),
        ("", None),
        (None, None),
    ],
)
def test_a_heading_names_its_column_whatever_unit_remark_and_width(heading, column):
    assert WATER.meaning(heading) == column


def test_what_a_heading_says_besides_the_column_is_passed_over_only_where_it_does_not_name_another():
    mean = re.compile("^日均|^进水")
    known = Headings({"cod": ("COD",), "influent_cod": ("进水COD",)}, besides=mean)
    assert [known.meaning(one) for one in ("日均COD(mg/L)", "进水COD", "出水COD")] == ["cod", "influent_cod", None]


def test_the_header_is_the_row_with_known_headings_and_numbers_are_none():
    assert WATER.known(["氨氮", "NH3-N", "天气", 3, None]) == 2
    text = "某区水质月报,,\n氨氮,时间,天气\n1,2026-11-20,晴\n"
    assert open_sheet(text.encode(), "a.csv", known=WATER.known).header == ("氨氮", "时间", "天气")


def test_names_are_compared_without_dashes_spaces_and_width():
    assert plain(" R－H 01 ") == plain("rh01") == "rh01"


@pytest.mark.parametrize("where", ["nothing.csv", ""], ids=["no file", "a folder"])
def test_a_file_that_is_not_there_is_named(tmp_path, where):
    with pytest.raises(FileNotThere) as refused:
        open_sheet(tmp_path / where, known=WATER.known)
    assert refused.value.parameters == {"file": str(Path(tmp_path) / where)}


def test_a_day_that_a_command_is_given_is_one_or_is_refused_with_an_example():
    assert f"{day_given('2026-03-01', '2026-01-31'):%d.%m.}" == "01.03."
    with pytest.raises(DayUnreadable) as refused:
        day_given("2026-02-30", "2026-01-31")
    assert refused.value.parameters == {"given": "2026-02-30", "example": "2026-01-31"}
