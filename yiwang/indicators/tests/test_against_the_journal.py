"""Every indicator equals a slow, independent computation: from the journal's raw entries, case by case, in plain Python.

A month is lived by calling the steps of cases at random moments: late, suspended, returned, reworked, reopened, rated, merged,
unmerged, split, taken back. What
the slow computation knows it reads from entries' verbs and bodies; it shares nothing with cases/outcomes.py, Ibis or SQL.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from yiwang.cases import jobs as case_jobs
from yiwang.cases import law as case_law
from yiwang.cases.models import Case
from yiwang.cases.numbers import Source
from yiwang.cases.steps import forward, lineage, remarks, sideways, splitting
from yiwang.cases.steps.forward import Ground
from yiwang.cases.tests import conftest as cases_town
from yiwang.indicators import compiled, evidence, jobs, law, queries
from yiwang.indicators.evidence import Scope
from yiwang.indicators.sums import BY
from yiwang.indicators.tests import slow_parts
from yiwang.kernel.journal import sequencer
from yiwang.kernel.journal.models import Entry
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import AccountId, Actor, ActorKind, Call, CaseId, Grant, PlaceId, ScopeKind
from yiwang.kernel.workdays.clocks import TimeUnit, due_at

town = cases_town.town

LEADER = Actor(ActorKind.STAFF, AccountId(UUID(int=9)), (Grant("leader", ScopeKind.TOWN),))
YEAR = Scope(date(2019, 1, 1), date(2019, 12, 1))
COMMITTEES = (None, PlaceId(UUID(int=31)), PlaceId(UUID(int=32)))
TEAMS = ("sanitation", "water", "enforcement")
TYPES = ("E-01-01", "H-01-01", "E-21-03", "E-21-04")


# --- living a month ---------------------------------------------------------------------------------------------------


class Month:
    """Cases that random people treat at random moments, by the steps; what a step refuses is not done."""

    def __init__(self, seed: int, town: cases_town.Town) -> None:
        self.dice, self.town, self.open = random.Random(seed), town, []

    def live(self, acts: int) -> None:
        for number in range(acts):
            self.town.now += timedelta(minutes=self.dice.choice((3, 20, 90, 400, 1500)))
            case_jobs.sweep_clocks(self.town.now)
            if len(self.open) < 4 or number % 8 == 0:
                self.open.append(self.gather(number))
            else:
                self.act(self.dice.choice(self.open))

    def gather(self, number: int) -> CaseId:
        hotline = self.dice.random() < 0.5
        late_h = self.dice.choice((0, 0, 30, 700))  # some come from another system days or a month later
        return forward.gather(
            source=Source.HOTLINE if hotline else Source.PORTAL,
            origin_kind="test",
            origin_ref=str(number),
            text="井盖坏了",
            ground=Ground(committee=self.dice.choice(COMMITTEES)),
            reporter=AccountId(UUID(int=77)),
            happened_at=self.town.now - timedelta(hours=late_h),
            call=self.town.call("operator"),
        ).case_id

    def act(self, case_id: CaseId) -> None:
        try:
            with transaction.atomic():
                self.dice.choices(*zip(*WAYS, strict=True))[0](self, case_id)
        except Problem:  # the state or the time does not allow it: another day's act
            return

    def team(self) -> Any:
        return self.town.teams[self.dice.choice(TEAMS)]

    def handler(self, case_id: CaseId) -> Any:
        lead = str(Case.objects.values_list("lead_team_id", flat=True).get(pk=case_id))
        return next(
            (self.town.call("handler", team=code) for code in TEAMS if str(self.town.teams[code]) == lead), None
        )


def _forward(month: Month, case_id: CaseId) -> None:
    """The next step of the case's straight way."""
    call, state = month.town.call, str(Case.objects.values_list("state", flat=True).get(pk=case_id))
    way: dict[str, Callable[[], object]] = {
        "gathered": lambda: forward.accept(
            case_id, type_code=month.dice.choice(TYPES), title="井盖", call=call("operator")
        ),
        "accepted": lambda: forward.dispatch(case_id, month.team(), call=call("dispatcher")),
        "returned": lambda: forward.dispatch(case_id, month.team(), call=call("dispatcher")),
        "dispatched": lambda: forward.sign(case_id, call=month.handler(case_id)),
        "handling": lambda: forward.report_back(
            case_id, outcome="solved", result="已修", no_photo_reason="夜间", call=month.handler(case_id)
        ),
        "handled": lambda: forward.verify(case_id, finding="看过", no_photo_reason="当场", call=call("verifier")),
        "verified": lambda: forward.close(
            case_id,
            called_back=month.dice.choice(("solved", "explained", "unreachable")),
            answer="已修",
            call=call("operator"),
        ),
        "closed": lambda: forward.rate(
            case_id,
            solved="partly",
            satisfaction=month.dice.choice(("satisfied", "fairly", "unsatisfied")),
            call=call("operator"),
        ),
    }
    way[state]() if state in way else None


def _object(month: Month, case_id: CaseId) -> None:
    sideways.object_to(
        case_id,
        reason_code="other-department",
        legal_basis="三定方案",
        proposed_team=month.team(),
        explanation="不归我们管",
        call=month.handler(case_id) or month.town.call("handler", team="water"),
    )


def _reply(month: Month, case_id: CaseId) -> None:
    """An answer that was given elsewhere, written down when it was given or a day or two later."""
    at = month.town.now - timedelta(hours=month.dice.choice((0, 30, 60)))
    at = max(at, Case.objects.values_list("opened_at", flat=True).get(pk=case_id))
    remarks.note(case_id, text="已答复", kind="reply", happened_at=at, call=month.town.call("operator"))


def _settle(month: Month, case_id: CaseId) -> None:
    """Mended on the spot by who walks through the committee it lies in; where it lies in none, by somebody of another one: refused."""
    place = Case.objects.values_list("committee", flat=True).get(pk=case_id) or COMMITTEES[1]
    worker = Actor(ActorKind.STAFF, AccountId(UUID(int=55)), (Grant("grid_worker", ScopeKind.COMMITTEE, place),))
    about = {"type_code": month.dice.choice(TYPES), "result": "当场修好", "no_photo_reason": "夜间"}
    forward.settle(case_id, **about, call=Call(worker, month.town.now, "test"))


def _split(month: Month, case_id: CaseId) -> None:
    about = {"type_code": month.dice.choice(("E-01-01", "H-01-01")), "title": "路灯", "text": "路灯也不亮"}
    month.open.append(splitting.split(case_id, **about, call=month.town.call("operator")).child_id)


WAYS: list[tuple[Callable[[Month, CaseId], object], int]] = [
    (_forward, 60),
    (_reply, 4),
    (_object, 4),
    (lambda m, c: sideways.redirect(c, m.team(), reason_code="wrong-department", call=m.town.call("dispatcher")), 3),
    (lambda m, c: sideways.rework(c, finding="没有修好", call=m.town.call("verifier")), 5),
    (lambda m, c: sideways.reopen(c, ground="not-mended", call=m.town.call("operator")), 6),
    (lambda m, c: forward.contact(c, reached=m.dice.random() < 0.7, call=m.town.call("operator")), 6),
    (lambda m, c: sideways.dismiss(c, reason_code="not-found", explanation="没有", call=m.town.call("dispatcher")), 2),
    (lambda m, c: sideways.decline(c, reason_code="in-court", explanation="在诉讼", call=m.town.call("operator")), 2),
    (lambda m, c: sideways.void(c, reason_code="mistake", explanation="误登", call=m.town.call("duty_officer")), 2),
    (
        lambda m, c: remarks.correct(c, type_code="E-01-01", call=m.town.call("operator")),
        3,
    ),
    (lambda m, c: lineage.merge(c, m.dice.choice(m.open), call=m.town.call("operator")), 8),
    (lambda m, c: lineage.unmerge(c, explanation="不是一件事", call=m.town.call("operator")), 5),
    (_settle, 2),
    (_split, 3),
    (lambda m, c: splitting.unsplit(c, explanation="是一件事", call=m.town.call("operator")), 4),
    (
        lambda m, c: forward.call_back(
            c, called_back=m.dice.choice(("solved", "explained", "unreachable")), call=m.town.call("operator")
        ),
        5,
    ),
    *slow_parts.WAYS,
]


# --- the slow computation ---------------------------------------------------------------------------------------------


@dataclass
class Told:
    """The entries of one case up to a moment, as verbs and bodies."""

    entries: list[Any] = field(default_factory=list)

    def has(self, *verbs: str) -> bool:
        return any(one.verb in verbs for one in self.entries)

    def last(self, *verbs: str) -> int:
        """The place of the newest entry with one of these verbs; -1 without any."""
        return max((place for place, one in enumerate(self.entries) if one.verb in verbs), default=-1)

    def changes(self) -> list[tuple[int, dict[str, Any]]]:
        return [(place, change) for place, one in enumerate(self.entries) for change in one.body.get("clocks", ())]

    def clocks(self, stage: str, *, this_turn: bool) -> list[bool]:
        """Of each clock of a stage, in the order of their starts, whether it ran out and nothing mended that."""
        begun = self.last(*REOPENED) if this_turn else -1
        ids = [
            c["clock_id"]
            for place, c in self.changes()
            if c["kind"] == "start" and c["stage"] == stage and place >= begun
        ]
        return [self._late(clock_id) for clock_id in ids]

    def _late(self, clock_id: str) -> bool:
        late = False
        for _, change in self.changes():
            if change["clock_id"] == clock_id:
                late = (late or change["kind"] == "expire") and not (change["kind"] == "extend" or change.get("mends"))
        return late

    def late(self, *stages: str) -> bool:
        return any((self.clocks(stage, this_turn=True) or [False])[-1] for stage in stages)


ENDED_WITHOUT = ("case.declined", "case.dismissed")
HANDLED, REOPENED = "case.handled", ("case.reopened", "case.followed_again")
CLOSED = ("case.closed", "case.closed_with")
FOLLOWS = ("case.merged", "case.closed_with", "case.followed_again", "case.taken_back")
ALONE = ("case.unmerged", "case.reopened")
AGAIN = ("handle", "verify", "close", "answer")


def slow(told: Told, code: str) -> tuple[Decimal, int]:
    """What one case adds to the numerator and the denominator of one indicator."""
    if told.has("case.voided") or told.last("case.taken_back") > told.last(*ALONE):
        return Decimal(0), 0
    belongs, counts = SLOW[code](told)
    return (Decimal(str(float(counts))) if belongs else Decimal(0)), int(belongs)


def share(belongs: bool, counts: float) -> tuple[bool, float]:
    return belongs, counts


def founded(t: Told) -> bool:
    return not t.has(*ENDED_WITHOUT)


def handled(t: Told) -> bool:
    return t.last(HANDLED) > t.last(*REOPENED, "case.reworked")


def closed(t: Told) -> bool:
    return t.last(*CLOSED) > t.last(*REOPENED)


def verified(t: Told) -> bool:
    return t.last("case.verified") > t.last(*REOPENED, "case.reworked")


def follows(t: Told) -> bool:
    """Its main case is counted as to be handled, not it."""
    return t.last(*FOLLOWS) > t.last(*ALONE)


def accepted(t: Told) -> bool:
    """Taken on, or settled on the spot by whoever found it."""
    return taken_on(t) or t.has(HANDLED)


def taken_on(t: Told) -> bool:
    """By itself, or with the main case it was merged into, unless that was undone before anybody accepted it."""
    places = [p for p, one in enumerate(t.entries) if one.verb == "case.unmerged" and one.body["state"] == "gathered"]
    return t.has("case.accepted") or t.last("case.merged") > max(places, default=-1)


def misdirected(t: Told) -> bool:
    """Returned or disputed, or dispatched again while a department had it."""
    had = False
    for one in t.entries:
        if one.verb in ("case.returned", "case.disputed") or (one.verb == "case.dispatched" and had):
            return True
        back = one.verb == "case.unmerged" and one.body["state"] in ("dispatched", "handling")
        had = had or back or one.verb in ("case.dispatched", "case.ruled", "case.reopened")
    return False


def due(t: Told, done: bool, *stages: str) -> bool:
    return founded(t) and not follows(t) and (done or t.late(*stages))


def dispatch_due(t: Told) -> bool:
    return (
        founded(t)
        and not follows(t)
        and (t.has("case.dispatched") or (t.clocks("dispatch", this_turn=False) or [False])[-1])
    )


def hotline(t: Told) -> bool:
    return t.entries[0].body["source"] == "H"


def contact(t: Told) -> tuple[bool, float]:
    reached = any(one.verb == "case.contacted" and one.body["reached"] for one in t.entries)
    unmet = any(
        c["kind"] == "stop" and c.get("reason") == "unmet" and c.get("stage") == "contact" for _, c in t.changes()
    )
    late = any(t.clocks("contact", this_turn=False))
    return hotline(t) and accepted(t) and (reached or unmet or late), reached


def answered(t: Told) -> tuple[bool, float]:
    clocks = t.clocks("answer", this_turn=True)
    late = bool(clocks) and clocks[-1]
    if hotline(t) and founded(t) and not accepted(t):  # another system's copy: what was answered there
        replies = [e.happened_at for e in t.entries if e.verb == "case.noted" and e.body["kind"] == "reply"]
        return bool(replies), bool(replies) and replies[0] <= five_days_after(t.entries[0].happened_at)
    return hotline(t) and founded(t) and bool(clocks) and (closed(t) or late), closed(t) and not late


def five_days_after(received: datetime) -> datetime:
    """Until when an ordinary request is answered (R-111): the end of the fifth working day after it."""
    return due_at(received, 5, TimeUnit.WORKING_DAY, case_law.calendar()).due_at


def called(t: Told) -> tuple[bool, float]:
    after = t.entries[t.last(*REOPENED) + 1 :]
    heard = [e.body["called_back"] for e in after if e.verb in (*CLOSED, "case.called_back")]
    heard = [one for one in heard if one in ("solved", "explained")]
    return hotline(t) and founded(t) and bool(heard), bool(heard) and heard[-1] == "solved"


def rated(t: Told) -> tuple[bool, float]:
    given = [e.body["satisfaction"] for e in t.entries[t.last(*REOPENED) + 1 :] if e.verb == "case.rated"]
    weight = {"satisfied": 1, "fairly": 0.8, "unsatisfied": 0}
    return hotline(t) and founded(t) and bool(given), weight[given[-1]] if given else 0


def of_type(t: Told, wanted: str) -> tuple[bool, float]:
    """Closed on time, of one type: the one that a case was last given."""
    given = [one.body["type_code"] for one in t.entries if one.body.get("type_code")]
    counted = given[-1:] == [wanted] and due(t, closed(t), *AGAIN)
    return counted, closed(t) and not t.late(*AGAIN)


def proven(t: Told) -> tuple[bool, float]:
    """Closed with a proof of any kind, of the alarms of waters; by the instrument itself."""
    given = [one.body.get("proven", "") for one in t.entries if one.verb == "case.closed"]
    types = [one.body["type_code"] for one in t.entries if one.body.get("type_code")]
    counted = bool(given and given[-1]) and closed(t) and types[-1].startswith("E-41")
    return counted, counted and given[-1] == "instrument"


SLOW: dict[str, Callable[[Told], tuple[bool, float]]] = {
    "grid.valid_reports": lambda t: share(accepted(t) or t.has(*ENDED_WITHOUT), accepted(t) and founded(t)),
    "grid.accepted_on_time": lambda t: share(accepted(t), not any(t.clocks("accept", this_turn=False))),
    "grid.dispatched_on_time": lambda t: share(
        dispatch_due(t), t.has("case.dispatched") and not any(t.clocks("dispatch", this_turn=False))
    ),
    "grid.dispatched_rightly": lambda t: share(dispatch_due(t), t.has("case.dispatched") and not misdirected(t)),
    "grid.handled": lambda t: share(due(t, handled(t), "handle"), handled(t)),
    "grid.handled_on_time": lambda t: share(due(t, handled(t), "handle"), handled(t) and not t.late("handle")),
    "grid.handle_overdue": lambda t: share(due(t, handled(t), "handle"), not handled(t)),
    "grid.extended": lambda t: share(
        due(t, handled(t), "handle"), t.last("case.extension_granted") > t.last(*REOPENED)
    ),
    "grid.verified_on_time": lambda t: share(due(t, verified(t), "verify"), verified(t) and not t.late("verify")),
    "grid.reworked": lambda t: share(due(t, closed(t), *AGAIN), t.has("case.reworked")),
    "grid.closed": lambda t: share(due(t, closed(t), *AGAIN), closed(t)),
    "grid.closed_on_time": lambda t: share(due(t, closed(t), *AGAIN), closed(t) and not t.late(*AGAIN)),
    "grid.dumping_closed_on_time": lambda t: of_type(t, "E-21-03"),
    "grid.fishing_closed_on_time": lambda t: of_type(t, "E-21-04"),
    "hotline.contacted": contact,
    "hotline.answered_on_time": answered,
    "hotline.solved": called,
    "hotline.satisfied": rated,
    "waters.alarms_proven": proven,
}


def slowly(as_of: datetime) -> dict[str, tuple[Decimal, int]]:
    """Every indicator of the town as of a moment, added up case by case."""
    told: dict[str, Told] = {}
    entries = Entry.objects.filter(subject_kind="case", happened_at__lte=as_of).order_by("happened_at", "id")
    for entry in entries:
        told.setdefault(entry.subject_id, Told()).entries.append(entry)
    sums = {}
    for code in SLOW:
        pairs = [slow(one, code) for one in told.values()]
        sums[code] = (sum((n for n, _ in pairs), Decimal(0)), sum(d for _, d in pairs))
    return sums | slow_parts.totals(slow_parts.slowly(one.entries for one in told.values()))


def entries_by_case() -> list[list[Any]]:
    found: dict[str, list[Any]] = {}
    for entry in Entry.objects.filter(subject_kind="case").order_by("happened_at", "id"):
        found.setdefault(entry.subject_id, []).append(entry)
    return list(found.values())


def take_in(now: datetime) -> None:
    while sequencer.sequence_once():
        pass
    jobs.follow_journal(now)


def quickly(as_of: datetime) -> dict[str, tuple[Decimal, int]]:
    found = queries.figures(LEADER, YEAR, as_of)
    return {
        one.indicator.code: (one.share.numerator, one.share.denominator) for one in found if not one.indicator.counts
    }


def test_the_slow_computation_knows_every_indicator_of_cases():
    assert {*SLOW, *slow_parts.CODES} == {code for code, one in law.indicators().items() if not one.counts}


@pytest.mark.parametrize("seed", range(20))
def test_every_indicator_of_a_random_month_equals_the_slow_computation(town, seed):
    month, moments = Month(seed, town), []
    for _ in range(3):  # read in between: touched cells are counted anew, the others stay
        month.live(30)
        take_in(town.now)
        assert quickly(town.now) == slowly(town.now)
        moments.append(town.now)
    for moment in moments[:-1]:  # as it stood then, by all that is known of it now
        assert quickly(moment) == slowly(moment)


def test_the_rows_behind_each_number_add_up_to_it_and_so_do_its_parts(town):
    month = Month(20, town)
    month.live(120)
    take_in(town.now)
    for code, (numerator, denominator) in quickly(town.now).items():
        for part, number in (("numerator", numerator), ("denominator", Decimal(denominator))):
            behind = queries.rows(LEADER, code, part, YEAR, town.now, size=1000)
            assert sum((one.counts if part == "numerator" else Decimal(1) for one in behind), Decimal(0)) == number
            assert len({(one.case_id, one.part) for one in behind}) == len(behind)
        for by in BY:
            lines = queries.lines(LEADER, code, YEAR, town.now, by)
            assert sum((one.share.numerator for one in lines), Decimal(0)) == numerator
            assert sum(one.share.denominator for one in lines) == denominator
        cells = queries.cells(LEADER, code, YEAR, town.now)
        assert sum((one.share.numerator for one in cells), Decimal(0)) == numerator
        assert sum(one.share.denominator for one in cells) == denominator


def test_a_departments_figure_counts_its_own_parts_also_when_they_are_passed_on(town):
    month = Month(21, town)
    month.live(150)
    take_in(town.now)
    slow = slow_parts.slowly(entries_by_case())
    assert {team for _, team in slow}, "nobody assisted in this month: it shows nothing"
    for code in slow_parts.CODES:
        quick = {
            str(one.key): (one.share.numerator, one.share.denominator)
            for one in queries.lines(LEADER, code, YEAR, town.now, "team")
        }
        assert quick == {team: pair for (one, team), pair in slow.items() if one == code}
        behind = queries.rows(LEADER, code, "denominator", YEAR, town.now, size=None)
        assert behind
        assert all(one.part for one in behind)


def test_an_indicator_of_some_types_counts_these_alone(town):
    month = Month(22, town)
    month.live(60)
    take_in(town.now)
    whole = law.indicator("grid.accepted_on_time")
    told = {
        types: _denominator(replace(whole, types=types), town.now)
        for types in ((), ("E-01", "E-21"), ("E-21",), ("H-01-01",), ("C-01",))
    }
    assert told["E-01", "E-21"] > told[("E-21",)] > 0
    assert told["E-01", "E-21"] + told[("H-01-01",)] == told[()]
    assert told[("C-01",)] == 0


def _denominator(indicator: Any, as_of: datetime) -> int:
    return sum(found[4] for found in evidence.as_of(compiled.sums([indicator]), YEAR, as_of))
