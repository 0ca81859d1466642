"""Readings are stored: many packets of many stations in one transaction, each value once, and what cannot be used kept apart."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import repeat
from typing import ParamSpec
from uuid import UUID

from yiwang.intake.sensing import rules
from yiwang.intake.sensing.book import Book, Known, book
from yiwang.intake.sensing.facts import ReadingsStored
from yiwang.intake.sensing.received import NORMAL, Instant, Measured, Packet, Run
from yiwang.intake.sensing.steps import rows
from yiwang.intake.sensing.steps.keptapart import Apart, Source, keep_apart
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.people import queries as people
from yiwang.kernel.terms import TOWN_WIDE, Actor, ActorKind, Call

P = ParamSpec("P")


@dataclass(slots=True)
class PacketOutcome:
    """What became of one packet. `apart`: which of its readings were kept apart (by their place in it), and why."""

    stored: int = 0
    repeated: int = 0
    apart: list[tuple[int, str]] = field(default_factory=list)
    known: bool = True
    """Whether it is of an instrument that the town knows."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch. `fact` is None when nothing new was stored; `packets` are in the order in which they came."""

    fact: ReadingsStored | None
    packets: tuple[PacketOutcome, ...]

    @property
    def stored(self) -> int:
        """How many readings are new."""
        return sum(one.stored for one in self.packets)

    @property
    def repeated(self) -> int:
        """How many were here before, or came twice."""
        return sum(one.repeated for one in self.packets)

    @property
    def apart(self) -> int:
        """How many were kept apart."""
        return sum(len(one.apart) for one in self.packets)


def _tried_once_more(store: Callable[P, Outcome]) -> Callable[P, Outcome]:
    """Tried once more where a month was archived after the stations were looked up: then it is known."""

    @functools.wraps(store)
    def run(*args: P.args, **kwargs: P.kwargs) -> Outcome:
        try:
            return store(*args, **kwargs)
        except rows.MonthGone:
            if permission.inside_step():  # which shares the transaction that this has ended
                raise
            kwargs["stations"] = None
            return store(*args, **kwargs)

    return run


@_tried_once_more
@step("reading.store")
def store(door: str, packets: Sequence[Packet], *, stations: Book | None = None, call: Call) -> Outcome:
    """Store what a door received: all of it or, when this raises, nothing. When its transaction is committed, the door may acknowledge.

    A reading that is here already counts as repeated. One that cannot be used is kept apart with its packet, and so is another value
    for a moment that has one: the first stays. One entry is recorded for the batch, so a door gathers before it calls.
    The call has no key: a reading that comes again is known by itself. `stations`: as the caller has just looked them up.
    Raises NotAllowed.
    """
    assert call.key is None, "a reading that comes again is known by itself; it needs no key"  # noqa: S101
    stations = stations or book()
    _ask(call.actor, door, packets, stations)
    sorting = _Sorting(door, stations, call.now)
    for packet in packets:
        sorting.look(packet)
    batch_id, added = rows.next_batch(), None
    if sorting.taken:
        rows.make_months(sorting.months)
        added, left = rows.add(batch_id, sorting.taken)
        sorting.leave_out(packets, left)
    rows.note_contacts(sorting.heard)
    keep_apart(door, sorting.apart, sorting.faulty, call.now)
    outcome = Outcome(_fact(batch_id, door, added, sorting), tuple(sorting.outcomes))
    if outcome.fact is not None:
        record(outcome.fact, call=call)
    return outcome


def _ask(actor: Actor, door: str, packets: Sequence[Packet], stations: Book) -> None:
    """A door of the town's own may store everything; a person what is of their own team's stations."""
    teams = set()
    if actor.kind != ActorKind.SYSTEM:
        known = (stations.by_key.get((door, one.key)) for one in packets)
        teams = {one.description.team_id for one in known if one}
    for where in [people.ground_of_team(team) for team in teams] or [TOWN_WIDE]:
        permission.require(actor, "reading.store", where)


def _fact(batch_id: int, door: str, added: rows.Added | None, sorting: "_Sorting") -> ReadingsStored | None:
    if added is None or added.first_at is None or added.last_at is None:
        return None
    return ReadingsStored(
        batch_id,
        door,
        added.count,
        added.first_at,
        added.last_at,
        added.digest,
        repeated=sum(one.repeated for one in sorting.outcomes),
        apart=len(sorting.apart),
    )


class _Sorting:
    """One batch being looked through: what is to be stored, the rest with its reason."""

    def __init__(self, door: str, stations: Book, now: datetime) -> None:
        self._door, self._stations, self._latest = door, stations, now + rules.FUTURE
        self.taken: list[rows.Row] = []
        self.months: set[date] = set()
        self.outcomes: list[PacketOutcome] = []
        self.apart: list[Apart] = []
        self.faulty: list[Source] = []
        self.heard: dict[UUID, datetime] = {}
        self._whose: list[tuple[int, int]] = []
        """Of each row: which packet, and which reading in it."""
        self._sources: dict[int, Source] = {}
        self._days: set[int] = set()
        """Whose months are noted."""

    def look(self, packet: Packet) -> None:
        """Sort the readings of the next packet."""
        number, outcome = len(self.outcomes), PacketOutcome()
        self.outcomes.append(outcome)
        known = self._stations.by_key.get((self._door, packet.key))
        outcome.known = known is not None
        if packet.fault or known is None:
            self.faulty.append(self._source(number, packet))
        if known is None:
            for place in range(packet.size):
                self._set_apart(number, packet, place, _value_at(packet, place), rules.UNKNOWN_INSTRUMENT)
            return
        self.heard[known.station_id] = max(packet.received_at, self.heard.get(known.station_id, packet.received_at))
        before, first = len(self.taken), len(packet.readings)
        self._look_through(number, packet, known, packet.readings, 0)
        for column in packet.columns:
            if not self._taken_whole(number, known, column, first):
                self._look_through(number, packet, known, _each_of(column), first)
            first += column.size
        outcome.stored = len(self.taken) - before

    def _look_through(self, number: int, packet: Packet, known: Known, several: Sequence[Measured], first: int) -> None:
        """Each value by itself. `first`: the place of the first of them in its packet."""
        targets, taken, whose = known.targets, self.taken, self._whose
        at, micros, said, late = None, 0, "", ""
        for place, one in enumerate(several, first):
            if one.at is not at:  # most readings of a packet share theirs
                at, late = one.at, rules.fault_of_moment(one.at, known.window, self._latest)
                micros, said = (0, "") if late else (rules.micros(at), at.isoformat())
                late = late or self._archived({micros // rules.MICROS_A_DAY})
            target = targets.of(one.factor, one.statistic, one.interval)
            reason = rules.fault_of(one, target, late)
            if reason or target is None:
                self._set_apart(number, packet, place, one, reason)
                continue
            taken.append((target.stream_id, micros, rules.written(one.value), one.flag, said))
            whose.append((number, place))

    def _taken_whole(self, number: int, known: Known, column: Run | Instant, first: int) -> bool:
        """Take all values of a column; False, and none is taken, where one of them may be odd."""
        taken = self._run_taken(known, column) if isinstance(column, Run) else self._instant_taken(known, column)
        if taken:
            self._whose += zip(repeat(number), range(first, first + column.size))
        return taken

    def _run_taken(self, known: Known, run: Run) -> bool:
        target = known.targets.of(run.factor, run.statistic, run.interval)
        written = rules.written_run(run, target, known.window, self._latest) if target else None
        if target is None or written is None or self._archived({one // rules.MICROS_A_DAY for one in run.micros}):
            return False
        self.taken += zip(repeat(target.stream_id), run.micros, written, repeat(NORMAL), run.moments)
        return True

    def _instant_taken(self, known: Known, one: Instant) -> bool:
        lanes = known.targets.lanes(one.names)
        if lanes is None or rules.fault_of_moment(one.at, known.window, self._latest):
            return False
        written, micros = rules.written_instant(one, lanes), rules.micros(one.at)
        if written is None or self._archived({micros // rules.MICROS_A_DAY}):
            return False
        self.taken += zip(lanes.streams, repeat(micros), written, one.flags, repeat(one.at.isoformat()))
        return True

    def leave_out(self, packets: Sequence[Packet], left: Sequence[tuple[int, bool]]) -> None:
        """Take back what the database had already: the same again, or another value for the same moment."""
        for n, same in sorted(left):
            number, place = self._whose[n]
            self.outcomes[number].stored -= 1
            if same:
                self.outcomes[number].repeated += 1
            else:
                self._set_apart(number, packets[number], place, _value_at(packets[number], place), rules.DIFFERS)

    def _set_apart(self, number: int, packet: Packet, place: int, one: Measured, reason: str) -> None:
        self.outcomes[number].apart.append((place, reason))
        self.apart.append(Apart(self._source(number, packet), one, reason))

    def _source(self, number: int, packet: Packet) -> Source:
        if number not in self._sources:
            known = self._stations.by_key.get((self._door, packet.key))
            found = (known.station_id, known.description.code, known.a_day) if known else (None, "", 0)
            self._sources[number] = Source(packet, *found)
        return self._sources[number]

    def _archived(self, days: set[int]) -> str:
        """Why nothing can be stored of days (since 1970 in UTC) whose month was taken out of the database; empty where it can, and the
        month is noted.
        """
        new = days - self._days
        if not new:
            return ""
        months = {rules.month_of(rules.moment(day * rules.MICROS_A_DAY)) for day in new}
        if months & self._stations.archived:
            return rules.ARCHIVED
        self._days |= new
        self.months |= months
        return ""


def _each_of(column: Run | Instant) -> list[Measured]:
    return [rules.value_of(column, place) for place in range(column.size)]


def _value_at(packet: Packet, place: int) -> Measured:
    """One value of a packet by its place."""
    if place < len(packet.readings):
        return packet.readings[place]
    place -= len(packet.readings)
    for column in packet.columns:
        if place < column.size:
            return rules.value_of(column, place)
        place -= column.size
    raise IndexError(place)
