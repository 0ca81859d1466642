"""Acts on many cases: each is a step of its own under the person's name, so that one refusal stops none of the others."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from yiwang.cases import queries as cases
from yiwang.cases.problems import CaseUnknown, ProofMissing, WrongStage
from yiwang.cases.stages import ARROWS, arrows_from
from yiwang.cases.steps import forward, lineage
from yiwang.intake.reports.steps.suggesting import BulkAnswer, accept_as_suggested
from yiwang.kernel.people import queries as people
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import Actor, Call, CaseId
from yiwang.web.desk import casetypes
from yiwang.web.desk.problems import NoUsualDepartment
from yiwang.web.desk.room import said

MOST = 2000
"""So many at once; more is a filter gone wrong."""


def accept(actor: Actor, picked: Sequence[CaseId], call: Call) -> tuple[BulkAnswer, ...]:
    """Accept each as the reader suggested."""
    return accept_as_suggested(picked, call=call)


def dispatch(actor: Actor, picked: Sequence[CaseId], call: Call) -> tuple[BulkAnswer, ...]:
    """Dispatch each to the department that its type usually goes to. What has no such department is refused."""
    known = cases.rows_of(actor, picked)
    teams = {card.code: card.team_id for card in people.teams(actor)}
    answers = []
    for case_id in picked:
        try:
            row = known.get(case_id)
            if row is None:
                raise CaseUnknown(number=str(case_id))
            team_id = teams.get(casetypes.department(row.type_code)) if row.type_code else None
            if team_id is None:
                raise NoUsualDepartment(number=row.number)
            own = replace(call, key=f"{call.key}/{case_id}" if call.key else None, filled=frozenset({"team_id"}))
            forward.dispatch(case_id, team_id, version=row.row_version, call=own)
        except Problem as refusal:
            answers.append(BulkAnswer(case_id, refusal))
        else:
            answers.append(BulkAnswer(case_id, None))
    return tuple(answers)


def merge(actor: Actor, picked: Sequence[CaseId], call: Call, *, number: str) -> tuple[BulkAnswer, ...]:
    """Merge each into the case with this number, which may be among them. Without such a case none is merged."""
    try:
        main = cases.case_id_of(actor, number)
    except Problem as refusal:
        return tuple(BulkAnswer(case_id, refusal) for case_id in picked)
    return tuple(_merged(case_id, main, call) for case_id in picked if case_id != main)


def _merged(case_id: CaseId, main: CaseId, call: Call) -> BulkAnswer:
    try:
        lineage.merge(case_id, main, call=replace(call, key=f"{call.key}/{case_id}" if call.key else None))
    except Problem as refusal:
        return BulkAnswer(case_id, refusal)
    return BulkAnswer(case_id, None)


def in_words(problem: Problem, row: Any) -> Problem:
    """The same refusal with states, arrows and proofs by name instead of code."""
    given = problem.parameters
    if isinstance(problem, WrongStage):
        state = row.state if row else given["state"]
        able = _("、").join(said(f"case.arrow.{one.name}") for one in arrows_from(state)) if row else given["allowed"]
        return WrongStage(
            number=given["number"], state=said(f"case.state.{state}"), arrow=_arrow(given["arrow"]), allowed=able
        )
    if isinstance(problem, ProofMissing):
        return ProofMissing(arrow=_arrow(given["arrow"]), proof=said(f"case.proof.{given['proof']}"))
    return problem


def _arrow(name: str) -> str:
    return said(f"case.arrow.{name}") if name in ARROWS else name
