"""Supervisions (督办) as the desk shows them: as lines of a list, and on the page of their case."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.cases.queries import CaseView
from yiwang.cases.stages import SUPERVISION
from yiwang.kernel import walltime
from yiwang.kernel.terms import Actor
from yiwang.plan import queries as plans
from yiwang.plan.supervision import queries as supervisions
from yiwang.plan.supervision.queries import SupervisionView
from yiwang.registers.evidence.queries import SignedEvidence
from yiwang.web.board import evidence, shown
from yiwang.web.components.markup import english, moment_text
from yiwang.web.desk.room import said
from yiwang.web.desk.townsfolk import Names

TONES = {"running": "waiting", "soon": "soon", "overdue": "overdue", "ended": "done"}
"""The colours of a supervision: in time, nearly due, overdue; and over."""


def columns() -> list[dict[str, Any]]:
    """The headings of a list of supervisions."""
    heads = {
        "promise": _("任务"), "state": _("时限"), "stage": _("办到哪一步"), "team": _("承办部门"), "opened": _("开督办"),
        "due": _("到期"), "number": _("案件"),
    }  # fmt: skip
    return [{"key": key, "text": text} for key, text in heads.items()]


def line(one: SupervisionView, names: Names) -> dict[str, Any]:
    """One supervision as a line: its own colour, never the promise's."""
    return {
        "promise": {
            "text": f"{one.row} {promise_of(one)}",
            "href": reverse("desk:supervise", args=[one.year, one.row]),
        },
        "state": {"text": said(f"plan.supervision.{one.colour}"), "tone": TONES[one.colour]},
        "stage": said(f"case.state.{one.state}"),
        "team": names.team(one.lead_team),
        "opened": moment_text(one.opened_at),
        "due": moment_text(one.due_at) if one.due_at else "—",
        "number": {"text": one.number, "href": reverse("desk:case", args=[one.number])},
    }


def promise_of(one: SupervisionView) -> str:
    """The promise in the page's language."""
    return one.promise_en if english() else one.promise_zh


def lines(found: Iterable[SupervisionView], names: Names) -> list[dict[str, Any]]:
    """A list of them; those that go on stand first, the nearest end first."""
    order = sorted(found, key=lambda one: (one.colour == "ended", one.due_at is None, one.due_at or one.opened_at))
    return [line(one, names) for one in order]


def of_case(actor: Actor, case: CaseView, now: datetime) -> dict[str, Any] | None:
    """What the page of a supervision says of its promise; None for any other case."""
    if case.snapshot.origin != SUPERVISION:
        return None
    found = supervisions.of_case(actor, case.row.id, now)
    if found is None:
        return None
    judged = plans.promise(actor, found.year, found.row, walltime.town_day(now)).judgement
    return {
        "row": found.row,
        "promise": promise_of(found),
        "href": reverse("board:promise", args=[found.year, found.row]),
        "was": {"text": said(f"plan.colour.{found.was}"), "tone": shown.TONES[found.was]},  # type: ignore[index]
        "now": shown.state(judged),
        "why": said(f"plan.why.{judged.why}"),
        "evidenced": case.snapshot.evidenced,
        "evidence": evidence.lines(actor, _signed(actor, case, found)),
    }


def _signed(actor: Actor, case: CaseView, found: SupervisionView) -> list[SignedEvidence]:
    """What hangs on the case of what was signed for its promise."""
    hung = {proof.ref for proof in case.proofs}
    return [one for one in evidence.of_promise(actor, found.year, found.row) if str(one.evidence_id) in hung]
