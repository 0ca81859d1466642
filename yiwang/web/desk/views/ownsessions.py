"""One's own open sessions: where one is logged in, and ending what one does not know or left open."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from yiwang.kernel import walltime
from yiwang.kernel.access.door import door
from yiwang.kernel.people import lasting, opensessions, session
from yiwang.kernel.people.origins import origin_of
from yiwang.kernel.people.steps import opensessions as session_steps
from yiwang.kernel.problems import NotFound
from yiwang.web.desk.room import actor_of, call_of, page


@require_GET
@never_cache
@door("session.end")
def listed(request: HttpRequest) -> HttpResponse:
    """Where one is logged in."""
    call, here = call_of(request), session.place_of(request)
    shown = [
        {
            "id": one.id,
            "here": one.id == here,
            "device": one.device or _("程序"),
            "address": one.address or _("本机"),
            "opened": f"{walltime.in_town(one.opened_at):%m-%d %H:%M}",
            "used": f"{walltime.in_town(one.used_at):%m-%d %H:%M}",
        }
        for one in opensessions.own(actor_of(request), call.now)
    ]
    limits = {
        "hours": int(lasting.LASTS.total_seconds()) // 3600,
        "minutes": int(lasting.UNUSED.total_seconds()) // 60,
        "most": lasting.MOST,
    }
    content = {"sessions": shown, "others": any(not one["here"] for one in shown), **limits}
    return page(request, "desk/sessions.html", content)


@require_POST
@door("session.end")
def end(request: HttpRequest) -> HttpResponse:
    """End one of one's own sessions (`id`), or all but this one. Raises NotFound for what names none."""
    account_id, here = actor_of(request).account_id, session.place_of(request)
    if account_id is None:
        raise NotFound
    wanted = request.POST.get("id", "")
    try:
        session_id = UUID(wanted) if wanted else None
    except ValueError:
        raise NotFound from None
    session_steps.end(account_id, session_id, keep=here, origin=origin_of(request), call=call_of(request))
    messages.success(request, _("已结束。那里再打开页面，要重新登录。"))
    return HttpResponseRedirect(reverse("desk:sessions"))
