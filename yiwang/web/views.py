"""The doors all rooms share. A reader's wishes (letter size, scheme, language) are cookies, not rows."""

import hashlib
from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language

from yiwang.kernel.access.door import door
from yiwang.kernel.problems import NotAllowed
from yiwang.web import house, specimens

View = Callable[[HttpRequest], HttpResponse]
YEAR_SECONDS = 365 * 24 * 3600
COOKIES = {"size": (house.SIZE_COOKIE, house.SIZES), "scheme": (house.SCHEME_COOKIE, house.SCHEMES)}


def of_a_demonstration(view: View) -> View:
    """The view, in a demonstration town; a real one has no such page, and no upload door that needs no account."""

    @wraps(view)
    def run(request: HttpRequest) -> HttpResponse:
        if not settings.DEMONSTRATION:
            raise Http404
        return view(request)

    return run


@require_GET
@door("house.read")
@of_a_demonstration
def show_house(request: HttpRequest) -> HttpResponse:
    """Every component in each of its states."""
    return render(request, "specimens/house.html", specimens.context())


@require_GET
@door("house.read")
@of_a_demonstration
def show_problem(request: HttpRequest) -> HttpResponse:
    """A refusal, as page or fragment, to look at."""
    raise NotAllowed(action="house.example")


@require_GET
@door("session.open")
def admin_log_in(request: HttpRequest) -> HttpResponse:
    """There is one log-in for staff: it leads on to where one wanted to be, here to the tables."""
    wish = request.GET.get("next") or reverse("admin:index")
    return HttpResponseRedirect(f"{settings.LOGIN_URL}?{urlencode({'next': wish})}")


@require_POST
@door("house.read")
@of_a_demonstration
def take_photo(request: HttpRequest) -> HttpResponse:
    """The upload door of the specimen page: answers like a real one and keeps nothing."""
    sent = request.FILES.get("file")
    seen = hashlib.sha256()
    for part in sent.chunks() if sent else ():
        seen.update(part)
    return JsonResponse({"id": seen.hexdigest(), "url": ""}, status=201)


@require_POST
@door("house.choose")
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the reader's language in a cookie and go back where they were."""
    return set_language(request)


@require_POST
@door("house.choose")
def choose_look(request: HttpRequest) -> HttpResponse:
    """Keep letter size or colour scheme in a cookie and go back where the reader was; an unknown wish changes nothing."""
    answer = HttpResponseRedirect(_back(request))
    for field, (cookie, allowed) in COOKIES.items():
        wish = request.POST.get(field, "")
        if wish in allowed:
            answer.set_cookie(
                cookie, wish, max_age=YEAR_SECONDS, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
            )
    return answer


def _back(request: HttpRequest) -> str:
    for address in (request.POST.get("next", ""), request.headers.get("Referer", "")):
        if address and url_has_allowed_host_and_scheme(
            address, {request.get_host()}, require_https=request.is_secure()
        ):
            return address
    return "/"
