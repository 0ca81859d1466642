"""What waits for whom: each role's queues, as lists that the work list can open."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yiwang.cases import queries as cases
from yiwang.cases.queries import CaseRow, ListFilter
from yiwang.cases.stages import State
from yiwang.intake.reports import queries as reports
from yiwang.kernel.terms import Actor, Call, CaseId
from yiwang.web.desk import rows, townsfolk
from yiwang.web.desk.filters import Asked
from yiwang.web.desk.room import may

SHOWN = 8
OVERSEERS = frozenset({"leader", "auditor"})
"""Roles that look at the work of others: nothing waits for them by name."""


@dataclass(frozen=True, slots=True)
class Queue:
    """One list of things that wait for somebody with one of these roles. `count` names a figure of numbers_of."""

    title: Any
    asked: Asked
    roles: frozenset[str]
    count: str = ""


def _queue(title: Any, roles: str, count: str = "", **asked: Any) -> Queue:
    return Queue(title, Asked(**asked), frozenset(roles.split()), count)


QUEUES = (
    _queue(gettext_lazy("等我裁定"), "arbiter", "disputed", state=State.DISPUTED),
    _queue(gettext_lazy("部门争议，等裁定"), "duty_officer", "disputed", state=State.DISPUTED),
    _queue(gettext_lazy("延期申请"), "dispatcher duty_officer", limit="extensions"),
    _queue(gettext_lazy("退单，等重新派遣"), "dispatcher", "returned", state=State.RETURNED),
    _queue(gettext_lazy("协办退单，等改派"), "dispatcher", limit="part_returned"),
    _queue(gettext_lazy("协办争议，等裁定"), "arbiter duty_officer", limit="part_disputed"),
    _queue(gettext_lazy("待派遣"), "dispatcher", "accepted", state=State.ACCEPTED),
    _queue(gettext_lazy("待受理"), "operator", "gathered", state=State.GATHERED),
    _queue(gettext_lazy("待回访结案"), "operator", "verified", state=State.VERIFIED),
    _queue(gettext_lazy("并案待回访"), "operator", limit="uncalled"),
    _queue(gettext_lazy("短信没送到，待电话告知"), "operator duty_officer", limit="untold"),
    _queue(gettext_lazy("评价未解决"), "operator duty_officer", limit="unsolved"),
    _queue(gettext_lazy("待签收"), "handler", limit="own", state=State.DISPATCHED),
    _queue(gettext_lazy("处置中（含返工）"), "handler", limit="own", state=State.HANDLING),
    _queue(gettext_lazy("请本部门协办"), "handler", limit="assist"),
    _queue(gettext_lazy("待核查"), "verifier", "handled", state=State.HANDLED),
    _queue(gettext_lazy("抽中待复查"), "verifier", limit="rechecks"),
    _queue(gettext_lazy("已超时"), "duty_officer leader", "overdue", limit="overdue"),
    _queue(gettext_lazy("挂账，待复核"), "duty_officer", "suspended", state=State.SUSPENDED),
    _queue(gettext_lazy("本居委待受理"), "committee_worker grid_worker", "gathered", state=State.GATHERED),
    _queue(gettext_lazy("本居委未结"), "committee_worker grid_worker", "open"),
    _queue(gettext_lazy("最近结案"), "auditor", "closed", state=State.CLOSED, order="new"),
    _queue(gettext_lazy("挂账中"), "auditor", "suspended", state=State.SUSPENDED),
    _queue(gettext_lazy("作废"), "auditor", "voided", state=State.VOIDED, order="new"),
)


def overseeing(actor: Actor) -> bool:
    """Does this person only look at the work of others?"""
    return bool(actor.grants) and {grant.role for grant in actor.grants} <= OVERSEERS


def queues(actor: Actor, numbers: dict[str, int], call: Call) -> list[dict[str, Any]]:
    """The queues of the actor's roles with their first rows; empty ones say so shortly."""
    if not may(actor, "case.read"):
        return []
    names = townsfolk.names(actor)
    found = []
    for queue in QUEUES:
        if not actor.has_role(*queue.roles):
            continue
        empty = queue.count and not numbers.get(queue.count)
        wanted = queue.asked.wanted(call.now)
        page = () if empty else cases.work_list(actor, wanted, size=SHOWN).rows
        total = numbers.get(queue.count, 0) if queue.count else _length(actor, wanted, len(page))
        lines = rows.all_shown(page, names, call.now, _suggested(actor, page))
        href = f"{reverse('desk:cases')}?{queue.asked.query()}"
        found.append({"title": queue.title, "href": href, "rows": lines, "total": total, "more": total > len(page)})
    return found


def _length(actor: Actor, wanted: ListFilter, shown: int) -> int:
    """How long a list is of which the first rows are shown: counted only where there may be more."""
    return cases.length_of(actor, wanted) if shown == SHOWN else shown


def _suggested(actor: Actor, page: Iterable[CaseRow]) -> dict[CaseId, tuple[str, float]]:
    waiting = [row.id for row in page if row.state == State.GATHERED]
    return reports.suggested_types(actor, waiting) if waiting else {}


def tiles(numbers: dict[str, int], call: Call) -> list[dict[str, Any]]:
    """The figures at the top; each opens its rows."""
    address = reverse("desk:cases")
    wanted = (
        (_("未结"), "open", Asked(), ""),
        (_("已超时"), "overdue", Asked(limit="overdue"), ""),
        (_("快到期"), "soon", Asked(limit="soon"), _("剩不到四分之一（最早提前 4 小时或 1 天）")),
        (_("紧急"), "urgent", Asked(limit="urgent"), ""),
    )
    return [
        {"label": label, "value": numbers.get(key, 0), "href": f"{address}?{asked.query()}", "note": note}
        for label, key, asked, note in wanted
    ]


def stages(numbers: dict[str, int]) -> list[dict[str, Any]]:
    """How many cases stand in each state: for leaders and auditors, every number opening its rows."""
    from_states = []
    for state in State:
        query = Asked(state=state).query()
        from_states.append({"state": state, "count": numbers.get(state, 0), "href": f"{reverse('desk:cases')}?{query}"})
    return from_states
