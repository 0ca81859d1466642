"""What came of a case, from the facts of its history: dated outcomes that figures count (R-106, R-112). Pure.

An outcome is a short name that holds of a case from a moment on, until the next thing that happens to it says otherwise.
What is counted is counted per case and as of a moment: a case that was reopened is not closed any more, but it was on the day
before. An entry that came late counts from when it happened.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from yiwang.cases import facts
from yiwang.cases.lineage import facts as lineage
from yiwang.cases.numbers import Source
from yiwang.cases.reasons import REACHED, WITHDRAWN
from yiwang.cases.rules import BY_INSTRUMENT
from yiwang.cases.stages import ClockStage, State
from yiwang.kernel.terms import ClockId, PlaceId, TeamId

OUTCOMES = (
    "reported", "judged", "founded", "accepted", "accepted_on_time",
    "dispatch_due", "dispatched_on_time", "dispatched_rightly",
    "handle_due", "handled", "handled_on_time", "handle_overdue", "extended",
    "verify_due", "verified_on_time", "reworked",
    "close_due", "closed", "closed_on_time",
    "contact_due", "contacted", "answer_due", "answered_on_time",
    "called_back", "solved", "rated", "satisfied", "fairly",
    "alarm_closed", "proven_by_instrument",
)  # fmt: skip
"""Every outcome that an indicator may count. What each means is in `_outcomes`; a voided case has none, nor a supervision, nor
one that was split off and taken back, nor one of an alarm that was withdrawn before anybody took it up."""

OF_ALARMS = frozenset({"alarm_closed", "proven_by_instrument"})
"""Those that hold only of cases that an instrument opened: nobody reported them."""

Found = tuple[datetime, Any]
"""Something that happened: when, and the fact."""
UsualDue = Callable[[datetime], datetime | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stands in the figures: where it came from, whose it is, and which outcomes hold."""

    source: str
    type_code: str
    committee: PlaceId | None
    team: TeamId | None
    holds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A standing from a moment to the next change (`until` None: to this day)."""

    since: datetime
    until: datetime | None
    standing: Standing


@dataclass(slots=True)
class _Clock:
    stage: str
    late: bool = False
    unmet: bool = False


@dataclass(slots=True)
class _Course:
    """A case while its history is read: marks that facts set and take away, and its clocks in the order of their starts."""

    source: str = ""
    type_code: str = ""
    committee: PlaceId | None = None
    team: TeamId | None = None
    satisfaction: str = ""
    proven: str = ""
    """By what the case of an alarm was closed."""
    answer_until: datetime | None = None
    """Until when an order of the usual kind is answered, as long as nobody here has taken it on and said of which kind it is."""
    replied_at: datetime | None = None
    marks: set[str] = field(default_factory=set)
    clocks: dict[ClockId, _Clock] = field(default_factory=dict)
    early: set[ClockId] = field(default_factory=set)
    """Clocks that ran out before anything started them: they start from receipt, and what came late is accepted later."""

    def newest(self, stage: ClockStage) -> _Clock | None:
        found = [clock for clock in self.clocks.values() if clock.stage == stage]
        return found[-1] if found else None

    def late(self, *stages: ClockStage) -> bool:
        return any(clock.late for stage in stages if (clock := self.newest(stage)))


def stretches(history: Iterable[Found], usual_due: UsualDue | None = None) -> tuple[Stretch, ...]:
    """The stretches of one case, oldest first, from all that happened to it in the order of writing.

    `usual_due`: by when an order of 12345 of the usual kind is answered, from when it was received; None before there was a rule.
    """
    points: list[tuple[datetime, Standing]] = []
    for at, _, course in courses(history, usual_due):
        mark(points, at, _standing(course))
    return stretched(points)


def courses(history: Iterable[Found], usual_due: UsualDue | None = None) -> Iterator[tuple[datetime, Any, _Course]]:
    """Each thing that happened, in the order in which it did, and how the case stood then; the one course goes on changing."""
    course = _Course()
    for at, fact in sorted(history, key=lambda found: found[0]):
        _happen(course, fact)
        if isinstance(fact, facts.CaseGathered) and usual_due:
            course.answer_until = usual_due(at)
        if isinstance(fact, facts.CaseNoted) and fact.kind == "reply":
            course.replied_at = course.replied_at or at
        yield at, fact, course


def mark(points: list[tuple[datetime, Standing]], at: datetime, standing: Standing) -> None:
    """Add how it stands from a moment on, if that is another standing than before."""
    if points and points[-1][0] == at:
        points.pop()
    if not points or points[-1][1] != standing:
        points.append((at, standing))


def stretched(points: Sequence[tuple[datetime, Standing]]) -> tuple[Stretch, ...]:
    """The stretches between such moments."""
    ends = [at for at, _ in points[1:]]
    return tuple(Stretch(at, until, one) for (at, one), until in zip(points, [*ends, None], strict=True))


def _happen(course: _Course, fact: Any) -> None:
    effect = EFFECTS.get(type(fact))
    if effect:
        effect(course, fact)
    adds, takes = MARKS.get(type(fact), ((), ()))
    course.marks -= set(takes)
    course.marks |= set(adds)
    for change in getattr(fact, "clocks", ()):
        _turn(course, change)


def _turn(course: _Course, change: facts.ClockChange) -> None:
    if change.kind == "start":
        course.clocks[change.clock_id] = _Clock(change.stage, late=change.clock_id in course.early)
    clock = course.clocks.get(change.clock_id)
    if clock is None:  # not started yet, or of a turn that a reopening ended
        course.early |= {change.clock_id} if change.kind == "expire" else set()
        return
    if change.kind == "expire":
        clock.late = True
    if change.kind == "extend" or change.mends:
        clock.late = False
    if change.kind == "stop" and change.reason == facts.UNMET:
        clock.unmet = True


# --- facts that say more than a mark ----------------------------------------------------------------------------------


def _gathered(course: _Course, fact: facts.CaseGathered) -> None:
    course.source, course.committee, course.type_code = fact.source, fact.committee, fact.type_code or ""


def _typed(course: _Course, fact: facts.CaseAccepted | facts.CaseCorrected) -> None:
    course.type_code, course.committee = fact.type_code, fact.committee


def _dispatched(course: _Course, fact: facts.CaseDispatched) -> None:
    if "with_department" in course.marks:  # 改派: the first one was not the right one
        course.marks.add("misdirected")
    course.team = fact.team_id


def _ruled(course: _Course, fact: facts.CaseRuled) -> None:
    course.team = fact.team_id


def _contacted(course: _Course, fact: facts.CaseContacted) -> None:
    if fact.reached:
        course.marks.add("contacted")


def _handled(course: _Course, fact: facts.CaseHandled) -> None:
    if fact.by_oneself:
        course.marks |= {"judged", "founded", "accepted"}
        course.team, course.type_code = fact.team_id, fact.type_code or course.type_code


def _unmerged(course: _Course, fact: lineage.CaseUnmerged) -> None:
    """Back where it was: what was taken on only by merging is not taken on any more."""
    if fact.state == State.GATHERED:
        course.marks -= set(_TAKEN_ON)
    if fact.state in (State.DISPATCHED, State.HANDLING):
        course.marks.add("with_department")


def _closed(course: _Course, fact: facts.CaseClosed) -> None:
    course.proven = fact.proven
    _called(course, fact)


def _dismissed(course: _Course, fact: facts.CaseDismissed) -> None:
    """What readings took back was no matter: in another order of the same readings it would not have been opened."""
    if fact.reason_code == WITHDRAWN:
        course.marks.add("taken_back")


def _closed_with(course: _Course, fact: lineage.CaseClosedWith) -> None:
    course.team, course.type_code = fact.team_id, course.type_code or fact.type_code
    _called(course, fact)


def _called(course: _Course, fact: facts.CaseClosed | facts.CaseCalledBack | lineage.CaseClosedWith) -> None:
    if fact.called_back in REACHED:
        course.marks -= {"solved", "explained"}
        course.marks.add(fact.called_back)


def _rated(course: _Course, fact: facts.CaseRated) -> None:
    course.satisfaction = fact.satisfaction


_AGAIN = (ClockStage.HANDLE, ClockStage.VERIFY, ClockStage.CLOSE, ClockStage.ANSWER)


def _reopened(course: _Course, fact: facts.CaseReopened | lineage.CaseFollowedAgain) -> None:
    """What was said of the first answer does not hold for the second one, and its clocks are over."""
    course.satisfaction = ""
    course.clocks = {key: clock for key, clock in course.clocks.items() if clock.stage not in _AGAIN}


EFFECTS: dict[type, Callable[[_Course, Any], None]] = {
    facts.CaseGathered: _gathered,
    facts.CaseAccepted: _typed,
    facts.CaseCorrected: _typed,
    facts.CaseDispatched: _dispatched,
    facts.CaseRuled: _ruled,
    facts.CaseContacted: _contacted,
    facts.CaseHandled: _handled,
    facts.CaseClosed: _closed,
    facts.CaseDismissed: _dismissed,
    facts.CaseCalledBack: _called,
    facts.CaseRated: _rated,
    facts.CaseReopened: _reopened,
    lineage.CaseUnmerged: _unmerged,
    lineage.CaseClosedWith: _closed_with,
    lineage.CaseFollowedAgain: _reopened,
}

_TAKEN_ON = ("judged", "founded", "accepted")
_FIRST_ANSWER = ("handled", "verified", "closed", "extended", "solved", "explained")
"""What holds of one answer, and not of the next one."""

MARKS: dict[type, tuple[tuple[str, ...], tuple[str, ...]]] = {
    facts.CaseAccepted: (_TAKEN_ON, ()),
    facts.CaseDeclined: (("judged", "unfounded"), ("founded",)),
    facts.CaseDismissed: (("judged", "unfounded"), ("founded",)),
    facts.CaseVoided: (("voided",), ()),
    facts.CaseDispatched: (("dispatched", "with_department"), ()),
    facts.CaseReturned: (("misdirected",), ("with_department",)),
    facts.CaseDisputed: (("misdirected",), ("with_department",)),
    facts.CaseRuled: (("with_department",), ()),
    facts.CaseHandled: (("handled",), ()),
    facts.CaseReworked: (("reworked",), ("handled", "verified")),
    facts.CaseVerified: (("verified",), ()),
    facts.CaseClosed: (("closed",), ()),
    facts.ExtensionGranted: (("extended",), ()),
    facts.CaseReopened: (("with_department",), ("following", "taken_back", *_FIRST_ANSWER)),
    # 并案: who follows an accepted case is taken on with it, and is not to be handled beside it
    lineage.CaseMerged: (("following", *_TAKEN_ON), ()),
    lineage.CaseUnmerged: ((), ("following", "taken_back")),
    lineage.CaseClosedWith: (("following", "closed"), ()),
    lineage.CaseFollowedAgain: (("following",), _FIRST_ANSWER),
    lineage.CaseTakenBack: (("following", "taken_back"), ()),  # it never was a matter of its own
}
"""By fact: the marks it sets and those it takes away."""


# --- from marks and clocks to outcomes --------------------------------------------------------------------------------


def _standing(course: _Course) -> Standing:
    nothing = not course.marks.isdisjoint({"voided", "taken_back"})
    apart = nothing or course.source == Source.PLAN  # a leader's supervision is no matter of residents
    holds = frozenset() if apart else frozenset(_outcomes(course))
    return Standing(course.source, course.type_code, course.committee, course.team, holds)


def _outcomes(course: _Course) -> Iterable[str]:
    following = "following" in course.marks
    stood = ("judged", "founded", "accepted", "contacted", *(() if following else ("reworked", "extended")))
    yield from ("reported", *course.marks.intersection(stood))
    if "accepted" in course.marks and not course.late(ClockStage.ACCEPT):
        yield "accepted_on_time"
    yield from _hotline(course)
    if "unfounded" in course.marks:
        return
    yield from _elsewhere(course)
    if not following:
        yield from _work(course)
        yield from _close(course)
    yield from _answer(course)


def _work(course: _Course) -> Iterable[str]:
    """From dispatch to verification. 应处置: what was handled, in time or late, and what is overdue; not what was received."""
    marks = course.marks
    clocks = {stage: course.late(stage) for stage in (ClockStage.DISPATCH, ClockStage.HANDLE, ClockStage.VERIFY)}
    yield from _named(
        dispatch_due="dispatched" in marks or clocks[ClockStage.DISPATCH],
        dispatched_on_time="dispatched" in marks and not _any_late(course, ClockStage.DISPATCH),
        dispatched_rightly="dispatched" in marks and "misdirected" not in marks,
        handle_due="handled" in marks or clocks[ClockStage.HANDLE],
        handled="handled" in marks,
        handled_on_time="handled" in marks and not clocks[ClockStage.HANDLE],
        handle_overdue="handled" not in marks and clocks[ClockStage.HANDLE],
        verify_due="verified" in marks or clocks[ClockStage.VERIFY],
        verified_on_time="verified" in marks and not clocks[ClockStage.VERIFY],
    )


def _close(course: _Course) -> Iterable[str]:
    """Of what is handled by itself: a matter that several people told of is closed once."""
    closed, late = "closed" in course.marks, course.late(*_AGAIN)
    yield from _named(close_due=closed or late, closed=closed, closed_on_time=closed and not late)
    yield from _named(
        alarm_closed=closed and bool(course.proven), proven_by_instrument=closed and course.proven == BY_INSTRUMENT
    )


def _answer(course: _Course) -> Iterable[str]:
    """What each one who told of a matter had of it: an answer, a call, a rating of their own, also of a follower."""
    closed = "closed" in course.marks
    answer = course.newest(ClockStage.ANSWER)
    yield from _named(
        answer_due=answer is not None and (closed or answer.late),
        answered_on_time=answer is not None and closed and not answer.late,
        called_back=bool(course.marks & {"solved", "explained"}),
        solved="solved" in course.marks,
        rated=bool(course.satisfaction),
        satisfied=course.satisfaction == "satisfied",
        fairly=course.satisfaction == "fairly",
    )


def _hotline(course: _Course) -> Iterable[str]:
    """先行联系 of what the town took on: an order that only stands here as another system's copy says nothing of it."""
    clock = course.newest(ClockStage.CONTACT)
    missed = clock is not None and (clock.late or clock.unmet)
    if course.source == Source.HOTLINE and "accepted" in course.marks and ("contacted" in course.marks or missed):
        yield "contact_due"


def _elsewhere(course: _Course) -> Iterable[str]:
    """按时办结 of an order that only stands here as another system's copy: from the day of the answer that was given there."""
    copy = course.source == Source.HOTLINE and "accepted" not in course.marks
    if copy and course.replied_at and course.answer_until:
        yield from _named(answer_due=True, answered_on_time=course.replied_at <= course.answer_until)


def _any_late(course: _Course, stage: ClockStage) -> bool:
    """Whether any clock of the stage ran out: a case returned and dispatched again was on time only if it was each time."""
    return any(clock.late for clock in course.clocks.values() if clock.stage == stage)


def _named(**holds: bool) -> Iterable[str]:
    return (name for name, held in holds.items() if held)


def subjects(history: Iterable[tuple[str, datetime, Any]]) -> dict[UUID, list[Found]]:
    """What happened, by the case it happened to."""
    found: dict[UUID, list[Found]] = {}
    for case_id, at, fact in history:
        found.setdefault(UUID(case_id), []).append((at, fact))
    return found
