"""What every page of the desk has: the navigation of one's roles, one's name, live updates, and fragments for htmx."""

import os
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.kernel.access import permission
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.notices import queries as notices
from yiwang.kernel.people import queries as people
from yiwang.kernel.terms import Actor, Call
from yiwang.kernel.wording import word
from yiwang.plan import queries as plans
from yiwang.web import house
from yiwang.web.policy import POLICY

LONGEST_NUMBER = 18
"""Digits; a column of eight bytes holds any of that length. Python breaks on thousands of them."""
BESIDE = {
    "desk:rivers": ("desk:outlets", "desk:plants", "desk:sites", "desk:air"),
    "desk:stations": ("desk:samples_import",),
}
"""Pages that a section's tabs and links open, by the section."""
STREAM_PATH = "/stream/desk"


def actor_of(request: HttpRequest) -> Actor:
    """Who asks (set by the people middleware)."""
    return request.actor  # type: ignore[attr-defined]


def call_of(request: HttpRequest, reason: str = "") -> Call:
    """The request as a call, with its form's key."""
    return request.call(reason=reason)  # type: ignore[attr-defined]


def may(actor: Actor, action: str) -> bool:
    """Whether the actor may do this anywhere at all."""
    return not permission.reach(actor, action).nothing


def whole(text: str, otherwise: int) -> int:
    """A number as an address or a hidden field carries it; `otherwise` for what no column of the database could hold."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else otherwise


def by_htmx(request: HttpRequest) -> bool:
    """Whether only a part of the page is asked for."""
    return request.headers.get("HX-Request") == "true"


def own_name(actor: Actor) -> str:
    """The name of whoever is logged in; empty for a visitor."""
    return people.name_for(actor, actor.account_id) if actor.account_id else ""


def role_name(role: str) -> str:
    """A role in words."""
    names: dict[str, str] = permission.roles()[role]["name"]  # type: ignore[assignment]
    return names[house.language()]


def role_words(actor: Actor) -> str:
    """The actor's roles in words, each once."""
    names = permission.roles()
    language = house.language()
    found = {grant.role: names[grant.role]["name"][language] for grant in actor.grants if grant.role in names}  # type: ignore[index]
    return _("、").join(found.values())


def navigation(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    """The sections that the actor's roles open. Each carries its keys (`g` and a letter)."""
    here = request.path
    entries = [
        (_("首页"), "desk:home", "g h", "desk.read"),
        (_("值守大屏"), "desk:watch", "g w", "desk.watch"),
        (_("案件"), "desk:cases", "g c", "case.read"),
        (_("登记来电来访"), "desk:new", "g n", "report.suggest"),
        (_("裁定先例"), "desk:rulings", "g r", "case.read"),
        (_("指标"), "desk:figures", "g f", "indicator.read"),
        (_("任务与依据"), "desk:evidence", "g e", "evidence.sign"),
        (_("要点核对"), "desk:plan_latest", "g y", "plan.review"),
        (_("周一看板"), "desk:monday", "g m", "plan.oversee"),
        (_("督办"), "desk:supervisions", "g s", "plan.oversee"),
        (_("个人信息请求"), "desk:claims", "g q", "claim.list"),
        (_("汇总"), "board:summaries", "g u", "summary.issue"),
        (_("导入热线表"), "desk:import", "g i", "report.import"),
        (_("台账"), "desk:registers", "g b", "register.read"),
        (_("报警"), "desk:alarms", "g v", "alarm.read"),
        (_("河道水质"), "desk:rivers", "g k", "register.read"),
        (_("监测站点"), "desk:stations", "g o", "station.read"),
        (_("地点登记"), "desk:place_list", "g p", "place.write"),
        (_("账号"), "desk:accounts", "g a", "account.list"),
        (_("部门与班次"), "desk:teams", "g t", "shift.plan"),
        (_("安全日志"), "desk:security_log", "g l", "security_log.read"),
        (_("数据表"), "admin:index", "g d", "admin.read"),
    ]
    items = []
    for text, name, key, action in entries:
        if not may(actor, action) or (action == "plan.review" and not plans.reviews(actor)):
            continue
        href = reverse(name)
        current = here == href or (name not in ("desk:home", "desk:new") and _is_below(here, href, name))
        items.append({"text": text, "href": href, "key": key, "current": current, "count": None})
    return [{"title": "", "items": items}]


def _is_below(here: str, href: str, name: str) -> bool:
    """Whether a page belongs to a section: its address goes on behind a slash of the section's, or of a page that stands beside it."""
    homes = (href, *(reverse(one) for one in BESIDE.get(name, ())))
    return any(here.startswith(f"{one.rstrip('/')}/") or here == one for one in homes)


def unread(actor: Actor) -> int:
    """How many notices wait for whoever asks; none for who has no notices."""
    return notices.unread(actor) if may(actor, "notice.read") else 0


def stream_origin(request: HttpRequest) -> str:
    """Where live updates come from: the same host at YIWANG_STREAM_PORT; empty when there is no such process.

    Behind a proxy that ends TLS it is the page's own address: the proxy hands /stream/ on, and no second port is open.
    """
    port = os.environ.get("YIWANG_STREAM_PORT", "")
    if not port:
        return ""
    if settings.HTTPS:
        return f"https://{request.get_host()}"
    host = request.get_host().rsplit(":", 1)[0] if not request.get_host().endswith("]") else request.get_host()
    return f"{request.scheme}://{host}:{port}"


def page(
    request: HttpRequest, template: str, content: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A whole page of the desk."""
    actor = actor_of(request)
    origin = stream_origin(request)
    answer = render(
        request,
        template,
        {
            "nav": navigation(request, actor),
            "own_name": own_name(actor),
            "own_roles": role_words(actor),
            "stream_url": f"{origin}{STREAM_PATH}" if origin else "",
            "changes_url": reverse("desk:changes"),
            "position": journal.head(),
            "bell": may(actor, "notice.read"),
            "unread": unread(actor),
            **(content or {}),
        },
        status=status,
    )
    if origin:
        answer["Content-Security-Policy"] = POLICY.replace("connect-src 'self'", f"connect-src 'self' {origin}")
    return answer


def said(key: str) -> str:
    """A word of the texts files in the page's language; the key's own end when nobody wrote it."""
    try:
        return word(key, house.language())
    except KeyError:
        return key.rsplit(".", 1)[-1]
