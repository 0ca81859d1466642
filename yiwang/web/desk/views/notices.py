"""One's own notices: read, opened, put aside, and chosen."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yiwang.kernel.access.door import door
from yiwang.kernel.notices import queries, steps
from yiwang.web.desk import notices
from yiwang.web.desk.room import actor_of, call_of, page, said, whole

MOST = 10_000


@require_GET
@door("notice.read")
def listed(request: HttpRequest) -> HttpResponse:
    """The notices, unread ones first, and the kinds one wants."""
    actor, call = actor_of(request), call_of(request)
    after = min(whole(request.GET.get("after", ""), 0), MOST)
    found = queries.listed(actor, after=after, size=queries.PAGE_SIZE + 1)
    cards = found[: queries.PAGE_SIZE]
    lines = notices.shown(cards, notices.subjects_of(actor, cards), call.now)
    muted = queries.muted(actor)
    content = {
        "fresh": [line for line in lines if line["unread"]],
        "earlier": [line for line in lines if not line["unread"]],
        "next": f"?after={after + queries.PAGE_SIZE}" if len(found) > len(cards) else "",
        "previous": f"?after={max(0, after - queries.PAGE_SIZE)}" if after else "",
        "kinds": [
            {"code": kind, "text": said(f"notice.kind.{kind}"), "wanted": kind not in muted}
            for kind in queries.kinds(actor)
        ],
    }
    return page(request, "desk/notices.html", content)


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
    """Keep which kinds one wants from now on."""
    actor = actor_of(request)
    wanted = set(request.POST.getlist("wanted"))
    steps.choose([kind for kind in queries.kinds(actor) if kind not in wanted], call=call_of(request))
    messages.success(request, _("已保存，以后按您选的提醒。"))
    return HttpResponseRedirect(reverse("desk:notices"))
