"""Has anything on the board changed? A short answer for pages that stand open, worked out once for all of them."""

import hashlib
from datetime import date
from typing import Any

from yiwang.indicators import standing
from yiwang.kernel.terms import Actor
from yiwang.plan import queries as plans

_known: dict[tuple[int, bool], tuple[tuple[Any, ...], str]] = {}
"""By year, and whether for those who read live figures as they are: what the board was read from last in this process, and what it
said then."""


def of(actor: Actor, year: int, today: date) -> str:
    """A text that is another one when anything on the year's board is: a state, a figure, evidence, words. Raises NotFound."""
    source = plans.read_from(actor, year, today)
    readers = (year, standing.inside(actor))
    known = _known.get(readers)
    if known is None or known[0] != source:
        known = _known[readers] = (source, _digest(actor, year, today, source))
    return known[1]


def _digest(actor: Actor, year: int, today: date, source: tuple[Any, ...]) -> str:
    """Of what the board says, and of what changed words, evidence and supervision; that the journal went on is nothing to show."""
    standings = [
        (one.promise.row, one.judgement, one.shown) for item in plans.board(actor, year, today) for one in item.promises
    ]
    return hashlib.sha256(repr((source[:4], standings)).encode()).hexdigest()[:16]
