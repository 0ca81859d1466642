"""What a published plan holds, as it stands in the text: every part knows where it begins and ends. Pure.

Positions are characters of the text as given: `text[part.start:part.end] == part.quote` for every part with a quote.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the plan, exactly."""

    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that is promised. `value` in `unit` as written (3.2 亿元); `comparator` is >=, <= or =.

    `about` is the clause it stands in, without the figure: what is counted.
    """

    value: Decimal
    unit: str
    comparator: str
    about: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Item:
    """One numbered matter of the plan. `no` as written, empty where the document does not number."""

    no: str
    title: str
    start: int
    end: int
    sentences: tuple[Quote, ...]
    commitments: tuple[Quote, ...]
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter and its items. `no` as written (一, 二 …), empty where the document has none."""

    no: str
    title: str
    start: int
    items: tuple[Item, ...]


REASONS = ("page", "before", "past", "cut")
"""Why something was not read as a promise: it belongs to the page around the text; it stands before the first chapter; the chapter
tells what was done the year before; the text breaks off there. The words are in texts under `plan.unread`."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that was left out of the plan, and why: one of REASONS."""

    why: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PlanDocument:
    """A plan as published: what it says about itself, what it says first, its chapters, and what was not read."""

    title: str
    metadata: tuple[tuple[str, str], ...]
    preamble: tuple[Quote, ...]
    chapters: tuple[Chapter, ...]
    unread: tuple[Unread, ...]

    def items(self) -> Iterator[Item]:
        """All items in the order of the text."""
        for chapter in self.chapters:
            yield from chapter.items
