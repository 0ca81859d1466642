"""Settings of a town with one page and no cases: what the tests of starting and stopping serve, in well under a second."""

import os
from collections.abc import AsyncGenerator

from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from yiwang.project.settings import *  # noqa: F403

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "yiwang.kernel",
    "yiwang.kernel.journal",
    "yiwang.kernel.people",
    "yiwang.intake.sensing",
    "yiwang.project",
]
MIDDLEWARE = ["yiwang.project.bodycheck.BodyMiddleware"]
TOWN_LOADER = TOWN_LIFE = ""
ROOT_URLCONF = __name__
WSGI_APPLICATION = None
ASGI_APPLICATION = None

SOMEBODY = "张三 13900000001"


def page(_request: HttpRequest) -> HttpResponse:
    """Tells which process answered; a test can have it always fail."""
    if "SMALL_TOWN_BROKEN" in os.environ:
        raise RuntimeError("a file that every page needs is broken")
    return HttpResponse(f"small town, process {os.getpid()}")


def role(_request: HttpRequest) -> HttpResponse:
    """Tells as whom the pages read and write the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, session_user")
        return HttpResponse(" ".join(cursor.fetchone()))


def invented(_request: HttpRequest) -> HttpResponse:
    """Tells whether invented people may log in."""
    from yiwang.kernel.people import session  # settings are read before there are models

    return HttpResponse("open" if session.demonstration_runs() else "closed")


def fault(request: HttpRequest, token: str) -> HttpResponse:
    """Fails in the database, with a number of a person in the statement and in the exception's own words."""
    with connection.cursor() as cursor:
        try:
            cursor.execute("SELECT %s::text || wrong", [SOMEBODY])
        except Exception as refused:
            raise RuntimeError(f"nobody answers at 139 0000 0001, {request.POST['who']}") from refused
    return HttpResponse(f"never {token}")


async def _breaks_off() -> AsyncGenerator[bytes, None]:
    yield b"the first part"
    raise RuntimeError("the stream to 13900000001 broke off")


def broken_stream(_request: HttpRequest) -> StreamingHttpResponse:
    """Fails after the answer has begun, where Django's own handlers see nothing."""
    return StreamingHttpResponse(_breaks_off())


urlpatterns = [
    path("", page),
    path("role", role),
    path("invented", invented),
    path("fault/<str:token>", fault),
    path("broken-stream", broken_stream),
]
