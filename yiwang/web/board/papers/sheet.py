"""A summary as a workbook: one sheet for each table, figures as numbers that are links."""

import io

import openpyxl
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from yiwang.web.board.papers.content import Cell, Paper, Table
from yiwang.web.board.papers.settled import settled

WIDTH = 1.1
"""Characters of a sheet's column for a hundredth of the paper's width."""
LEAST_WIDTH = 8
LONGEST_TITLE = 31
LINKED = Font(color="0A534E", underline="single")
BOLD = Font(bold=True)


def made(paper: Paper) -> bytes:
    """The workbook; the same paper gives the same bytes."""
    book = openpyxl.Workbook()
    first = book.active
    for at, table in enumerate(paper.tables):
        page = first if at == 0 else book.create_sheet()
        page.title = table.title[:LONGEST_TITLE]
        _fill(page, paper, table)
    book.properties.title = f"{paper.title} {paper.number}"
    book.properties.creator = ""
    content = io.BytesIO()
    book.save(content)
    return settled(content.getvalue(), paper.at)


def _fill(page: Worksheet, paper: Paper, table: Table) -> None:
    page.append([f"{paper.title} {paper.number}"])
    page["A1"].font = Font(bold=True, size=14)
    for line in paper.lines:
        page.append([line])
    page.append([])
    page.append(list(table.heads))
    head = page.max_row
    for one in page[head]:
        one.font = BOLD
    for at, row in enumerate(table.rows, head + 1):
        for column, cell in enumerate(row, 1):
            _put(page, at, column, cell)
    for column, width in enumerate(table.widths, 1):
        page.column_dimensions[get_column_letter(column)].width = max(LEAST_WIDTH, width * WIDTH)
    page.freeze_panes = f"A{head + 1}"
    page.print_title_rows = f"{head}:{head}"
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _put(page: Worksheet, at: int, column: int, cell: Cell) -> None:
    place = page.cell(row=at, column=column)
    if cell.number is not None:
        place.value = cell.number
    else:
        place.value = cell.text
        place.data_type = "s"  # "= 0 个" is words, and no formula
        place.alignment = Alignment(wrap_text=True, vertical="top")
    if cell.href:
        place.hyperlink = cell.href
        place.font = LINKED
