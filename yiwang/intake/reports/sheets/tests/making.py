"""Sheets for the tests beside this file; people in them are invented."""

import csv
import io
from datetime import datetime
from typing import Any

import openpyxl

from yiwang.kernel.walltime import TOWN_ZONE

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=TOWN_ZONE)
HEADER = ["编号", "来电时间", "内容", "答复意见", "答复时间", "经度", "纬度"]
ROW = ["1", "2019/4/25 9:32:09", "桥头有垃圾", "", "", "", ""]


def csv_bytes(rows: list[list[Any]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return file.getvalue().encode(encoding)


def xlsx_bytes(rows: list[list[Any]], title: str = "工单", more: dict[str, list[list[Any]]] | None = None) -> bytes:
    book = openpyxl.Workbook()
    for name, content in {title: rows, **(more or {})}.items():
        sheet = book.create_sheet(name)
        for row in content:
            sheet.append(row)
    book.remove(book.worksheets[0])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def row_with(**changes: Any) -> list[Any]:
    """ROW with some cells changed, by the header's names."""
    return [changes.get(name, cell) for name, cell in zip(HEADER, ROW, strict=True)]
