"""What a summary says on paper: lines and tables in which every figure is a link to its rows. The three files are made of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from yiwang.indicators.compiled import PARTS
from yiwang.indicators.rules import FEW, Share
from yiwang.indicators.rules import Shown as Disclosed
from yiwang.kernel import walltime
from yiwang.plan.rules import Colour, Shown
from yiwang.plan.summaries import rules
from yiwang.plan.summaries.facts import FrozenBoard, FrozenIndicator, FrozenItem, FrozenLine, FrozenMonth, FrozenPromise
from yiwang.plan.summaries.queries import Summarised, SummaryCard, Withdrawn
from yiwang.plan.summaries.rules import Tally
from yiwang.web import house
from yiwang.web.board import shown
from yiwang.web.board.shown import said, text
from yiwang.web.components.markup import english

ORDER = (Colour.RED, Colour.AMBER, Colour.GREEN, Colour.GREY)
Number = int | Decimal
UNWRITTEN = dict.fromkeys({*range(32), 0xFFFE, 0xFFFF} - {0x09, 0x0A})
"""Characters that no workbook or document can hold: who pasted one froze it into the summary, and paper leaves it out."""
NOBODY = UUID(int=0)
"""Stands in an address for no committee and for no department yet, as in the cells of indicators."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: words or a number, where it leads, and the tone of a colour (overdue, soon, done, waiting)."""

    text: str
    href: str = ""
    number: Number | None = None
    tone: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.text.translate(UNWRITTEN))


@dataclass(frozen=True, slots=True)
class Table:
    """A table with the share of the width that each column takes. `apart`: long, on a page of its own and folded on the screen."""

    title: str
    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole summary in one language. `at` is the moment of its figures, `name` that of the file."""

    number: str
    title: str
    lines: tuple[str, ...]
    tables: tuple[Table, ...]
    at: datetime
    name: str


def number_of(card: SummaryCard) -> str:
    """`〔2026〕第3期`."""
    return said("board.summaries.number", year=card.year, no=card.no)


def title_of(card: SummaryCard) -> str:
    """What the summary is of, without the town's name."""
    if card.kind == rules.BOARD:
        return said("board.summaries.title-board", year=card.plan_year)
    assert card.month is not None, "the table of a month has a month"  # noqa: S101
    return said("board.summaries.title-month", year=card.month.year, month=card.month.month)


def paper(found: Summarised, base: str) -> Paper:
    """A summary in the page's language. `base`: the address of the town's pages that its links begin with, without a slash."""
    card, fact = found.card, found.fact
    link = _linker(base)
    lines = [
        said("board.summaries.as-of", moment=moment(fact.as_of)),
        said("board.summaries.state", state=said(f"summary.disclosure.{card.disclosure}")),
    ]
    if fact.board:
        more, tables = _board(fact.board, fact.as_of, link, found.withdrawn)
    else:
        assert fact.month is not None, "a summary is of a board or of a month"  # noqa: S101
        more, tables = _month(fact.month, fact.as_of, link)
    lines += [*more, said("board.summaries.links")]
    if house.page(None).demonstration:
        lines.append(said("board.summaries.demonstration"))
    return Paper(
        number=number_of(card),
        title=f"{house.town_name()}{' · ' if english() else ''}{title_of(card)}",
        lines=tuple(lines),
        tables=tuple(tables),
        at=fact.as_of,
        name=f"summary-{card.year}-{card.no}",
    )


def moment(at: datetime) -> str:
    """A moment to the second: `2026年11月26日 14:03:22`."""
    local = walltime.in_town(at)
    return f"{shown.day(local.date())} {local:%H:%M:%S}"


Linker = Callable[..., str]


def _linker(base: str) -> Linker:
    def link(name: str, *args: Any, **query: Any) -> str:
        given = urlencode({key: str(value) for key, value in query.items() if value not in (None, "")})
        return f"{base}{reverse(name, args=args)}{'?' if given else ''}{given}"

    return link


def _counted(value: Number, href: str, tone: str = "") -> Cell:
    plain = f"{value.normalize():f}" if isinstance(value, Decimal) and value else str(int(value))
    whole = int(value) if value == int(value) else value
    return Cell(plain, href, whole, tone if value else "")


# --- the board of a year -----------------------------------------------------------------------------------------------


def _board(
    board: FrozenBoard, at: datetime, link: Linker, withdrawn: Sequence[Withdrawn]
) -> tuple[list[str], list[Table]]:
    lines = []
    if board.judged_on != walltime.town_day(at):
        lines.append(said("board.summaries.judged-on", day=shown.day(board.judged_on)))
    if board.year != board.of_year:
        lines.append(said("board.carried", year=board.year, of_year=board.of_year))
    lines += [said("board.summaries.withdrawn", row=one.row, day=shown.day(one.on), why=one.why) for one in withdrawn]
    gone = {one.row: one for one in withdrawn}
    return lines, [_items(board, at, link), _whose(board, at, link), _values(board, at, link, gone)]


def _items(board: FrozenBoard, at: datetime, link: Linker) -> Table:
    by_item: dict[int, list[FrozenPromise]] = {}
    for one in board.promises:
        by_item.setdefault(one.item, []).append(one)
    rows = [
        (
            Cell(str(item.no) if item.no else "", number=item.no or None),
            _item_name(item, board, link),
            *_tallied(rules.tally(by_item.get(item.no, ())), board, at, link, item=item.no),
        )
        for item in board.items
    ]
    whole = (Cell(""), Cell(said("board.summaries.all")), *_tallied(rules.tally(board.promises), board, at, link))
    heads = ("no", "item", "total", *ORDER, "late")
    return Table(said("board.summaries.items"), _heads(heads), (6, 40, 9, 9, 9, 9, 9, 9), (*rows, whole))


def _item_name(item: FrozenItem, board: FrozenBoard, link: Linker) -> Cell:
    name = item.published if item.published and not english() else text(item.name)
    return Cell(name, link("board:item", board.year, item.no))


def _tallied(tally: Tally, board: FrozenBoard, at: datetime, link: Linker, **narrowed: Any) -> tuple[Cell, ...]:
    def rows(**more: Any) -> str:
        return link("board:promises", board.year, **narrowed, **more, as_of=at.isoformat())

    colours = [_counted(tally.colours[one], rows(colour=one), shown.TONES[one]) for one in ORDER]
    return (_counted(tally.total, rows()), *colours, _counted(tally.late, rows(late=1), "overdue"))


def _whose(board: FrozenBoard, at: datetime, link: Linker) -> Table:
    """What is late or in trouble and whose it is, in the order in which the plan names the departments."""
    rows = [
        (Cell(text(name)), *_tallied(counted, board, at, link, owner=owner))
        for owner, name, counted in rules.whose(board.promises)
    ]
    heads = ("owner", "total", *ORDER, "late")
    return Table(said("board.summaries.whose"), _heads(heads), (46, 9, 9, 9, 9, 9, 9), tuple(rows))


def _values(board: FrozenBoard, at: datetime, link: Linker, gone: Mapping[str, Withdrawn]) -> Table:
    rows = [
        (
            Cell(one.row, link("board:promise", board.year, one.row, as_of=at.isoformat())),
            Cell(text(one.promise)),
            Cell(text(one.owner_name)),
            Cell(shown.goal(one.goal) or said("board.no-goal")),
            _value(one, link("board:promise", board.year, one.row, as_of=at.isoformat()), gone.get(one.row)),
            Cell(shown.day(one.due)),
            Cell(shown.state_word(one.colour, one.days_late), tone=shown.TONES[Colour(one.colour)]),
            Cell(said("board.summaries.late") if one.late else ""),
        )
        for one in board.promises
    ]
    heads = ("row", "promise", "owner", "goal", "value", "due", "state", "late")
    return Table(said("board.summaries.values"), _heads(heads), (6, 28, 14, 10, 16, 13, 8, 5), tuple(rows), apart=True)


def _value(one: FrozenPromise, href: str, gone: Withdrawn | None) -> Cell:
    """A number alone as a number; with its day, or as counts of few cases, as words."""
    if one.shown is None:
        return Cell(said("board.shown.withheld" if one.why == "withheld" else "plan.colour.grey"), href)
    was = one.shown
    shown_then = Shown(was.as_of, was.value, was.done, was.unit, part=was.part, whole=was.whole)
    words = shown.in_words(shown_then, one.goal) or ""
    return Cell(words + said("board.summaries.withdrawn-value", day=shown.day(gone.on)) if gone else words, href)


def _heads(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(
        said(f"plan.colour.{one}") if one in set(Colour) else said(f"board.summaries.head.{one}") for one in names
    )


# --- the table of a month ----------------------------------------------------------------------------------------------


def _month(month: FrozenMonth, at: datetime, link: Linker) -> tuple[list[str], list[Table]]:
    """Months begin with the whole town; departments and committees stand in the town's order, never by value."""
    lines = [
        said("board.summaries.read-to", position=month.read_to),
        said("board.summaries.few", few=FEW),
    ]
    tables = [_lines(month, by, at, link) for by in (rules.TOWN, rules.TEAM, rules.COMMITTEE)]
    return lines, [*tables, _formulas(month.indicators, month.month, at, link)]


def _lines(month: FrozenMonth, by: str, at: datetime, link: Linker) -> Table:
    rows = [
        (Cell(text(one.name)), Cell(text(line.name)), *_sums(one, line, month.month, at, link))
        for one in month.indicators
        for line in one.lines
        if line.by == by
    ]
    heads = ("indicator", by, "numerator", "denominator", "share")
    return Table(
        said(f"board.summaries.by-{by}"), _heads(heads), (34, 26, 12, 12, 16), tuple(rows), apart=by != rules.TOWN
    )


def _sums(one: FrozenIndicator, line: FrozenLine, first: date, at: datetime, link: Linker) -> Sequence[Cell]:
    month = f"{first:%Y-%m}"
    narrowed = {line.by: line.key or NOBODY} if line.by != rules.TOWN else {}
    query = {"from": month, "to": month, **narrowed, "as_of": at.isoformat()}
    behind = {part: link("desk:figure_rows", one.code, part, **query) for part in PARTS}
    share = Share(line.numerator, line.denominator)
    return (
        _counted(line.numerator, behind["numerator"]),
        _counted(line.denominator, behind["denominator"]),
        Cell(_share(share, one), link("desk:figure", one.code, **query)),
    )


def _share(share: Share, one: FrozenIndicator) -> str:
    kind = share.shown()
    if kind is Disclosed.NOTHING:
        return said("board.summaries.nothing", why=text(one.none))
    if kind is Disclosed.COUNTS:
        return said("board.summaries.counts")
    return f"{share.percent}%"


def _formulas(indicators: Iterable[FrozenIndicator], first: date, at: datetime, link: Linker) -> Table:
    month = f"{first:%Y-%m}"
    query = {"from": month, "to": month, "as_of": at.isoformat()}
    rows = [
        (
            Cell(text(one.name), link("desk:figure", one.code, **query)),
            Cell(text(one.formula)),
            Cell(f"{one.version} · {one.hash[:12]}"),
        )
        for one in indicators
    ]
    heads = ("indicator", "formula", "version")
    return Table(said("board.summaries.formulas"), _heads(heads), (28, 48, 24), tuple(rows), apart=True)
