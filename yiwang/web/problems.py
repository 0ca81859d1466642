"""Refusals as pages and fragments: what is the matter, why, what to do now, in the reader's language.

`/api` and the protocol gateways render Problems themselves; what reaches this middleware came from a page.
"""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from yiwang.kernel import marks
from yiwang.kernel.access.problems import SecondFactorFirst
from yiwang.kernel.problems import LogInFirst, Problem
from yiwang.kernel.wording import problem_text
from yiwang.web import house

STAFF_ROOMS = ("/desk", "/admin")


class ProblemMiddleware:
    """Turns a Problem raised by a view into a page, or for htmx into a toast that leaves the page as it was."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Problem):
            return None
        return show(request, exception)


def show(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The answer to a refused asking, with the Problem's status. A page that needs a log-in leads there and back, and one that
    needs the second step of logging in to setting it up."""
    text = problem_text(problem, house.language())
    content = {
        **text,
        "code": " ".join((problem.slug, problem.parameters.get("action", ""))).strip(),
        "back_url": _referrer(request),
    }
    if isinstance(problem, LogInFirst):
        content["login_url"] = login_url(request)
        if request.method == "GET" and not _by_htmx(request):
            return HttpResponseRedirect(content["login_url"])
    if isinstance(problem, SecondFactorFirst) and request.method == "GET" and not _by_htmx(request):
        return HttpResponseRedirect(f"{reverse('desk:second_factor')}?{urlencode({'next': request.get_full_path()})}")
    if _by_htmx(request):
        answer = render(request, "house/problem.html", content, status=problem.status)
        answer["HX-Retarget"] = "#toasts"
        answer["HX-Reswap"] = "beforeend"
        return with_wait(answer, problem)
    return with_wait(render(request, "problem.html", content, status=problem.status), problem)


def with_wait(answer: HttpResponse, problem: Problem | None) -> HttpResponse:
    """The answer to a refusal, with Retry-After (seconds) where a limit was reached; as it is for anything else."""
    if problem is not None and problem.retry_after_s is not None:
        answer["Retry-After"] = str(problem.retry_after_s)
    return answer


def login_url(request: HttpRequest) -> str:
    """Where this reader logs in (staff at the desk, residents at the portal), coming back to the same page afterwards."""
    came_from = request.get_full_path() if request.method == "GET" and not _by_htmx(request) else _referrer(request)
    room = settings.LOGIN_URL
    if not request.path.startswith(STAFF_ROOMS):
        try:
            room = reverse("portal:login")
        except NoReverseMatch:
            room = settings.LOGIN_URL
    return f"{room}?{urlencode({'next': came_from or '/'})}"


def _by_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _referrer(request: HttpRequest) -> str:
    """The page the reader was on, when it is one of ours, as a path."""
    given = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    try:
        ours = f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        return ""
    path = given.removeprefix(ours) if given.startswith(ours + "/") else ""
    return "" if path[1:2] in ("/", "\\") else path  # //elsewhere.example is another site to a browser


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404."""
    return _plain(
        request, 404,
        _("没有这个页面。"), _("地址可能写错了，或者页面已经移走。"), _("请检查地址，或从首页重新进入。"),
    )  # fmt: skip


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    return _plain(
        request, 403,
        _("这个页面您现在不能打开。"), _("它只对有相应岗位的人员开放。"), _("请换有权限的账号登录，或联系值班长。"),
    )  # fmt: skip


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400. A host name that the town does not answer to is the town's setting, not the reader's mistake."""
    if isinstance(exception, DisallowedHost):
        return _plain(
            request, 400,
            _("这个网址里的主机名没有登记过。"),
            _("为防止冒名的网址，这里只回答登记过的主机名。"),
            _("请核对网址。维护人员：把主机名写进环境变量 YIWANG_HOSTS（多个用逗号分开），再重新启动。"),
        )  # fmt: skip
    return _plain(
        request, 400,
        _("这次提交的内容没有读懂。"), _("内容不完整，或在路上损坏了。"), _("请返回上一页，检查后再提交一次。"),
    )  # fmt: skip


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: mostly a page that lay open for long, or a browser that keeps no cookies."""
    return _plain(
        request, 403,
        _("这次提交没有被接受。"), _("页面打开得太久，或浏览器不保存 Cookie，无法确认是您本人提交的。"),
        _("请返回上一页并刷新，再提交一次；已填写的内容还在。"),
    )  # fmt: skip


def broken(request: HttpRequest) -> HttpResponse:
    """handler500: plain words and no queries, because anything may be what is broken. Its code is found in the log."""
    return _plain(
        request, 500,
        _("这一步没有办成。"), _("我们的程序出了差错，已经记录下来。"), _("请过几分钟再试；着急的事请拨打 12345。"),
    )  # fmt: skip


def _plain(request: HttpRequest, status: int, what: str, why: str, do: str) -> HttpResponse:
    code = f"{status} {marks.current()}" if status >= 500 else str(status)
    content = {"what": what, "why": why, "do": do, "back_url": _referrer(request), "code": code}
    return render(request, "problem.html", content, status=status)
