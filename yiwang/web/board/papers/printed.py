"""A summary as a PDF that any reader shows alike: its type lies within the file, and figures are links."""

import io
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import LongTable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, TableStyle

from yiwang.web.board.papers.content import Cell, Paper, Table

FONTS = Path(__file__).parent / "fonts"
LAST_RESORT = "STSong-Light"
"""A font that lies in no file: the reader's own Song type, for the rare character that ours do not have."""
MARGIN = 14 * mm
INK, SOFT, LINE, LINK = HexColor("#16201d"), HexColor("#414b47"), HexColor("#cbd3d0"), "#0a534e"
TONES = {"overdue": "#8f1616", "soon": "#6b3f00", "done": "#0f4a26"}
GROUND = HexColor("#f4f6f5")


@cache
def _types() -> tuple[tuple[str, frozenset[int]], ...]:
    """Our fonts by name, with the characters each has; asked in this order."""
    pdfmetrics.registerFont(UnicodeCIDFont(LAST_RESORT))
    found = []
    for path in sorted(FONTS.glob("*.ttf")):
        font = TTFont(path.stem, str(path))
        pdfmetrics.registerFont(font)
        found.append((path.stem, frozenset(font.face.charToGlyph)))
    return tuple(found)


def _type_of(character: str) -> str:
    return next((name for name, has in _types() if ord(character) in has), LAST_RESORT)


def marked(text: str) -> str:
    """A text as reportlab's markup, with the font named where it is not the first."""
    first = _types()[0][0]
    runs = ((name, escape("".join(run))) for name, run in groupby(text, _type_of))
    return "".join(run if name == first else f"<font name={quoteattr(name)}>{run}</font>" for name, run in runs)


def made(paper: Paper) -> bytes:
    """The PDF; the same paper gives the same bytes."""
    content = io.BytesIO()
    document = SimpleDocTemplate(
        content,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=f"{paper.title} {paper.number}",
        invariant=1,
        lang="zh-CN",
    )
    body = _style(9, INK)
    story: list[Any] = [
        Paragraph(marked(paper.title), _style(16, INK)),
        Paragraph(marked(paper.number), _style(11, INK)),
    ]
    story += [Paragraph(marked(line), _style(8, SOFT)) for line in paper.lines]
    for table in paper.tables:
        story.append(PageBreak() if table.apart else Spacer(1, 3 * mm))
        story.append(Paragraph(marked(table.title), _style(11, INK)))
        story.append(_table(table, document.width) if table.rows else Paragraph("—", body))
    foot = f"{paper.title} {paper.number}"
    document.build(story, onFirstPage=_foot(foot), onLaterPages=_foot(foot))
    return content.getvalue()


def _style(size: float, ink: Any, side: int = TA_LEFT) -> ParagraphStyle:
    return ParagraphStyle(
        f"s{size}-{side}",
        fontName=_types()[0][0],
        fontSize=size,
        leading=size * 1.4,
        textColor=ink,
        wordWrap="CJK",
        alignment=side,
    )


def _table(table: Table, width: float) -> LongTable:
    small = _style(8, INK)
    heads = [Paragraph(marked(head), small) for head in table.heads]
    figure = _style(8, INK, TA_RIGHT)
    rows = [[Paragraph(_markup(cell), small if cell.number is None else figure) for cell in row] for row in table.rows]
    widths = [width * one / sum(table.widths) for one in table.widths]
    made_table = LongTable([heads, *rows], colWidths=widths, repeatRows=1)
    made_table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, LINE),
                ("BACKGROUND", (0, 0), (-1, 0), GROUND),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
                ("LEFTPADDING", (0, 0), (-1, -1), 3),
                ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return made_table


def _markup(cell: Cell) -> str:
    text = marked(cell.text)
    if cell.href:
        return f"<a href={quoteattr(cell.href)} color={quoteattr(TONES.get(cell.tone, LINK))}>{text}</a>"
    return f"<font color={quoteattr(TONES[cell.tone])}>{text}</font>" if cell.tone in TONES else text


def _foot(text: str) -> Any:
    def draw(canvas: Any, document: Any) -> None:
        paragraph = Paragraph(marked(f"{text} · {document.page}"), _style(7, SOFT))
        paragraph.wrapOn(canvas, document.width, MARGIN)
        paragraph.drawOn(canvas, document.leftMargin, MARGIN / 2)

    return draw
