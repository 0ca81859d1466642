"""Readings are stored: many packets of many stations in one transaction, each value once, and what cannot be used kept apart."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from yiwang.intake.sensing import rules
from yiwang.intake.sensing.book import Book, Known, book
from yiwang.intake.sensing.facts import ReadingsStored
from yiwang.intake.sensing.received import Packet
from yiwang.intake.sensing.steps import rows
from yiwang.intake.sensing.steps.keptapart import Apart, Source, keep_apart
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.people import queries as people
from yiwang.kernel.terms import TOWN_WIDE, Actor, ActorKind, Call


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
        added = rows.add_new(batch_id, sorting.taken)
    if sorting.taken and added is None:
        rows.make_months(sorting.months)
        rows.send(sorting.taken)
        added = rows.add(batch_id)
        sorting.leave_out(packets, rows.not_added(batch_id))
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
            for place in range(len(packet.readings)):
                self._set_apart(number, packet, place, rules.UNKNOWN_INSTRUMENT)
            return
        self.heard[known.station_id] = max(packet.received_at, self.heard.get(known.station_id, packet.received_at))
        self._look_through(number, packet, known)

    def _look_through(self, number: int, packet: Packet, known: Known) -> None:
        targets, taken, whose = known.targets, self.taken, self._whose
        before, at, micros, late = len(taken), None, 0, ""
        for place, one in enumerate(packet.readings):
            if one.at is not at:  # most readings of a packet share theirs
                at, late = one.at, rules.fault_of_moment(one.at, known.window, self._latest)
                micros = 0 if late else self._moment(at)
                late = late or self._archived(at)
            target = targets.get((one.factor, one.statistic, one.interval)) or targets.get(
                (one.factor.lower(), one.statistic, one.interval)
            )
            reason = rules.fault_of(one, target, late)
            if reason or target is None:
                self._set_apart(number, packet, place, reason)
                continue
            taken.append((target.stream_id, micros, rules.written(one.value), one.flag))
            whose.append((number, place))
        self.outcomes[number].stored = len(taken) - before

    def leave_out(self, packets: Sequence[Packet], left: Sequence[tuple[int, bool]]) -> None:
        """Take back what the database had already: the same again, or another value for the same moment."""
        for n, same in sorted(left):
            number, place = self._whose[n]
            self.outcomes[number].stored -= 1
            if same:
                self.outcomes[number].repeated += 1
            else:
                self._set_apart(number, packets[number], place, rules.DIFFERS)

    def _set_apart(self, number: int, packet: Packet, place: int, reason: str) -> None:
        self.outcomes[number].apart.append((place, reason))
        self.apart.append(Apart(self._source(number, packet), packet.readings[place], reason))

    def _source(self, number: int, packet: Packet) -> Source:
        if number not in self._sources:
            known = self._stations.by_key.get((self._door, packet.key))
            found = (known.station_id, known.description.code, known.a_day) if known else (None, "", 0)
            self._sources[number] = Source(packet, *found)
        return self._sources[number]

    def _archived(self, at: datetime) -> str:
        """Why nothing of a month can be stored that was taken out of the database; empty where it was not."""
        archived = self._stations.archived
        return rules.ARCHIVED if archived and rules.month_of(at) in archived else ""

    def _moment(self, at: datetime) -> int:
        """The moment as a number."""
        micros = rules.micros(at)
        day = micros // rules.MICROS_A_DAY
        if day not in self._days:
            self._days.add(day)
            self.months.add(rules.month_of(at))
        return micros
