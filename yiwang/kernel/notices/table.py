"""What of the journal somebody should hear: an open table (verb → kind, audience). The kernel knows none of its rows.

Each module above declares its own in its `notices.py`, read when its application starts: the kinds, who hears of which
verb, and which verbs show that a notice has been seen to, so that the bell counts only what still waits.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from yiwang.kernel.journal.queries import Placed
from yiwang.kernel.notices.rules import News

Audience = Callable[[Placed], Iterable[News]]
"""Whom an entry is news for. It may ask queries; it decides nothing and writes nothing."""


@dataclass(frozen=True, slots=True)
class Row:
    """An entry with this verb makes notices of this kind."""

    verb: str
    kind: str
    audience: Audience


KINDS: list[str] = []
"""Every kind that a module declared, in order. Its word is `notice.kind.<kind>`."""
ROWS: dict[str, list[Row]] = {}
SETTLES: dict[str, frozenset[str]] = {}
"""By verb: the kinds of notices about the same thing that wait for nothing any more."""


Names = Callable[[Iterable[UUID]], Mapping[UUID, str]]
NAMES: dict[str, Names] = {}
"""By kind of thing: what it is called outside the house, such as a case's number; never anybody's words."""


def declare(
    kinds: Iterable[str],
    rows: Iterable[Row],
    settles: Mapping[str, Iterable[str]],
    names: Mapping[str, Names] | None = None,
) -> None:
    """Add a module's kinds and rows. A kind that another module has is a programmer's mistake; declaring again is none."""
    mine, given = tuple(kinds), tuple(rows)
    if given and all(row in ROWS.get(row.verb, ()) for row in given):
        return
    for kind in mine:
        assert kind not in KINDS, f"two modules have a kind of notice called {kind!r}"  # noqa: S101
    KINDS.extend(mine)
    for row in given:
        assert row.kind in KINDS, f"{row.verb} makes a notice of a kind that nobody declared: {row.kind!r}"  # noqa: S101
        ROWS.setdefault(row.verb, []).append(row)
    NAMES.update(names or {})
    for verb, seen_to in settles.items():
        SETTLES[verb] = SETTLES.get(verb, frozenset()) | frozenset(seen_to)
