"""One's own notices: read, opened, put aside, and chosen."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from yiwang.kernel.access.door import door
from yiwang.kernel.notices import queries, rules, steps
from yiwang.kernel.people import queries as people
from yiwang.kernel.people.steps import mailboxes
from yiwang.kernel.terms import Actor, Call, Where
from yiwang.web.desk import deeds, notices
from yiwang.web.desk.deeds import Asked, Deed
from yiwang.web.desk.forms.people import MailAddress
from yiwang.web.desk.room import actor_of, call_of, page, said, whole

MOST = 10_000


OFF, DESK, MAIL = "off", "desk", "mail"
WAYS = {DESK: gettext_lazy("只在工作台"), MAIL: gettext_lazy("工作台和邮件"), OFF: gettext_lazy("不提醒")}
"""How one wants to hear of a kind."""
PACES = {
    "": gettext_lazy("不发邮件"),
    rules.AT_ONCE: gettext_lazy("随时发，一分钟内的合成一封"),
    rules.MORNING: gettext_lazy("每天早上 8:30 一封"),
}


def _keep_address(request: HttpRequest, given: dict[str, Any], call: Call) -> None:
    assert call.actor.account_id is not None, "the door lets in those with an account"  # noqa: S101
    mailboxes.set_mail_address(call.actor.account_id, given["email"], call=call)


ADDRESS = Deed("address", "account.set_mail_address", gettext_lazy("保存我的邮箱"), MailAddress, _keep_address)


@require_GET
@door("notice.read")
def listed(request: HttpRequest) -> HttpResponse:
    """The notices, unread ones first, and the kinds one wants."""
    return _page(request)


def _page(request: HttpRequest, asked: Asked | None = None) -> HttpResponse:
    actor, call = actor_of(request), call_of(request)
    after = min(whole(request.GET.get("after", ""), 0), MOST)
    found = queries.listed(actor, after=after, size=queries.PAGE_SIZE + 1)
    cards = found[: queries.PAGE_SIZE]
    lines = notices.shown(cards, notices.subjects_of(actor, cards), call.now)
    content = {
        "fresh": [line for line in lines if line["unread"]],
        "earlier": [line for line in lines if not line["unread"]],
        "next": f"?after={after + queries.PAGE_SIZE}" if len(found) > len(cards) else "",
        "previous": f"?after={max(0, after - queries.PAGE_SIZE)}" if after else "",
        **_chosen(actor, asked),
    }
    return page(request, "desk/notices.html", content, status=asked.status if asked else 200)


def _chosen(actor: Actor, asked: Asked | None) -> dict[str, Any]:
    """What one chose, and where mails go."""
    choice, refused = queries.choice(actor), queries.mail_refused(actor)
    box = people.mailbox(actor, actor.account_id) if actor.account_id else None
    own = Where(owners=frozenset({actor.account_id} if actor.account_id else ()))
    address = reverse("desk:notices_address")
    return {
        "kinds": [
            {"code": kind, "text": said(f"notice.kind.{kind}"), "way": _way(kind, choice)}
            for kind in queries.kinds(actor)
        ],
        "ways": WAYS.items(),
        "pace": choice.pace,
        "paces": PACES.items(),
        "deed": deeds.shown(ADDRESS, actor, address, {}, asked=asked, where=own, email=box.address if box else ""),
        "has_address": box is not None,
        "mail_refused": said(f"notice.refused.{refused}") if refused else "",
    }


def _way(kind: str, choice: queries.Choice) -> str:
    if kind in choice.muted:
        return OFF
    return MAIL if kind in choice.mailed else DESK


@require_POST
@door("notice.read")
def opened(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Take a notice as read and go to what it is about."""
    actor, card = actor_of(request), queries.one(actor_of(request), notice_id)
    steps.mark_read([card.id], call=call_of(request))
    subject = notices.subjects_of(actor, [card]).get((card.subject_kind, card.subject_id))
    if subject is None:
        messages.info(request, _("这件案件已经不归您办，打不开了。"))
    return HttpResponseRedirect(subject["href"] if subject else reverse("desk:notices"))


@require_POST
@door("notice.read")
def read(request: HttpRequest) -> HttpResponse:
    """Take one notice (`id`), or all, as read."""
    picked = [found for text in request.POST.getlist("id") if (found := whole(text, -1)) >= 0]
    steps.mark_read(picked or None, call=call_of(request))
    return HttpResponseRedirect(reverse("desk:notices"))


@require_POST
@door("notice.choose")
def choose(request: HttpRequest) -> HttpResponse:
    """Keep how one wants to hear of each kind from now on, and when mails go."""
    given = {kind: request.POST.get(f"way-{kind}", DESK) for kind in queries.kinds(actor_of(request))}
    steps.choose(
        [kind for kind, way in given.items() if way == OFF],
        [kind for kind, way in given.items() if way == MAIL],
        request.POST.get("pace", ""),
        call=call_of(request),
    )
    messages.success(request, _("已保存，以后按您选的提醒。"))
    return HttpResponseRedirect(reverse("desk:notices"))


@require_POST
@door("account.set_mail_address")
def address(request: HttpRequest) -> HttpResponse:
    """Keep where one wants mails; empty takes it away."""
    asked = deeds.attempt(ADDRESS, request, request.POST, {}, call_of(request))
    if asked is not None:
        return _page(request, asked)
    messages.success(request, _("邮箱已保存。"))
    return HttpResponseRedirect(reverse("desk:notices"))
