"""The simulation of a town over some days: reports come in, cases live, clocks run out, closed cases are drawn again."""

import heapq
import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from yiwang.cases import jobs as case_timers
from yiwang.cases import law
from yiwang.cases import queries as cases
from yiwang.cases.steps import remarks
from yiwang.intake.reports import jobs as report_timers
from yiwang.kernel import ids, walltime
from yiwang.kernel.ids import Dice
from yiwang.kernel.journal import sequencer
from yiwang.kernel.people import queries as known
from yiwang.kernel.people.steps import accounts as people
from yiwang.kernel.terms import SYSTEM, Call
from yiwang.kernel.workdays.calendar import Calendar
from yiwang.project.refusal import Refusal
from yiwang.project.simulation import plans
from yiwang.project.simulation.cast import Cast
from yiwang.project.simulation.doors import Asker, InProcess, OverHttp, Refused
from yiwang.project.simulation.lives import Case, Life, Tally
from yiwang.project.simulation.memory import Memory, Remembering
from yiwang.project.simulation.plans import Plan

Progress = Callable[[str, int, int], None]
"""Told (what, done, total) as the days go by."""
MOST_DAYS = 400
IN_HAND = 3
"""Which case of the waiting room a department has in hand."""
SWEEP = timedelta(hours=1)
DRAW_OF = (timedelta(days=10), timedelta(days=3))
"""A weekly draw for re-check takes the cases that were closed from ten to three days ago.

A town draws by the month, with a seed from its journal that nobody knows beforehand (cases/jobs.py); the simulation's own
draws have its own seed, so that the same seed gives the same town.
"""
LIVING_DAYS, LIVING_RATE, LIVING_SEED = 10, 2, 2019
"""What makes a town that has just been started look lived in, in some seconds."""
CLOSED_LAST_MONTH, BEFORE_ITS_END = 5, 6
"""So many cases were closed in the last month that was drawn from, begun so many working days before its end."""


@dataclass(frozen=True, slots=True)
class SimulationSummary:
    """What was simulated: reports by channel, steps by arrow, cases by state at the end, refusals by slug."""

    reports: dict[str, int]
    steps: dict[str, int]
    states: dict[str, int]
    refused: dict[str, int]
    photos: int
    ran_out: int
    overdue: int
    numbers: tuple[str, ...] = field(repr=False)


class Simulation:
    """Lives, each of which says when it wants to go on; the earliest goes first."""

    def __init__(self, cast: Cast, calendar: Calendar, seed: int, *, moved: bool, memory: Memory) -> None:
        self.cast, self.calendar, self.seed, self.moved, self.memory = cast, calendar, seed, moved, memory
        self.tally = Tally()
        self.cases: dict[str, Case] = {}
        self.ran_out = 0
        self._waiting: list[tuple[datetime, int, Life]] = []
        self._order = count()

    def start(self, moment: datetime, life: Life) -> None:
        """Let a life begin at a moment."""
        heapq.heappush(self._waiting, (moment, next(self._order), life))

    def run(self, now: datetime, progress: Progress) -> None:
        """Until nothing wants to happen before `now`: then history ends. With the clock standing by itself, to every end."""
        began = self._waiting[0][0] if self._waiting else now
        days = max(1, (now - began).days)
        while self._waiting and (not self.moved or self._waiting[0][0] <= now):
            moment, _, life = heapq.heappop(self._waiting)
            progress("simulating", min(days, (moment - began).days), days)
            with self._at(moment):
                following = self._go_on(life)
                pause = following - walltime.now() if following else None
            if pause is not None:
                self.start(moment + max(pause, timedelta(seconds=1)), life)
        progress("simulating", days, days)

    def _at(self, moment: datetime) -> AbstractContextManager[None]:
        return walltime.at(moment) if self.moved else nullcontext()

    def _go_on(self, life: Life) -> datetime | None:
        try:
            return next(life, None)
        except Refused as refused:
            self.tally.count(self.tally.refused, refused.slug)
            return None

    # --- what happens by itself --------------------------------------------------------------------------------------

    def reports(self, first: datetime, days: int, rate: int, now: datetime) -> None:
        """Let reports come in on each of the days."""
        made = 0
        for day in range(days + 1):
            morning = first + timedelta(days=day)
            dice = ids.dice(f"{self.seed}/day/{day}")
            worked = self.calendar.is_working_day(walltime.town_day(morning))
            for _ in range(round(rate * dice.uniform(0.8, 1.2) * (1 if worked else 0.6))):
                made += 1
                own = ids.dice(f"{self.seed}/case/{made}")
                plan = plans.drawn(own)
                moment = self._arrival(morning, plan, own)
                if moment <= now:
                    self.case(own, plan, moment)

    def _arrival(self, morning: datetime, plan: Plan, dice: Dice) -> datetime:
        """Residents write from early to late; the desk and the grid work in office hours."""
        if plan.channel == "portal":
            return morning + timedelta(minutes=dice.randint(390, 1350))
        opened = self.calendar.next_working_moment(morning)
        return self.calendar.add_working_minutes(opened, dice.randint(5, 440))

    def case(self, dice: Dice, plan: Plan, moment: datetime) -> None:
        """One case, beginning at a moment."""
        case = Case(self.cast, self.calendar, self.tally, dice, plan, moment)
        self.start(moment, self._noted(case))

    def _noted(self, case: Case) -> Life:
        for moment in case.life():
            self.cases.setdefault(case.number, case)
            yield moment
        self.cases.setdefault(case.number, case)

    def sweeps(self, first: datetime, now: datetime) -> Life:
        """The timers: what came in is read, clocks that ran out are written down, entries get their places."""
        moment = first
        while moment <= now:
            if not self.memory.going_over:  # the timers of those hours have run; again is for the last one only
                self._sweep(walltime.now())
            moment += SWEEP
            yield moment

    def _sweep(self, moment: datetime) -> None:
        report_timers.sweep_unread(moment)
        self.ran_out += case_timers.sweep_clocks(moment)
        case_timers.sweep_reviews(moment)
        while not connection.in_atomic_block and sequencer.sequence_once():
            pass

    def draws(self, first: datetime, now: datetime) -> Life:
        """Once a week closed cases are drawn and looked at again; one in six is not mended after all."""
        dice = ids.dice(f"{self.seed}/draws")
        moment = self.calendar.next_working_moment(first + timedelta(days=7))
        yield moment
        while moment <= now:
            yield from self._draw(moment, dice)
            moment = self.calendar.next_working_moment(moment + timedelta(days=7))
            yield moment

    def _draw(self, moment: datetime, dice: Dice) -> Life:
        first, last = (walltime.town_day(moment - span) for span in DRAW_OF)

        def drawn() -> list[str]:
            call = Call(SYSTEM, walltime.now(), "timer")
            held = remarks.draw_rechecks(first, last, seed=f"{self.seed}/{last}", call=call)
            return list(held.drawn) if held else []

        for number in self.memory.kept("draw", drawn):
            self.tally.count(self.tally.steps, "draw")
            yield self.calendar.add_working_minutes(walltime.now(), 60)
            self._recheck(number, holds=dice.random() > 1 / 6)

    def _recheck(self, number: str, *, holds: bool) -> None:
        case = self.cases.get(number)
        if case is None or case.state not in ("closed", "rated"):
            return
        duty = self.cast.of("duty_officer")  # not who verified it: a re-check looks at the verification too
        finding = "仍然完好。" if holds else "又坏了。"
        case.take(duty, "recheck", holds=holds, finding=finding, **case.photo(duty))
        if not holds and case.team:
            case.take(duty, "reopen", ground="recheck-failed", words="复查发现没有修好")
            self.start(case.office(60), case.once_more())

    def last_month(self, began: datetime, draw: datetime) -> Life:
        """What came in last month is read and closed; then the month is drawn from as a town does it (cases/jobs.py)."""
        yield from self.sweeps(began, began + timedelta(days=2))
        yield draw
        if not self.memory.going_over:
            self._sweep(walltime.now())
            case_timers.draw_rechecks(walltime.now())

    # --- the end -----------------------------------------------------------------------------------------------------

    def summary(self) -> SimulationSummary:
        """What became of it all."""
        states: dict[str, int] = {}
        overdue = 0
        for row in self._rows():
            self.tally.count(states, row["state"])
            overdue += row["overdue"]
        return SimulationSummary(
            reports=dict(sorted(self.tally.reports.items())),
            steps=dict(sorted(self.tally.steps.items())),
            states=dict(sorted(states.items())),
            refused=dict(sorted(self.tally.refused.items())),
            photos=self.tally.photos,
            ran_out=self.ran_out,
            overdue=overdue,
            numbers=tuple(self.tally.numbers),
        )

    def _rows(self) -> Iterator[dict[str, Any]]:
        desk, after, ours = self.cast.of("duty_officer"), 0, set(self.tally.numbers)
        while after is not None:
            page = desk.get(f"/cases?newest=true&size=200&after={after}")
            yield from (row for row in page["cases"] if row["number"] in ours)
            after = page["next"]


def _quiet(what: str, done: int, total: int) -> None:
    """Nobody asked to be told."""


@contextmanager
def _hushed() -> Iterator[None]:
    """What the invented requests write to the journal is not told one by one: nobody looks for a fault in them."""
    log = logging.getLogger("yiwang.journal")
    before = log.level
    log.setLevel(logging.WARNING)
    try:
        yield
    finally:
        log.setLevel(before)


@_hushed()
def simulate(
    days: int,
    rate: int,
    seed: int,
    *,
    now: datetime,
    progress: Progress | None = None,
    at: str = "",
    waiting_room: bool = False,
    memory: Memory | None = None,
) -> SimulationSummary:
    """Let a town live for `days` days up to `now`, with about `rate` reports on a working day.

    In this process the clock is moved along and everything has its time; with `at` (a running town's address) the same
    things are done one after the other as fast as they are answered, as load. The same seed on the same town at the
    same `now` gives the same reports, decisions and numbers of each kind. `waiting_room` leaves a case in every state.
    With the `memory` of a run that was stopped, and the same arguments, that run is carried to its end.
    Raises Refusal when the town has no invented people or does not answer.
    """
    if not 1 <= days <= MOST_DAYS or not 1 <= rate <= 10_000:
        raise Refusal(
            f"模拟 1 到 {MOST_DAYS} 天、每天 1 到 10000 件。 From 1 to {MOST_DAYS} days, 1 to 10000 reports a day."
        )
    memory = memory or Memory()
    run, serial = memory.kept("run", lambda: str(ids.new_id(walltime.now()))), count(1)
    first = walltime.in_town(now).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days)

    def asker() -> Asker:
        return OverHttp(at) if at else Remembering(InProcess(), memory)

    with walltime.at(first) if not at else nullcontext():
        cast = Cast(asker, lambda: f"{run}/{next(serial)}")
        simulation = Simulation(cast, law.calendar(), seed, moved=not at, memory=memory)
        simulation.reports(first, days, rate, now)
    if waiting_room:
        _fill_waiting_room(simulation, now)
        _fill_last_month(simulation, now)
    if not at:
        simulation.start(first, simulation.sweeps(first, now))
        simulation.start(first, simulation.draws(first, now))
    simulation.run(now, progress or _quiet)
    return simulation.summary()


def _fill_waiting_room(simulation: Simulation, now: datetime) -> None:
    """Cases that stopped in each state lately, one that lies too long, and one in hand for every department."""
    lately = _working_days_before(simulation.calendar, now, 2)
    plain = replace(plans.drawn(ids.dice(f"{simulation.seed}/plain")), stop="", photo=True, contact=True, noted=False)
    for number, plan in enumerate(plans.waiting_room(plain)):
        simulation.case(ids.dice(f"{simulation.seed}/waiting/{number}"), plan, lately + timedelta(minutes=3 * number))
    for number, team in enumerate(simulation.cast.grounds("handler")):
        stop = ("dispatched", "handling")[number % 2]
        plan = replace(plans.waiting_room(plain)[2], stop=stop, team=team)
        simulation.case(ids.dice(f"{simulation.seed}/{team}"), plan, lately + timedelta(minutes=100 + 3 * number))
    again = replace(plans.waiting_room(plain)[IN_HAND], stop="merged", channel="desk")  # somebody else saw the same
    handed_in = lately + timedelta(minutes=180)
    simulation.case(ids.dice(f"{simulation.seed}/waiting/{IN_HAND}"), again, handed_in)
    late = replace(plans.waiting_room(plain)[IN_HAND], stop="handling")
    simulation.case(ids.dice(f"{simulation.seed}/late"), late, _working_days_before(simulation.calendar, now, 9))


def _fill_last_month(simulation: Simulation, now: datetime) -> None:
    """Cases closed in the month that was drawn from last: one of them is drawn and waits to be looked at again."""
    draw = walltime.day_begins(last_draw_day(simulation.calendar, walltime.town_day(now))) + timedelta(minutes=5)
    over = walltime.day_begins(walltime.town_day(draw).replace(day=1)) - timedelta(minutes=1)
    began = _working_days_before(simulation.calendar, over, BEFORE_ITS_END)
    plan = plans.closed_last_month(plans.drawn(ids.dice(f"{simulation.seed}/last month")))
    for number in range(CLOSED_LAST_MONTH):
        simulation.case(ids.dice(f"{simulation.seed}/last month/{number}"), plan, began + timedelta(minutes=5 * number))
    simulation.start(began, simulation.last_month(began, draw))


def last_draw_day(calendar: Calendar, today: date) -> date:
    """The last day on which a month was drawn from: the first working day of this month, or of the one before if it is still to come."""
    first = calendar.first_working_day(today.replace(day=1))
    before = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    return first if first <= today else calendar.first_working_day(before)


def _newcomer(now: datetime) -> None:
    """Somebody who began today and has no role yet: that is what waits for the administrator."""
    call = Call(SYSTEM, now, "timer")
    if any(card.username == "newcomer" for card in known.accounts(call.actor)):
        return  # a start was stopped just after this
    people.create_account("newcomer", "茅演示", phone="199 0000 0120", call=call)


def _working_days_before(calendar: Calendar, now: datetime, days: int) -> datetime:
    """The opening of the office so many working days ago."""
    today = walltime.town_day(now)
    day = today
    while calendar.working_days_between(day, today) < days:
        day -= timedelta(days=1)
    morning = walltime.in_town(now).replace(hour=0, minute=0, second=0, microsecond=0) - (today - day)
    return calendar.next_working_moment(morning)


def life_waits(remembered: Path) -> bool:
    """Whether the invented people's past is still to be lived, wholly or from where it was stopped.

    Where a first start has begun it, its memory stands until its end; a demonstration that was loaded by a command has
    none, and is to be lived in as long as nobody has reported anything.
    """
    anybody = SYSTEM
    if not settings.DEMONSTRATION or not known.demonstration_residents(anybody):
        return False
    return remembered.exists() or not cases.work_list(anybody, cases.ListFilter(), size=1).rows


def living_town(now: datetime, progress: Progress | None = None, *, memory: Memory | None = None) -> SimulationSummary:
    """What a demonstration shows at its first start: some sixty cases in all states, a few of them too late, and some of last
    month, one of which was drawn to be looked at again.

    With the `memory` of a start that was stopped, its past is lived to the end, up to the `now` of that start.
    """
    if not settings.DEMONSTRATION:
        raise Refusal("只有演示镇才能模拟。 Only a demonstration is simulated.")
    memory = memory or Memory()
    now = datetime.fromisoformat(memory.kept("now", now.isoformat))
    summary = simulate(
        LIVING_DAYS, LIVING_RATE, LIVING_SEED, now=now, progress=progress, waiting_room=True, memory=memory
    )
    _newcomer(now)
    return summary
