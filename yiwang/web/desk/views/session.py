"""Logging in and out of the desk. What was typed elsewhere waits in the browser until one is back."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.kernel.access import permission
from yiwang.kernel.access.door import door
from yiwang.kernel.people import session
from yiwang.kernel.people.problems import SecondFactorNeeded
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import ActorKind, Where
from yiwang.kernel.wording import problem_text
from yiwang.web import house
from yiwang.web.desk import deeds
from yiwang.web.desk.deeds import Deed
from yiwang.web.desk.forms.people import OwnPassword
from yiwang.web.desk.room import actor_of, call_of, page
from yiwang.web.problems import with_wait


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@door("session.open")
def log_in(request: HttpRequest) -> HttpResponse:
    """Log in with username and password, and go on where one was."""
    if request.method == "GET":
        if actor_of(request).kind == ActorKind.STAFF:
            return HttpResponseRedirect(target(request))
        return _form(request)
    username = request.POST.get("username", "").strip()
    try:
        session.log_in_staff(request, username, request.POST.get("password", ""))
    except SecondFactorNeeded:
        return HttpResponseRedirect(f"{reverse('desk:login_code')}?{urlencode({'next': target(request)})}")
    except Problem as refusal:
        return _form(request, username=username, refusal=refusal)
    return way_on(request)


def way_on(request: HttpRequest) -> HttpResponse:
    """Where a log-in leads: to the page one wanted, or first to setting up the second step, where one's roles ask for it."""
    actor, wanted = actor_of(request), target(request)
    if actor.by_password_alone and permission.needs_second_factor(actor):
        return HttpResponseRedirect(f"{reverse('desk:second_factor')}?{urlencode({'next': wanted})}")
    return HttpResponseRedirect(wanted)


def _form(request: HttpRequest, *, username: str = "", refusal: Problem | None = None) -> HttpResponse:
    content = {
        "next": target(request),
        "username": username,
        "refusal": problem_text(refusal, house.language()) if refusal else None,
        "demonstration_url": _demonstration_url(),
    }
    answer = render(request, "desk/login.html", content, status=refusal.status if refusal else 200)
    return with_wait(answer, refusal)


def _demonstration_url() -> str:
    """The page where a demonstration lets one choose a role; empty where there is none."""
    if not session.demonstration_runs():
        return ""
    try:
        return reverse("portal:demonstration")
    except NoReverseMatch:
        return ""


def target(request: HttpRequest) -> str:
    """The page to go on to: one of ours, else the desk's home."""
    wish = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wish, {request.get_host()}, require_https=request.is_secure())
    return wish if safe and wish.startswith("/") else reverse("desk:home")


OWN_PASSWORD = Deed(
    "own_password", "account.set_password", gettext_lazy("更换密码"), OwnPassword,
    lambda request, given, call: session.change_own_password(request, given["old"], given["password"]),
)  # fmt: skip


@sensitive_post_parameters("old", "password")
@require_http_methods(["GET", "POST"])
@door("account.set_password")
def own_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password: nobody else has to know it, not even the administrator who set the first one."""
    asked, actor = None, actor_of(request)
    if request.method == "POST":
        asked = deeds.attempt(OWN_PASSWORD, request, request.POST, {}, call_of(request))
        if asked is None:
            messages.success(request, _("密码已更换，别处的登录已失效。"))
            return HttpResponseRedirect(reverse("desk:home"))
    own = Where(owners=frozenset({actor.account_id} if actor.account_id else ()))
    deed = deeds.shown(OWN_PASSWORD, actor, reverse("desk:own_password"), {}, asked=asked, where=own)
    return page(request, "desk/own_password.html", {"deed": deed}, status=asked.status if asked else 200)


@require_POST
@door("session.close")
def log_out(request: HttpRequest) -> HttpResponse:
    """Log out; the page's script forgets this device's drafts."""
    session.log_out(request)
    return HttpResponseRedirect(reverse("desk:login"))
