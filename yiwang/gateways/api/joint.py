"""Joint handling over the API: asking departments to assist, and what each does with its part."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from pydantic import Field

from yiwang.cases.steps import joint
from yiwang.gateways.api.arrows import (
    Door,
    ExplainBody,
    Photos,
    ReturnBody,
    RuleBody,
    StepBody,
    TakenAnswer,
    taken,
)
from yiwang.gateways.api.frame import opens
from yiwang.gateways.api.words import Line, Number, Text


class AskAssistBody(StepBody):
    teams: Annotated[list[Line], Field(min_length=1, max_length=100)]
    task: Text


class AnswerPartBody(StepBody):
    result: Text
    photos: Photos = Field(default_factory=list)
    no_photo_reason: Text = ""


class PassOnBody(StepBody):
    team: Line
    instruction: Text = ""


ASK = Door(AskAssistBody, joint.ask_assist, "case.ask_assist")

PART_DOORS: dict[str, Door] = {
    "sign": Door(StepBody, joint.sign_part, "case.assist"),
    "answer": Door(AnswerPartBody, joint.answer_part, "case.assist"),
    "return": Door(ReturnBody, joint.return_part, "case.return"),
    "pass_on": Door(PassOnBody, joint.pass_on, "case.dispatch"),
    "rule": Door(RuleBody, joint.rule_part, "case.rule"),
    "withdraw": Door(ExplainBody, joint.withdraw_part, "case.dispatch"),
}
"""Every arrow of a part (cases/parts.py) that is taken by itself, without `part_`. A second return is a dispute by itself."""


@opens("POST", "/cases/{number}/ask_assist", ASK.action, TakenAnswer)
def case_ask_assist(request: HttpRequest, number: Number, body: AskAssistBody) -> TakenAnswer:
    """Ask departments (by code) to assist with a case; each gets a part with a clock of its own."""
    return taken(request, ASK, number, body)


def _open(name: str, door: Door) -> None:
    body_class = door.body

    def take(request: HttpRequest, number: Number, part: UUID, body: body_class) -> TakenAnswer:  # type: ignore[valid-type]
        return taken(request, door, number, body, part)

    take.__name__ = f"part_{name}"
    take.__doc__ = door.step.__doc__
    opens("POST", f"/cases/{{number}}/parts/{{part}}/{name}", door.action, TakenAnswer)(take)


for _name, _door in PART_DOORS.items():
    _open(_name, _door)
