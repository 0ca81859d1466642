"""What is written for a spreadsheet is opened as it is, and nothing in it is computed."""

import csv
import io

import pytest

from yiwang.kernel.sheets.writing import as_csv


def test_a_text_that_a_spreadsheet_would_compute_is_a_text_and_what_is_missing_is_empty():
    rows = [{"a": '=HYPERLINK("x")', "b": -3, "c": "多行\n，逗号"}, {"a": "-", "b": None, "c": True}]
    text = as_csv(("a", "b", "c"), rows)
    assert text.startswith("\ufeff")
    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert read == [["a", "b", "c"], ['\'=HYPERLINK("x")', "-3", "多行\n，逗号"], ["-", "", "true"]]


@pytest.mark.parametrize("sign", ["\n=", "\uff1d", "\uff0b", "\uff0d", "\uff20"], ids=ascii)
def test_a_full_width_sign_or_a_new_line_begins_a_formula_too(sign: str):
    text = as_csv(("a",), [{"a": f"{sign}1+1"}]).removeprefix("\ufeff")
    assert list(csv.reader(io.StringIO(text, newline="")))[1] == [f"'{sign}1+1"]
