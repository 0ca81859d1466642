"""A case as the rules see it: frozen, without a database. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from yiwang.cases.numbers import Source
from yiwang.cases.parts import PartSnapshot
from yiwang.cases.stages import ClockStage, State
from yiwang.kernel.terms import AccountId, CaseId, ClockId, PartId, PlaceId, Point, TeamId
from yiwang.kernel.workdays.clocks import ClockEvent, Happened


@dataclass(frozen=True, slots=True)
class ClockSnapshot:
    """A clock and its events. `amount` is what it started with; extensions are events.

    `unmet`: it was stopped because the case ended without what it waited for. `part`: whose part it is of, if of one.
    """

    id: ClockId
    stage: ClockStage
    rule: str
    unit: str
    amount: int
    state: str
    due_at: datetime | None
    soon_at: datetime | None
    provisional: bool
    ran_out: bool
    events: tuple[ClockEvent, ...]
    unmet: bool = False
    part: PartId | None = None

    @property
    def extended(self) -> bool:
        return any(event.kind == Happened.EXTEND for event in self.events)


@dataclass(frozen=True, slots=True)
class CaseSnapshot:
    """A case at one moment. `complex_approved`: its demand is complex, and somebody approved that."""

    id: CaseId
    number: str
    source: Source
    state: State
    type_code: str
    demand: str
    complex_approved: bool
    urgent: bool
    place_id: PlaceId | None
    point: Point | None
    grid_cell: PlaceId | None
    committee: PlaceId | None
    lead_team: TeamId | None
    handler: AccountId | None
    reporter: AccountId | None
    on_behalf: AccountId | None
    called_back: str
    rating_taken_by: AccountId | None
    round: int
    ruled: bool
    reopened: bool
    objected_teams: frozenset[TeamId]
    extension_asked: bool
    extension_refused: bool
    opened_at: datetime
    dispatched_at: datetime | None
    closed_at: datetime | None
    review_on: date | None
    review_due: bool
    row_version: int
    clocks: tuple[ClockSnapshot, ...]
    parts: tuple[PartSnapshot, ...] = ()
    origin: str = ""
    evidenced: bool = False
    """Of a supervision: evidence was signed for it since it was opened, and stands."""
    proven: str = ""
    """Of the case of an alarm: by what it is shown to be back to normal (rules.proven_by); empty: nothing shows it."""

    @property
    def hotline(self) -> bool:
        """Whether it came as an order of 12345, with the duties of R-111 whatever its type."""
        return self.source is Source.HOTLINE

    @property
    def somebody_to_call(self) -> bool:
        """Whether there is anybody to call back: somebody known, or through 12345 whoever told it there."""
        return self.reporter is not None or self.on_behalf is not None or self.hotline

    @property
    def own_rating_open(self) -> bool:
        """Whether the one who reported may still rate: until they did so themselves, also after the desk noted what they said."""
        return self.state is State.CLOSED or (self.state is State.RATED and self.rating_taken_by is not None)

    def standing(self, stage: ClockStage) -> tuple[ClockSnapshot, ...]:
        """The clocks of a stage that go on when the case does: the latest, and of parts each one that is still waited for."""
        waiting = {part.id for part in self.parts if part.open}
        latest = self.clock(stage)
        if stage is ClockStage.ASSIST:
            return tuple(clock for clock in self.clocks if clock.part in waiting and clock.state == "paused")
        return (latest,) if latest is not None and latest.state == "paused" else ()

    def clock(self, stage: ClockStage) -> ClockSnapshot | None:
        """The latest clock of a stage."""
        found = [clock for clock in self.clocks if clock.stage == stage]
        return found[-1] if found else None
