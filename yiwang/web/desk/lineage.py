"""What the page of a case shows of those it belongs together with (并案 and 拆案, ADR 0016)."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.cases import links
from yiwang.cases.links import LinkedCase
from yiwang.cases.queries import CaseRow, CaseView
from yiwang.intake.reports import queries as reports
from yiwang.kernel.terms import Actor
from yiwang.web.desk import rows
from yiwang.web.desk.room import said
from yiwang.web.desk.townsfolk import Names


def content(actor: Actor, row: CaseRow) -> dict[str, Any]:
    """The main case, those that follow, the case it was split off from, those split off it, and what was linked once."""
    found = links.lineage_of(actor, row.id)
    return {
        "main": _shown(found.main) if found.main else None,
        "followers": [_shown(one) for one in found.followers],
        "hidden_followers": found.hidden,
        "split_from": _shown(found.parent) if found.parent else None,
        "split_off": [_shown(one) for one in found.children],
        "hidden_split_off": found.hidden_children,
        "once_linked": [_shown(one) for one in found.before],
    }


def _shown(one: LinkedCase) -> dict[str, Any]:
    return {
        "number": one.number,
        "href": reverse("desk:case", args=[one.number]),
        "title": one.title,
        "state": said(f"case.state.{one.state}"),
        "tone": rows.tone_of(one.state),
        "kind": said(f"case.arrow.{one.kind}"),
        "at": one.at,
        "undone_at": one.undone_at,
    }


def mains(actor: Actor, row: CaseRow, language: str) -> list[dict[str, Any]]:
    """The cases that the reader takes for the same matter and that this one may follow, the likeliest first."""
    alike = reports.advice_of(actor, row.id, language).duplicates
    able = links.leaders(actor, [one.key for one in alike])
    return [
        {"value": one.key, "text": one.name, "percent": round(one.probability * 100), "why": one.why}
        for one in alike
        if one.key in able
    ]


def resting(case: CaseView, names: Names) -> list[str]:
    """That what assisting departments were asked rests while the case follows another, said before it is merged."""
    waiting = [names.team(part.team) for part in case.snapshot.parts if part.open]
    if not waiting:
        return []
    return [
        _("%(teams)s还没有反馈协办情况，并案以后先停下。主案也需要的，请在主案上请求协办。")
        % {"teams": _("、").join(waiting)}
    ]
