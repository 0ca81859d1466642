"""What is decided about promises: which of them changed, and how they stand. Pure.

A colour follows from figures and days and is never typed by anybody.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import takewhile
from uuid import UUID

from yiwang.plan.commitments import PACKS_FROM, Commitment
from yiwang.plan.facts import Goal, Promise, Words
from yiwang.plan.problems import DocumentNumberWanted
from yiwang.plan.wording import settled

# --- the words of a promise ------------------------------------------------------------------------------------------


def promise_of(one: Commitment, commitment_id: UUID, year: int) -> Promise:
    """A row of plan.yaml as the promise of one year."""
    target = one.target
    return Promise(
        commitment_id=commitment_id,
        row=one.row,
        item=one.item,
        promise=_words(one.promise),
        systems=one.systems,
        kinds=one.kinds,
        owner=one.owner,
        measure=_words(one.measure),
        goal=Goal(Decimal(target.value), target.unit, target.comparator) if target else None,
        due=one.due_on(year),
        evidence=one.evidence.kind,
        shown_by=_words(one.evidence.what),
        limits=_words(one.limits) if one.limits else None,
        source=one.evidence.source,
    )


def _words(names: Mapping[str, str]) -> Words:
    return Words(names["zh-Hans"], names["en"])


def of_a_pack(row: str) -> bool:
    """Whether a pack brought the row: it does not stand in the published plan."""
    return int(row.partition(".")[2]) >= PACKS_FROM


def revised(known: Mapping[str, Promise], wanted: Iterable[Promise], document_number: str) -> tuple[Promise, ...]:
    """Those that are new or differ, under the identifier they have already; what a person changed on the page stays so.

    A number to reach changes only by a paper with a number: raises DocumentNumberWanted, which names all such rows.
    """
    changed, unfounded = [], []
    for promise in wanted:
        before = known.get(promise.row)
        after = settled(before, promise) if before else promise
        if before == after:
            continue
        changed.append(after)
        if before and before.goal != after.goal and not document_number:
            unfounded.append(promise.row)
    if unfounded:
        raise DocumentNumberWanted(rows="、".join(unfounded))
    return tuple(changed)


# --- how it stands ---------------------------------------------------------------------------------------------------


class Colour(StrEnum):
    """How a promise stands. Grey says only that nothing is known yet."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    GREY = "grey"


GROWS = frozenset({"count", "firm", "yuan", "mu"})
"""Units of what adds up in the course of a year; the others are levels, which stand where they stand."""
MORE = frozenset({">=", ">"})
AT_MOST, AT_LEAST = frozenset({"<=", "="}), frozenset({">=", "="})
PERCENT, WHOLE = "percent", Decimal(100)
NEAR = Decimal("0.9")
"""From this share of the number to reach on, a forecast is only behind and not far behind [D]."""
FRESH = timedelta(days=100)
"""So old what was shown last may be and still keep a promise green: a quarter and some days [D]."""


SIGNED, INDICATOR, REGISTER = "signed", "indicator", "register"
"""By what a promise is shown: what somebody signed, a figure counted from cases, rows of a register."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What was shown last: a number in the target's unit, or that it is done, or neither but that it goes on, as of a day.

    `unit` is that of the value; `by` is one of SIGNED, INDICATOR, REGISTER, and a figure that comes by itself is `part` of
    `whole` (a share), or `part` rows.
    """

    as_of: date
    value: Decimal | None = None
    done: bool = False
    unit: str = ""
    by: str = SIGNED
    part: Decimal | None = None
    whole: int | None = None
    since: date | None = None
    """From which day on what was signed shows that the promise is kept; None where nothing says so, and for figures."""
    withheld: bool = False
    """There is a figure, of so few cases that it is not public."""
    settled: bool = False
    """A figure of months and days that are over: what was counted in the year stays counted, and is only added to."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one piece of signed evidence says: a number, or that it is done, or neither, as of a day."""

    as_of: date
    value: Decimal | None
    done: bool
    unit: str = ""


def shown_by_signed(goal: Goal | None, said: Sequence[Said]) -> Shown | None:
    """What signed evidence, the newest day first, shows together; None for none.

    Where there is a number to reach, the newest that gives one or says that it is done; a paper alone shows only that it goes
    on. So does a number in another unit than that to reach: it was signed before a document changed the unit, and 40 mu are not
    40 %. Without a number to reach, what was once done stays done until that is withdrawn.
    """
    comparable = [_in_unit_of(goal, one) for one in said]
    telling = [one for one in comparable if one.done or (goal and one.value is not None)]
    chosen = next(iter(telling or comparable), None)
    if chosen is None:
        return None
    kept = takewhile(lambda one: _keeps(one, goal), telling)
    since = min((one.as_of for one in kept), default=None)
    return Shown(chosen.as_of, chosen.value, chosen.done, chosen.unit, since=since)


def _keeps(one: Said, goal: Goal | None) -> bool:
    return one.done or (goal is not None and one.value is not None and reached(one.value, goal))


def _in_unit_of(goal: Goal | None, one: Said) -> Said:
    if goal is None or one.value is None or one.unit in ("", goal.unit):
        return one
    return replace(one, value=None, unit="")


@dataclass(frozen=True, slots=True)
class Judgement:
    """The colour, why (a code with words under `plan.why`), whether its day is over, what the year will come to, and for what was
    reached after its day how many days."""

    colour: Colour
    why: str
    late: bool = False
    forecast: Decimal | None = None
    days_late: int = 0


KEPT = frozenset({"reached", "reached-late"})
"""Why a promise is kept."""
WANTING = frozenset({"no-data", "nothing-in-time", "stale", "silent"})
"""Why a promise waits for evidence: there is none, or what there is has become old."""


def judged_on(year: int, today: date) -> date:
    """The day on which a year's promises are judged: today, or the last day of a year that is over (a later day that a promise
    itself names has not come then)."""
    return min(today, date(year, 12, 31))


def together(goal: Goal | None, figure: Shown, signed: Shown | None) -> Shown:
    """A figure that comes by itself, with what was signed beside it: that it is done counts where no number is to be reached."""
    return replace(figure, done=True, since=signed.since) if goal is None and signed and signed.done else figure


def judge(goal: Goal | None, *, begins: date, due: date, shown: Shown | None, as_of: date) -> Judgement:
    """How a promise stands at the end of the day `as_of`. Nothing shown is grey until its day is over, then red.

    Without a number to reach it is green as long as fresh evidence is signed, and kept once somebody signs that it is done; a
    figure that comes by itself is then amber, because there is nothing to compare it with. What is counted of months and days that are
    over is red as soon as it can no longer come to what was promised, and not first on the day. A figure that is withheld is grey at
    any time: red would say what is not public.
    """
    over = as_of > due
    if shown is None:
        return Judgement(Colour.RED, "nothing-in-time", late=True) if over else Judgement(Colour.GREY, "no-data")
    if shown.withheld:
        return Judgement(Colour.GREY, "withheld")
    if shown.done or (goal and shown.value is not None and reached(shown.value, goal)):
        return _kept(shown, due)
    if goal is None and shown.by != SIGNED:
        return Judgement(Colour.AMBER, "no-number", late=over)
    if over:
        return Judgement(Colour.RED, "missed", late=True, forecast=shown.value if goal else None)
    if goal is None:
        fresh = as_of - shown.as_of <= FRESH
        return Judgement(Colour.GREEN, "goes-on") if fresh else Judgement(Colour.AMBER, "silent")
    return _before_its_day(goal, shown, begins, due, as_of)


def _kept(shown: Shown, due: date) -> Judgement:
    """Green, and said for good when it came after its day: by the first evidence since which it stands."""
    if shown.since is None or shown.since <= due:
        return Judgement(Colour.GREEN, "reached", forecast=shown.value)
    return Judgement(Colour.GREEN, "reached-late", forecast=shown.value, days_late=(shown.since - due).days)


def _before_its_day(goal: Goal, shown: Shown, begins: date, due: date, as_of: date) -> Judgement:
    if shown.value is None:
        return Judgement(Colour.AMBER, "not-yet")
    if shown.settled and out_of_reach(shown.value, goal):
        return Judgement(Colour.RED, "out-of-reach", forecast=shown.value)
    if goal.unit not in GROWS or goal.comparator not in MORE:
        return Judgement(Colour.AMBER, "not-yet", forecast=shown.value)
    return _on_the_way(goal, shown, begins, due, as_of)


def out_of_reach(value: Decimal, goal: Goal) -> bool:
    """Whether nothing that is still counted can keep it: more than was to be at the most, or a share that was to be all of them or none."""
    if goal.unit != PERCENT:
        return goal.comparator in AT_MOST and value > goal.value
    none = goal.comparator in AT_MOST and goal.value == 0 and value > 0
    return none or (goal.comparator in AT_LEAST and goal.value >= WHOLE > value)


def _on_the_way(goal: Goal, shown: Shown, begins: date, due: date, as_of: date) -> Judgement:
    expected = forecast(shown, begins, due)
    if expected < goal.value * NEAR:
        return Judgement(Colour.RED, "far-behind", forecast=expected)
    if expected < goal.value:
        return Judgement(Colour.AMBER, "behind", forecast=expected)
    if as_of - shown.as_of > FRESH:
        return Judgement(Colour.AMBER, "stale", forecast=expected)
    return Judgement(Colour.GREEN, "on-course", forecast=expected)


def forecast(shown: Shown, begins: date, due: date) -> Decimal:
    """What it comes to on the day `due` if it goes on as since `begins`, which is a day of the count."""
    days, whole = (shown.as_of - begins).days + 1, (due - begins).days + 1
    value = shown.value or Decimal(0)
    return (value * whole / max(days, 1)).quantize(Decimal("0.1"))


def reached(value: Decimal, goal: Goal) -> bool:
    """Whether a number keeps what was promised."""
    return {
        ">=": value >= goal.value,
        "<=": value <= goal.value,
        "=": value == goal.value,
        ">": value > goal.value,
    }[goal.comparator]
