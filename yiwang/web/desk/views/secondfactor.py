"""The second step of logging in: giving the code, and setting up the app that makes it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from yiwang.kernel.access import permission
from yiwang.kernel.access.door import door
from yiwang.kernel.people import queries, secondfactor, session, totp
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import Where
from yiwang.kernel.wording import problem_text
from yiwang.web import house
from yiwang.web.desk import deeds, qrcode
from yiwang.web.desk.deeds import Deed
from yiwang.web.desk.forms.people import SecondFactor
from yiwang.web.desk.room import actor_of, call_of, page
from yiwang.web.desk.views.session import target, way_on
from yiwang.web.problems import with_wait


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
@door("session.open")
def confirm(request: HttpRequest) -> HttpResponse:
    """Give the code after the password, and go on where one was."""
    if not session.awaits_second_factor(request):
        return HttpResponseRedirect(reverse("desk:login"))
    refusal: Problem | None = None
    if request.method == "POST":
        try:
            session.confirm_second_factor(request, request.POST.get("code", ""))
            return way_on(request)
        except Problem as refused:
            refusal = refused
    content = {"next": target(request), "refusal": problem_text(refusal, house.language()) if refusal else None}
    answer = render(request, "desk/login_code.html", content, status=refusal.status if refusal else 200)
    return with_wait(answer, refusal)


SET_UP = Deed(
    "second_factor", "account.set_second_factor", _("启用两步登录"), SecondFactor,
    lambda about, given, call: about[1].extend(session.set_second_factor(about[0], given["password"], given["code"])),
)  # fmt: skip


@sensitive_post_parameters("password", "code")
@never_cache
@require_http_methods(["GET", "POST"])
@door("account.set_second_factor")
def set_up(request: HttpRequest) -> HttpResponse:
    """Set the second step up for oneself: scan, give the first code, keep the recovery codes."""
    asked, actor = None, actor_of(request)
    if request.method == "POST":
        codes: list[str] = []
        asked = deeds.attempt(SET_UP, (request, codes), request.POST, {}, call_of(request))
        if asked is None:
            return page(request, "desk/second_factor_done.html", {"codes": codes, "next": target(request)})
    own = queries.own_details(actor)
    secret = session.offer_second_factor(request)
    where = Where(owners=frozenset({own.account_id}))
    address = f"{reverse('desk:second_factor')}?{request.GET.urlencode()}"
    content: dict[str, Any] = {
        "deed": deeds.shown(SET_UP, actor, address, {}, asked=asked, where=where),
        "holds": queries.has_second_factor(actor),
        "left": secondfactor.recovery_codes_left(own.account_id),
        "must": actor.by_password_alone and permission.needs_second_factor(actor),
        "picture": qrcode.picture(totp.address(secret, own.username, house.town_name())),
        "spoken": totp.spoken(secret),
    }
    return page(request, "desk/second_factor.html", content, status=asked.status if asked else 200)
