"""A case as a line of the list: what a clerk must see to choose it, in one look."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.cases import clocks
from yiwang.cases.queries import CaseRow
from yiwang.cases.stages import NOTHING_TO_DO, State
from yiwang.intake.reports.rules import sure_enough
from yiwang.kernel import walltime
from yiwang.kernel.terms import CaseId
from yiwang.web.components.markup import english, moment_text
from yiwang.web.desk import casetypes, why
from yiwang.web.desk.room import said
from yiwang.web.desk.townsfolk import Names

TONES = {
    State.GATHERED: "action",
    State.ACCEPTED: "action",
    State.DISPATCHED: "action",
    State.RETURNED: "soon",
    State.DISPUTED: "soon",
    State.HANDLED: "action",
    State.VERIFIED: "action",
    State.CLOSED: "done",
    State.RATED: "done",
}
"""How a state looks where somebody must act; every other waits."""


def tone_of(state: State) -> str:
    return TONES.get(state, "waiting")


def shown(row: CaseRow, names: Names, now: datetime, suggestion: tuple[str, float] | None = None) -> dict[str, Any]:
    """One line of the list."""
    return {
        "id": str(row.id),
        "number": row.number,
        "href": reverse("desk:case", args=[row.number]),
        "title": row.title or _("（只有照片）"),
        "type": casetypes.name(row.type_code) if row.type_code else "",
        "suggested": _suggested(row, suggestion),
        "guessed": suggestion is not None and not sure_enough(suggestion[1]),
        "place": names.where(row.place_id, row.point, row.committee),
        "team": names.team(row.lead_team),
        "source": said(f"case.source.{row.source}"),
        "came": {"text": near(row.opened_at, now), "full": moment_text(row.opened_at, with_year=True)},
        "state": str(row.state),
        "tags": list(_tags(row)),
        "due": _due(row, now),
        "note": _("%(day)s 复核") % {"day": why.day_text(row.review_on)} if row.review_on else "",
        "version": row.row_version,
        "gathered": row.state == State.GATHERED,
    }


def _suggested(row: CaseRow, suggestion: tuple[str, float] | None) -> str:
    if row.state != State.GATHERED or not suggestion or not suggestion[0]:
        return ""
    if not sure_enough(suggestion[1]):
        return _("类别没有把握")
    return _("建议：%(type)s %(percent)s%%") % {
        "type": casetypes.name(suggestion[0]),
        "percent": round(suggestion[1] * 100),
    }


def _tags(row: CaseRow) -> Iterable[dict[str, str]]:
    yield {"text": said(f"case.state.{row.state}"), "tone": tone_of(row.state)}
    if row.handled_late:
        yield {"text": _("处置超时（已停）"), "tone": "overdue"}
    if row.review_due:
        yield {"text": _("复核日已到"), "tone": "soon"}
    if row.urgent and row.state not in NOTHING_TO_DO:
        yield {"text": _("紧急"), "tone": "overdue"}
    if row.rated_unsolved:
        yield {"text": _("评价未解决"), "tone": "soon"}
    if row.reopened:
        yield {"text": _("重办 %(n)s 次") % {"n": row.reopened}, "tone": "soon"}
    if row.reworks:
        yield {"text": _("返工 %(n)s 次") % {"n": row.reworks}, "tone": "soon"}


def _due(row: CaseRow, now: datetime) -> dict[str, str] | None:
    """When the first clock runs out, said as one would at the desk: today's by the hour, others by the day."""
    if row.due_at is None or row.state in NOTHING_TO_DO:
        return None
    state = str(clocks.pressure(row.due_at, row.soon_at, now, ran_out=row.overdue))
    return {
        "state": state,
        "stage": said(f"case.clock.{row.due_stage}") if row.due_stage else "",
        "text": near(row.due_at, now),
        "full": moment_text(row.due_at, with_year=True),
        "icon": {"overdue": "warning", "soon": "clock"}.get(state, "clock"),
    }


def near(at: datetime, now: datetime) -> str:
    """A moment as short as one would say it: today, yesterday and tomorrow by the hour."""
    days = (walltime.town_day(at) - walltime.town_day(now)).days
    local = walltime.in_town(at)
    if days in (0, 1, -1):
        word = {0: _("今天"), 1: _("明天"), -1: _("昨天")}[days]
        return f"{word} {local:%H:%M}"
    if local.year != walltime.in_town(now).year:
        return f"{local:%Y-%m-%d}"
    return moment_text(at) if english() else f"{local.month}月{local.day}日 {local:%H:%M}"


def all_shown(
    rows: Iterable[CaseRow],
    names: Names,
    now: datetime,
    suggestions: Mapping[CaseId, tuple[str, float]] | None = None,
) -> list[dict[str, Any]]:
    """Many lines."""
    found = suggestions or {}
    return [shown(row, names, now, found.get(row.id)) for row in rows]
