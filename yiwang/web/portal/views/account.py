"""Logging in by phone and one-time code, and what a resident may see and change of their own."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.cases import numbers
from yiwang.cases import queries as cases
from yiwang.intake.reports.claims import law
from yiwang.intake.reports.steps import private
from yiwang.kernel.access.door import door
from yiwang.kernel.people import queries as people
from yiwang.kernel.people import session
from yiwang.kernel.people.steps import accounts
from yiwang.kernel.problems import NotAllowed, Problem
from yiwang.kernel.terms import Actor, ActorKind
from yiwang.kernel.wording import word
from yiwang.web import house
from yiwang.web.portal import case_words, demonstration_codes, room
from yiwang.web.portal.guards import residents_page
from yiwang.web.portal.looks import looks_of
from yiwang.web.problems import with_wait
from yiwang.web.views import YEAR_SECONDS

MOST_LOOKS = 20
"""What the page itself shows; the copy of one's data has all."""
TONES = {"closed": "done", "rated": "done", "declined": "waiting", "dismissed": "waiting", "voided": "waiting"}


# --- logging in ------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@never_cache
@door("code.request")
def log_in(request: HttpRequest) -> HttpResponse:
    """Ask for the phone, then send it a code. A refusal has its own status, as at the API."""
    phone, refused = "", None
    if request.method == "POST":
        phone = request.POST.get("phone", "")[:30]
        try:
            sent = session.send_code(request, phone)
        except Problem as refusal:
            refused = refusal
        else:
            return _code_page(request, phone, masked=sent.phone_masked)
    errors = {"phone": house.sentence(refused)} if refused else {}
    content = {"phone": phone, "errors": errors, "next": _next(request)}
    answer = render(request, "portal/login.html", content, status=refused.status if refused else 200)
    return with_wait(answer, refused)


def _code_page(request: HttpRequest, phone: str, *, masked: str = "", refused: Problem | None = None) -> HttpResponse:
    content = {
        "phone": phone,
        "masked": masked,
        "errors": {"code": house.sentence(refused)} if refused else {},
        "next": _next(request),
        "code": demonstration_codes.newest_code(phone),
        "demonstration": session.demonstration_runs(),
    }
    answer = render(request, "portal/code.html", content, status=refused.status if refused else 200)
    return with_wait(answer, refused)


@require_http_methods(["GET", "POST"])
@never_cache
@door("code.confirm")
def confirm(request: HttpRequest) -> HttpResponse:
    """Take the code and open the session."""
    if request.method == "GET":
        return HttpResponseRedirect(reverse("portal:login"))
    phone = request.POST.get("phone", "")[:30]
    try:
        session.log_in_resident(request, phone, request.POST.get("code", "")[:30])
    except Problem as refusal:
        return _code_page(request, phone, refused=refusal)
    answer = HttpResponseRedirect(_next(request) or reverse("portal:me"), status=303)
    return wear(answer, request.actor)  # type: ignore[attr-defined]


def wear(answer: HttpResponse, actor: Actor) -> HttpResponse:
    """Give the reader's browser the look that the account prefers."""
    own = people.own_details(actor)
    given: dict[str, Any] = {"max_age": YEAR_SECONDS, "samesite": "Lax", "secure": settings.SESSION_COOKIE_SECURE}
    answer.set_cookie(house.SIZE_COOKIE, "large" if own.large_type else "normal", httponly=True, **given)
    answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, own.language, **given)
    return answer


def _next(request: HttpRequest) -> str:
    """Where the reader wanted to go, if that is one of our pages."""
    address = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if safe else ""


@require_POST
@door("session.close")
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    session.log_out(request)
    return HttpResponseRedirect(reverse("portal:start"), status=303)


# --- one's own -------------------------------------------------------------------------------------------------------


def _resident(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.kind != ActorKind.RESIDENT:
        raise NotAllowed(action="account.change_own")
    return actor


@require_GET
@never_cache
@door("account.change_own")
@residents_page
def me(request: HttpRequest) -> HttpResponse:
    """What I reported, newest first, and what I can change. Staff have their own desk."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    own = people.own_details(actor)
    rows = [
        {
            "href": reverse("portal:follow", args=[row.number]),
            "title": row.title or _("（只有照片）"),
            "spaced": numbers.spaced(row.number),
            "at": row.opened_at,
            "plain": case_words.own_plain(row),
            "tag": word(f"case.state.{row.state}", house.language()),
            "tone": TONES.get(row.state, "action"),
            "to_rate": row.state == "closed",
        }
        for row in cases.of_reporter(actor)
    ]
    content = {
        "own": own,
        "phone": room.spaced_phone(own.phone),
        "rows": rows,
        "saved": "saved" in request.GET,
        "looks": looks_of(actor)[:MOST_LOOKS],
        "forgotten": request.GET.get("forgotten", ""),
        "days": law.answer_days(request.call().now),  # type: ignore[attr-defined]
    }
    return render(request, "portal/me.html", content)


@require_POST
@door("account.change_own")
def details(request: HttpRequest) -> HttpResponse:
    """Change one's name, language and large type."""
    _resident(request)
    languages = dict(settings.LANGUAGES)
    language = request.POST.get("language", "")
    accounts.change_own_details(
        name=request.POST.get("name", "")[:40],
        language=language if language in languages else None,
        large_type=request.POST.get("large_type") == "on",
        call=request.call(),  # type: ignore[attr-defined]
    )
    answer = HttpResponseRedirect(f"{reverse('portal:me')}?{urlencode({'saved': 1})}", status=303)
    return wear(answer, request.actor)  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@never_cache
@door("account.erase")
@residents_page
def erase(request: HttpRequest) -> HttpResponse:
    """Delete one's account and the words of one's ended reports, after saying so once more. Open cases keep theirs."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if request.method == "GET" or request.POST.get("sure") != "on":
        errors = {"sure": _("请先勾选，表示您确定。")} if request.method == "POST" else {}
        return render(request, "portal/erase.html", {"errors": errors}, status=422 if errors else 200)
    assert actor.account_id is not None  # noqa: S101 (a resident has an account)
    asked = request.call(reason=_("本人在网页上要求删除"))  # type: ignore[attr-defined]
    forgotten = private.forget_person(actor.account_id, call=asked)
    session.log_out(request)
    return render(request, "portal/erased.html", {"forgotten": forgotten})
