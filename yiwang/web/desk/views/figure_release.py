"""公开: letting a figure go to the public after review, and taking it back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yiwang.indicators import law, rules
from yiwang.kernel.access.door import door
from yiwang.web.desk import deeds, figures
from yiwang.web.desk.released import RELEASE, WITHDRAW
from yiwang.web.desk.room import call_of
from yiwang.web.desk.views.figures import figure_page


@require_POST
@door("indicator.release")
def release(request: HttpRequest, code: str) -> HttpResponse:
    """Let the figure of the page's months go to the public, as it was looked at (`seen`)."""
    call = call_of(request)
    rules.check_reviewer(law.indicator(code).disclosure, frozenset(grant.role for grant in call.actor.grants))
    shown = figures.asked(request, call.now)
    asked = deeds.attempt(RELEASE, (code, shown, request.GET.get("seen", "")), request.POST, {}, call)
    if asked is not None:
        return figure_page(request, code, asked)
    messages.success(request, _("已公开。"))
    return HttpResponseRedirect(f"{reverse('desk:figure', args=[code])}?{shown.query}")


@require_POST
@door("indicator.release")
def withdraw(request: HttpRequest, code: str, release_id: UUID) -> HttpResponse:
    """Show what was let go in public no more."""
    asked = deeds.attempt(WITHDRAW, release_id, request.POST, {}, call_of(request))
    if asked is not None:
        return figure_page(request, code, asked)
    messages.success(request, _("已撤回，公众页面上不再显示。"))
    return HttpResponseRedirect(reverse("desk:figure", args=[code]))
