"""A summary as a document for word processors: its tables one after the other, figures as links."""

import io
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from yiwang.web.board.papers.content import Cell, Paper, Table
from yiwang.web.board.papers.settled import settled

A4 = (Mm(297), Mm(210))
MARGIN = Mm(15)
TYPE, LATIN = "宋体", "Times New Roman"
INK = {"overdue": RGBColor(0x8F, 0x16, 0x16), "soon": RGBColor(0x6B, 0x3F, 0x00), "done": RGBColor(0x0F, 0x4A, 0x26)}
LINK = RGBColor(0x0A, 0x53, 0x4E)


def made(paper: Paper) -> bytes:
    """The document; the same paper gives the same bytes."""
    document = docx.Document()
    _page(document)
    document.core_properties.title = f"{paper.title} {paper.number}"
    document.core_properties.author = ""
    document.add_heading(paper.title, level=1)
    document.add_paragraph(paper.number)
    for line in paper.lines:
        document.add_paragraph(line)
    for table in paper.tables:
        document.add_heading(table.title, level=2)
        _table(document, table)
    content = io.BytesIO()
    document.save(content)
    return settled(content.getvalue(), paper.at)


def _page(document: Any) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = A4
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    for name in ("Normal", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name = LATIN
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), TYPE)
    normal = document.styles["Normal"]
    normal.font.size = Pt(9)
    normal.paragraph_format.space_after = Pt(2)


def _table(document: Any, table: Table) -> None:
    if not table.rows:
        document.add_paragraph("—")
        return
    grid = document.add_table(rows=1 + len(table.rows), cols=len(table.heads))
    grid.style = "Table Grid"
    whole = A4[0] - 2 * MARGIN
    for column, width in zip(grid.columns, table.widths, strict=True):
        column.width = int(whole * width / sum(table.widths))
    lines = list(grid.rows)
    _repeat(lines[0])
    for place, head in zip(lines[0].cells, table.heads, strict=True):
        place.paragraphs[0].add_run(head).bold = True
    for line, row in zip(lines[1:], table.rows, strict=True):
        for place, cell in zip(line.cells, row, strict=True):
            _put(place.paragraphs[0], cell)


def _repeat(line: Any) -> None:
    """Let a table's heads stand again on each page."""
    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    line._tr.get_or_add_trPr().append(head)


def _put(paragraph: Any, cell: Cell) -> None:
    run = paragraph.add_run(cell.text)
    if cell.tone in INK:
        run.font.color.rgb = INK[cell.tone]
        run.bold = True
    if not cell.href:
        return
    run.underline = True
    if cell.tone not in INK:
        run.font.color.rgb = LINK
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(cell.href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    paragraph._p.append(link)
    link.append(run._r)
