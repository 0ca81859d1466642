"""What is written for a spreadsheet is opened as it is, and nothing in it is computed."""

import csv
import io

from yiwang.kernel.sheets.writing import as_csv


def test_a_text_that_a_spreadsheet_would_compute_is_a_text_and_what_is_missing_is_empty():
    rows = [{"a": '=HYPERLINK("x")', "b": -3, "c": "多行\n，逗号"}, {"a": "-", "b": None, "c": True}]
    text = as_csv(("a", "b", "c"), rows)
    assert text.startswith("\ufeff")
    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert read == [["a", "b", "c"], ['\'=HYPERLINK("x")', "-3", "多行\n，逗号"], ["-", "", "true"]]
