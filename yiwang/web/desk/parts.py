"""Who handles a case: the lead, and each assisting department with what it was asked, its clock and its answer."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.cases.joint import queries as joint
from yiwang.cases.parts import PartSnapshot, PartState
from yiwang.cases.queries import CaseView
from yiwang.cases.snapshot import ClockSnapshot
from yiwang.cases.stages import State
from yiwang.kernel.terms import Actor, TeamId
from yiwang.web.desk import why
from yiwang.web.desk.acts import Act
from yiwang.web.desk.room import said
from yiwang.web.desk.townsfolk import Names

TONES = {
    PartState.ASKED: "action",
    PartState.HANDLING: "action",
    PartState.ANSWERED: "done",
    PartState.RETURNED: "soon",
    PartState.DISPUTED: "soon",
}


def shown(case: CaseView, acts: Iterable[Act], names: Names, now: datetime) -> list[dict[str, Any]]:
    """The assisting departments, in the order in which they were asked."""
    found = list(acts)
    return [
        {
            "team": names.team(part.team),
            "state": said(f"case.part.{part.state}"),
            "tone": TONES.get(part.state, "waiting"),
            "task": part.task,
            "asked_at": part.asked_at,
            "result": part.result,
            "answered_at": part.answered_at,
            "ended": _ended(part),
            "clock": next((why.shown(clock, now) for clock in reversed(case.clocks) if clock.part == part.id), None),
            "acts": [
                {"text": said(f"case.arrow.{act.arrow}"), "href": reverse("desk:act", args=[case.row.number, act.name])}
                for act in found
                if act.part == str(part.id)
            ],
        }
        for part in case.snapshot.parts
    ]


def _ended(part: PartSnapshot) -> str:
    """Why nobody waits for it any more, in words."""
    if part.ended_why == "leads":
        return _("改为主办部门")
    if part.ended_why in set(State):
        return said(f"case.state.{part.ended_why}")
    return part.ended_why


def holder(case: CaseView, act: Act) -> TeamId | None:
    """Who has what the act is about: the part's department, or the case's lead."""
    return next((part.team for part in case.snapshot.parts if str(part.id) == act.part), case.row.lead_team)


def of_case(clocks: Iterable[ClockSnapshot]) -> list[ClockSnapshot]:
    """The clocks of the case itself: those of parts stand beside their part."""
    return [clock for clock in clocks if clock.part is None]


def options(actor: Actor, case: CaseView, names: Names) -> dict[str, list[dict[str, str]]]:
    """The long lists of the forms about parts: who can be asked, and whose answered part can go back."""
    busy = {str(part.team) for part in case.snapshot.parts if part.open} | {str(case.row.lead_team)}
    answered = joint.reworkable(actor, case.snapshot)
    return {
        "assists": [one for one in names.team_options() if one["value"] not in busy],
        "parts": [{"value": str(part.id), "text": names.team(part.team), "group": ""} for part in answered],
    }
