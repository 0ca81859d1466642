"""Why a case goes as it goes: the kind it was taken as, how that was chosen, and the rule of each limit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from yiwang.cases import law, queries
from yiwang.cases.facts import CaseAccepted
from yiwang.cases.snapshot import ClockSnapshot
from yiwang.cases.stages import ClockStage
from yiwang.kernel import walltime
from yiwang.kernel.params.problems import RuleNotInForce, RuleUnknown
from yiwang.kernel.terms import Actor

TOLD = (ClockStage.ACCEPT, ClockStage.HANDLE, ClockStage.VERIFY, ClockStage.ANSWER)
"""The limits that a reporter is told of; the others are between offices."""


@dataclass(frozen=True, slots=True)
class RuleBehind:
    """The dated rule that a limit comes from. `verified`: somebody has compared it with the source itself.

    `words`: the rule as a sentence, by language; none for a row of the table of case types.
    """

    rule: str
    version: str
    reference: str
    verified: bool
    since: date
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LimitBehind:
    """One limit of a case: its stage, how long it was at the start, and its rule; None for a rule no longer known."""

    stage: ClockStage
    amount: int
    unit: str
    due_at: datetime | None
    behind: RuleBehind | None


@dataclass(frozen=True, slots=True)
class Explained:
    """`choice`: how it came to its kind: `chosen` by a person, `unseen` where suggestions were taken many at a time, empty
    while it is not accepted."""

    type_code: str
    choice: str
    accepted_at: datetime | None
    limits: tuple[LimitBehind, ...]


def explained(actor: Actor, number: str) -> Explained:
    """Why a case goes as it goes. Raises CaseUnknown, also for one out of the actor's reach."""
    view = queries.case(actor, number)
    accepted = [one for one in queries.timeline(actor, view.row.id) if isinstance(one.fact, CaseAccepted)]
    newest = accepted[-1] if accepted else None
    return Explained(
        view.row.type_code,
        newest.fact.type_choice if newest else "",
        newest.happened_at if newest else None,
        tuple(
            LimitBehind(
                clock.stage,
                clock.amount,
                clock.unit,
                clock.due_at,
                rule_behind(clock, walltime.town_day(clock.events[0].at)),
            )
            for clock in view.clocks
            if clock.part is None and clock.stage in TOLD
        ),
    )


def rule_behind(clock: ClockSnapshot, day: date) -> RuleBehind | None:
    """The rule of a clock as it was on a day; None when there is none of that name then."""
    code = clock.rule.rpartition(".")[0]
    if code in law.catalogue():
        limit = law.catalogue()[code].limits_on(day).get(ClockStage.HANDLE if clock.part else clock.stage)
        if limit is None:
            return None
        since = date.fromisoformat(limit.version.rpartition("@")[2])
        return RuleBehind(clock.rule, limit.version, limit.reference, limit.verified, since, {})
    try:
        rule = law.rulebook().on(clock.rule, day)
    except (RuleUnknown, RuleNotInForce):
        return None
    reference = " ".join(part for part in (rule.reference, rule.article) if part)
    return RuleBehind(clock.rule, rule.version, reference, rule.verified, rule.effective_from, rule.text)
