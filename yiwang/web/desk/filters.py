"""The work list's address: what it is narrowed to, as a query string that can be kept, shared and come back to."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from yiwang.cases import numbers
from yiwang.cases import queries as cases
from yiwang.cases.numbers import Source
from yiwang.cases.queries import ListFilter
from yiwang.cases.stages import State
from yiwang.kernel import walltime
from yiwang.kernel.terms import Actor, TeamId
from yiwang.web.desk import casetypes
from yiwang.web.desk.room import said

LONGEST_SEARCH = 100
PART_LIMITS = {"part_returned": "returned", "part_disputed": "disputed"}
"""Lists of cases with a part of an assisting department in that state."""
TODAY = ("came_today", "ended_today")
SOON_HOURS = timedelta(hours=2)
"""What the duty screen calls due: it runs out within two hours by the clock on the wall."""
LIMITS = ("overdue", "soon", "two_hours", "urgent", "rechecks", "extensions", "untold", "unsolved", "uncalled", "own", "assist",
          *PART_LIMITS, *TODAY)  # fmt: skip
OPEN, ALL = "open", "all"
UNPLACED = "none"
"""Stands for no committee, where one may be chosen."""
OF_ENDED_TOO = frozenset({"rechecks", "untold", "unsolved", "uncalled", *TODAY})
"""What also waits in cases that have ended: these lists are not of the open ones only, unless a state is chosen."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The list as it was asked for. Unknown values are dropped, so that an old bookmark never breaks."""

    text: str = ""
    state: str = OPEN
    team: str = ""
    committee: str = ""
    cell: str = ""
    type: str = ""
    source: str = ""
    limit: str = ""
    order: str = ""
    after: int = 0

    @property
    def by_hand(self) -> bool:
        """Whether more is asked for than one of the views gives."""
        return bool(self.text or self.team or self.committee or self.cell or self.type or self.source or self.order)

    def query(self, **other: Any) -> str:
        """The same list as a query string, with some values put otherwise."""
        changed = replace(self, **other)
        names = {"text": "q"}
        pairs = {names.get(name, name): getattr(changed, name) for name in changed.__slots__}
        if pairs["state"] == OPEN:
            del pairs["state"]
        return urlencode({name: value for name, value in pairs.items() if value})

    def wanted(self, now: datetime) -> ListFilter:
        """What cases.queries is asked."""
        return ListFilter(
            states=(self.state,) if self.state not in (OPEN, ALL) else (),
            open_only=self.state == OPEN and self.limit not in OF_ENDED_TOO,
            team=TeamId(UUID(self.team)) if self.team else None,
            committee=UUID(self.committee) if self.committee not in ("", UNPLACED) else None,
            unplaced=self.committee == UNPLACED,
            cell=UUID(self.cell) if self.cell else None,
            type_prefix=self.type,
            source=self.source,
            text=self.text,
            overdue=self.limit == "overdue",
            soon_at=now if self.limit == "soon" else None,
            urgent=self.limit == "urgent",
            rechecks=self.limit == "rechecks",
            extensions=self.limit == "extensions",
            untold=self.limit == "untold",
            unsolved=self.limit == "unsolved",
            uncalled=self.limit == "uncalled",
            own=self.limit == "own",
            assist=self.limit == "assist",
            part_states=(PART_LIMITS[self.limit],) if self.limit in PART_LIMITS else (),
            runs_out=(now, now + SOON_HOURS) if self.limit == "two_hours" else None,
            opened_since=_today(now) if self.limit == "came_today" else None,
            closed_since=_today(now) if self.limit == "ended_today" else None,
            newest_first=self.order == "new",
        )


def asked(given: QueryDict) -> Asked:
    """Read the query string of a list. Who types a whole number looks for that very case: nothing else narrows the list."""
    text = given.get("q", "").strip()[:LONGEST_SEARCH]
    if numbers.is_number(numbers.tidy(text)):
        return Asked(text=text, state=ALL)
    state = given.get("state", OPEN)
    after = given.get("after", "")
    return Asked(
        text=text,
        state=state if state in {*State, ALL} else OPEN,
        team=_uuid(given.get("team", "")),
        committee=UNPLACED if given.get("committee") == UNPLACED else _uuid(given.get("committee", "")),
        cell=_uuid(given.get("cell", "")),
        type=given.get("type", "") if given.get("type", "").replace("-", "").isalnum() else "",
        source=given.get("source", "") if given.get("source", "") in set(Source) else "",
        limit=given.get("limit", "") if given.get("limit", "") in LIMITS else "",
        order="new" if given.get("order") == "new" else "",
        after=int(after) if after.isdecimal() and len(after) < 8 else 0,
    )


def _uuid(text: str) -> str:
    try:
        return str(UUID(text)) if text else ""
    except ValueError:
        return ""


def _today(now: datetime) -> datetime:
    return walltime.day_begins(walltime.town_day(now))


def fields(
    shown: Asked, teams: list[tuple[str, str]], committees: list[tuple[str, str]], cells: list[tuple[str, str]]
) -> list[dict[str, Any]]:
    """The filter bar's fields."""
    states = [(OPEN, _("未结")), (ALL, _("全部")), *((str(state), said(f"case.state.{state}")) for state in State)]
    orders = [("", _("先到期的在前")), ("new", _("新来的在前"))]
    limits = [
        ("", _("不限")),
        ("overdue", _("已超时")),
        ("soon", _("快到期")),
        ("two_hours", _("两小时内到期")),
        ("urgent", _("紧急")),
        ("came_today", _("今天来的")),
        ("ended_today", _("今天办结的")),
        ("extensions", _("申请延期")),
        ("rechecks", _("抽中待复查")),
        ("untold", _("短信没送到，待电话告知")),
        ("unsolved", _("评价未解决")),
        ("uncalled", _("并案待回访")),
        ("own", _("本部门主办")),
        ("assist", _("等协办反馈")),
        ("part_returned", _("协办退单，等改派")),
        ("part_disputed", _("协办争议，等裁定")),
    ]
    sources = [("", _("不限")), *((str(one), said(f"case.source.{one}")) for one in Source)]
    return [
        {"name": "q", "text": _("查找"), "kind": "search", "value": shown.text},
        {"name": "state", "text": _("状态"), "kind": "select", "options": states, "value": shown.state},
        {"name": "limit", "text": _("时限"), "kind": "select", "options": limits, "value": shown.limit},
        {"name": "team", "text": _("部门"), "kind": "select", "options": any_of(teams), "value": shown.team},
        {"name": "committee", "text": _("居委"), "kind": "select", "options": any_of([*committees, (UNPLACED, _("未定居委"))]),
         "value": shown.committee},
        {"name": "cell", "text": _("网格"), "kind": "select", "options": any_of(cells), "value": shown.cell},
        {"name": "type", "text": _("类别"), "kind": "select", "options": any_of(casetypes.class_options()), "value": shown.type},
        {"name": "source", "text": _("来源"), "kind": "select", "options": sources, "value": shown.source},
        {"name": "order", "text": _("次序"), "kind": "select", "options": orders, "value": shown.order},
    ]  # fmt: skip


def any_of(options: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The options and, before them, all of them."""
    return [("", _("不限")), *options]


def views(shown: Asked, counted: dict[str, int]) -> list[dict[str, Any]]:
    """The lists everybody has; one's own are kept in the browser (static/desk/list.js)."""
    from_numbers = [
        (_("未结"), Asked(), "open"),
        (_("已超时"), Asked(limit="overdue"), "overdue"),
        (_("快到期"), Asked(limit="soon"), "soon"),
        (_("紧急"), Asked(limit="urgent"), "urgent"),
        (_("待受理"), Asked(state=State.GATHERED), "gathered"),
        (_("待派遣"), Asked(state=State.ACCEPTED), "accepted"),
        (_("处置中"), Asked(state=State.HANDLING), "handling"),
        (_("待核查"), Asked(state=State.HANDLED), "handled"),
    ]
    bare = replace(shown, after=0)
    return [
        {"text": text, "href": f"?{view.query()}", "current": view == bare, "count": counted.get(key, 0)}
        for text, view, key in from_numbers
    ]


def visible_filter(actor: Actor, shown: Asked, now: datetime, most: int) -> list[str]:
    """The identifiers of everything on this list, not only of the page shown, up to `most`."""
    found: list[str] = []
    after: int | None = 0
    while after is not None and len(found) < most:
        page = cases.work_list(actor, shown.wanted(now), after=after, size=200)
        found.extend(str(row.id) for row in page.rows)
        after = page.next
    return found[:most]
