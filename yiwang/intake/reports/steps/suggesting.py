"""What the reader made of a report is noted, and accepted in bulk under a person's name."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from yiwang.cases.steps import forward
from yiwang.intake.reports import facts, rules
from yiwang.intake.reports.models import Report, ReportAdvice
from yiwang.intake.reports.reading.reader import Advice, Reason
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import SYSTEM, TOWN_WIDE, Actor, Call, CaseId, ReportId


@step("report.read_by_machine")
def keep_advice(report_id: ReportId, advice: Advice, *, call: Call) -> facts.ReportRead:
    """Note what the reader made of a report. It suggests; nothing is filed by this."""
    permission.require(call.actor, "report.read_by_machine", TOWN_WIDE)
    # Forgotten while the machine read it: the suggestions would quote words that are gone.
    gone = Report.objects.select_for_update().values_list("forgotten_at", flat=True).get(pk=report_id) is not None
    best = advice.classes[0] if advice.classes and not gone else None
    fact = facts.ReportRead(
        report_id=report_id,
        reader=advice.reader,
        top_code=best.code if best else "",
        top_probability=round(best.probability, 4) if best else 0.0,
        **({} if gone else _best_few(advice)),
    )
    record(fact, call=call)
    return fact


def _best_few(advice: Advice) -> dict[str, Any]:
    """The private fields of ReportRead: the best few of each list."""
    return {
        "types": tuple(
            facts.SuggestedType(one.code, round(one.probability, 4), _said(one.reason)) for one in advice.classes[:3]
        ),
        "places": tuple(
            facts.SuggestedPlace(one.place_id, one.name, round(one.score, 4), _said(one.reason))
            for one in advice.places[:3]
        ),
        "duplicates": tuple(
            facts.SuggestedDuplicate(CaseId(one.ref), round(one.probability, 4), _said(one.reason))
            for one in advice.duplicates[:5]
        ),
    }


def _said(reason: Reason) -> facts.Said:
    return facts.Said(reason.key, tuple((str(key), str(value)) for key, value in reason.parameters))


@dataclass(frozen=True, slots=True)
class BulkAnswer:
    """What became of one case of a bulk action: its number, and the refusal where it was refused."""

    case_id: CaseId
    refused: Problem | None


def accept_as_suggested(case_ids: Iterable[CaseId], *, call: Call) -> tuple[BulkAnswer, ...]:
    """A named person accepts many gathered cases, each with the type the reader suggested for its report.

    Each is a step of its own under this person's name: one that cannot be accepted is refused and the rest goes on.
    What the reader was not sure of is refused with NotSure: nobody looks at each of many.
    """
    answers = []
    for case_id in case_ids:
        report = Report.objects.filter(case=case_id).order_by("received_at").first()
        advice = ReportAdvice.objects.filter(report=report).first() if report else None
        try:
            forward.accept(
                case_id,
                type_code=_type_in_bulk(report, advice),
                title=rules.title_of(report.title, report.text) if report else "",
                type_unseen=True,
                call=replace(
                    call,
                    key=f"{call.key}/{case_id}" if call.key else None,
                    filled=frozenset({"type_code", "title"}),  # suggestions, which may be others by the time of a retry
                ),
            )
        except Problem as refusal:
            answers.append(BulkAnswer(case_id, refusal))
        else:
            answers.append(BulkAnswer(case_id, None))
    return tuple(answers)


def _type_in_bulk(report: Report | None, advice: ReportAdvice | None) -> str:
    if report is None or advice is None:
        return ""
    return rules.type_in_bulk(report.number, advice.top_code, advice.top_probability)


def reading_actor() -> Actor:
    """In whose name the timers of reports act: nobody's, never a person's."""
    return SYSTEM
