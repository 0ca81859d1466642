"""Which limits hold for a case on a day: its type's local table, the hotline's rules by kind of demand, the town's own. Pure."""

import dataclasses
import datetime
from collections.abc import Iterable, Mapping

from yiwang.cases.classes import DEMANDS, ON_APPROVAL, CaseType, Catalogue, Limit
from yiwang.cases.stages import ClockStage
from yiwang.kernel.params.rulebook import Rulebook, RuleVersion

USUAL_DEMAND = "request"
"""What a demand is taken for when neither a person nor its type says its kind: an ordinary request, five working days."""

ASKED_AGAIN = "call_back_review"
"""The kind of a demand that was answered and is reopened (回访复核): three working days from the reopening."""

DEMAND_KIND = "H"
"""The kind letter of case types that are demands."""


def is_demand(type_code: str, *, hotline: bool) -> bool:
    """Whether a case has a kind of demand and the days of R-111: every order of 12345, whatever it is about, because the
    duty comes with the order; and from elsewhere a case of a type of demands."""
    return hotline or type_code[:1] == DEMAND_KIND


def demand_of(case_type: CaseType, given: str, *, hotline: bool) -> str:
    """The kind of demand of a case: the one a person gave, else its type's, else the usual one; empty for no demand."""
    if given or not is_demand(case_type.code, hotline=hotline):
        return given
    return case_type.demand or USUAL_DEMAND


def demand_as_kept(type_code: str, given: str, *, hotline: bool) -> str:
    """The kind of demand of a case whose type no pack has any more: the one it had, else the usual; empty for no demand."""
    return given or (USUAL_DEMAND if is_demand(type_code, hotline=hotline) else "")


def demand_after(case_type: CaseType, given: str, before: str, *, hotline: bool) -> str:
    """The kind of demand of a case whose type was corrected: the one a person gave, else the one it had, else its type's."""
    if not is_demand(case_type.code, hotline=hotline):
        return ""
    return given or before or demand_of(case_type, "", hotline=hotline)


def demand_again(type_code: str, *, hotline: bool) -> str:
    """The kind of demand of a case that is reopened: its first answer did not hold, so it asks again about what was answered.

    Whatever days it had for the first answer, also those approved for a complex one, were for that one. Empty for no demand.
    """
    return ASKED_AGAIN if is_demand(type_code, hotline=hotline) else ""


def _limit(stage: ClockStage, version: RuleVersion) -> Limit:
    return Limit(
        stage=stage,
        amount=int(version.value),
        unit=version.unit,
        rule=version.id,
        version=version.version,
        hash=version.hash,
        reference=version.reference,
        verified=version.verified,
    )


def on_receipt(rulebook: Rulebook, day: datetime.date, *, hotline: bool) -> Mapping[ClockStage, Limit]:
    """The limits that start when something is gathered: to accept it, and for the hotline to speak with the caller."""
    wanted = {ClockStage.ACCEPT: "cases.limit.accept"}
    if hotline:
        wanted[ClockStage.CONTACT] = "hotline.limit.first-contact"
    return _in_force(rulebook, wanted, day)


def usual_answer(rulebook: Rulebook, day: datetime.date) -> Limit | None:
    """How long an order received on a day may take that nobody has said the kind of; None before there was a rule."""
    return _in_force(rulebook, {ClockStage.ANSWER: f"hotline.limit.{USUAL_DEMAND}"}, day).get(ClockStage.ANSWER)


def _in_force(rulebook: Rulebook, wanted: Mapping[ClockStage, str], day: datetime.date) -> dict[ClockStage, Limit]:
    """The limits of those rules that were in force on the day: before there was a rule there is no clock."""
    found = {}
    for stage, rule_id in wanted.items():
        versions = rulebook.versions(rule_id)
        if versions[0].effective_from <= day:
            found[stage] = _limit(stage, rulebook.on(rule_id, day))
    return found


def kept(recorded: Iterable[Limit], day: datetime.date) -> Mapping[ClockStage, Limit]:
    """Of the limits that clocks were recorded with, those in force on a day: of each stage the latest that had begun.

    They stand for the table of a type that no pack has any more. `version` ends in the day from which a limit holds. A stage
    that no case of the type ever came to has none.
    """
    by_day = sorted(recorded, key=lambda limit: limit.version.rpartition("@")[2])
    return {limit.stage: limit for limit in by_day if limit.version.rpartition("@")[2] <= day.isoformat()}


def of_case(
    catalogue: Catalogue,
    rulebook: Rulebook,
    type_code: str,
    demand: str,
    day: datetime.date,
    *,
    hotline: bool,
    recorded: Iterable[Limit] = (),
) -> Mapping[ClockStage, Limit]:
    """The limits of a typed case on the day of the fact.

    A demand is answered within its own days (R-111) beside the stages of its type: `hotline`, it came as an order of 12345.
    One that is complex, on approval, may be handled so long too: else the department is late with what was approved.
    `recorded`: what clocks of this type were recorded with, for one whose pack was taken away.
    """
    known = type_code in catalogue
    found = dict(catalogue[type_code].limits_on(day) if known else kept(recorded, day))
    if demand in DEMANDS and is_demand(type_code, hotline=hotline):
        stages = (ClockStage.ANSWER, ClockStage.HANDLE) if demand == ON_APPROVAL else (ClockStage.ANSWER,)
        found |= _in_force(rulebook, dict.fromkeys(stages, f"hotline.limit.{demand}"), day)
    if ClockStage.HANDLE in found:  # who assists has the same days as who leads, from when they are asked
        found[ClockStage.ASSIST] = dataclasses.replace(found[ClockStage.HANDLE], stage=ClockStage.ASSIST)
    return found | _in_force(
        rulebook, {ClockStage.CLOSE: "cases.limit.close", ClockStage.RULING: "cases.limit.ruling"}, day
    )
