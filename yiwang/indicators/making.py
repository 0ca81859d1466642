"""From what registers say to rows of evidence: which groups are touched by an entry, and how each of their things stands. No writes.

A group of which the pack cannot make sense is left out and told in the log: no other figure waits for it.
"""

import logging
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from yiwang.indicators import measured
from yiwang.indicators.measured import DatedRow, Source, Standing
from yiwang.indicators.models import NOBODY, EvidenceMeasured
from yiwang.kernel.journal.queries import Placed
from yiwang.kernel.people import queries as people
from yiwang.kernel.places import queries as places
from yiwang.kernel.terms import Actor, Point
from yiwang.kernel.walltime import day_begins
from yiwang.registers import law as registers_law
from yiwang.registers import queries as registers
from yiwang.registers.facts import RowEnded, RowsEntered

log = logging.getLogger("yiwang.indicators")


def registered() -> dict[str, Source]:
    """The sources that count what registers say, by name."""
    return {name: one for name, one in measured.known().items() if isinstance(one, Source)}


def touched(actor: Actor, batch: Iterable[Placed]) -> dict[str, set[str]]:
    """By source, the groups of which these entries say something."""
    found: dict[str, set[str]] = {}
    for placed in batch:
        fact = placed.fact
        if isinstance(fact, RowsEntered | RowEnded):
            for name, source in registered().items():
                if by := source.group_by.get(fact.register):
                    found.setdefault(name, set()).update(_groups(actor, fact, by))
    return {name: groups for name, groups in found.items() if groups}


def _groups(actor: Actor, fact: RowsEntered | RowEnded, by: str) -> Iterator[str]:
    rows: Iterable[Any] = (
        fact.rows if isinstance(fact, RowsEntered) else registers.history(actor, fact.register, fact.key)
    )
    return (str(row.values[by]) for row in rows if by in row.values)


def of_groups(actor: Actor, name: str, groups: Collection[str] | None, today: date) -> Iterator[EvidenceMeasured]:
    """The rows of evidence of these groups of a source (None: of all), as of a day: what is to come is not said yet."""
    source, where = registered()[name], Whereabouts.of_town(actor)
    for group, rows in _rows(actor, source, groups).items():
        try:
            standings = list(source.standings(rows, today))
        except Exception:
            log.exception("source %s cannot count its group %s; it is left out", name, group)
            continue
        for one in standings:
            if one.since <= today:
                yield row_of(name, group, one, today, where)


def _rows(actor: Actor, source: Source, groups: Collection[str] | None) -> dict[str, dict[str, list[DatedRow]]]:
    """By group and register the dated rows; of a register that no pack declares any more nothing."""
    found: dict[str, dict[str, list[DatedRow]]] = {}
    for register, by in source.group_by.items():
        if register not in registers_law.catalogue().by_code:
            continue
        for group, views in registers.dated(actor, register, by, groups).items():
            found.setdefault(group, {})[register] = [
                DatedRow(register, one.key, one.valid_from, one.valid_to, one.values, one.entry) for one in views
            ]
    return found


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The departments by code, and the committee of a point."""

    actor: Actor
    teams: dict[str, UUID]
    seen: dict[tuple[float, float], UUID] = field(default_factory=dict)

    @classmethod
    def of_town(cls, actor: Actor) -> "Whereabouts":
        return cls(actor, {card.code: card.team_id for card in people.teams(actor)})

    def committee(self, point: tuple[float, float] | None) -> UUID:
        """NOBODY where there is no point, or no committee there. Each point is looked up once: a station has many days."""
        if point is None:
            return NOBODY
        if point not in self.seen:
            self.seen[point] = places.locate(self.actor, Point(*point)).committee_id or NOBODY
        return self.seen[point]


def row_of(source: str, group: str, one: Standing, today: date, where: Whereabouts) -> EvidenceMeasured:
    """A standing as a row of evidence, as of a day: what ends later has not ended yet."""
    until = one.until if one.until and one.until <= today else None
    return EvidenceMeasured(
        thing=uuid5(NAMESPACE_OID, f"{source} {one.ref}"),
        source=source,
        ref=one.ref,
        group=group,
        since=day_begins(one.since),
        until=day_begins(until) if until else None,
        month=one.month,
        committee=where.committee(one.point),
        team=where.teams.get(one.team, NOBODY),
        holds=sorted(one.holds),
        name=dict(one.name),
        opens=[["register", row.register, row.key] for row in one.rows],
        entries=sorted({row.entry for row in one.rows}),
    )


def said(row: EvidenceMeasured) -> tuple[Any, ...]:
    """All that a row of evidence says, to be compared with another."""
    return (
        row.source, row.ref, row.since, row.until is not None, row.until or row.since, row.group, row.month, str(row.committee),
        str(row.team), tuple(row.holds), tuple(sorted(row.name.items())), tuple(map(tuple, row.opens)), tuple(row.entries),
    )  # fmt: skip
