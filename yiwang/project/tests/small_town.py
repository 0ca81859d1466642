"""Settings of a town with one page and no cases: what the tests of starting and stopping serve, in well under a second."""

import os

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from yiwang.project.settings import *  # noqa: F403

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "yiwang.project",
]
MIDDLEWARE: list[str] = []
TOWN_LOADER = TOWN_LIFE = ""
AUTH_USER_MODEL = "auth.User"
ROOT_URLCONF = __name__
WSGI_APPLICATION = None
ASGI_APPLICATION = None


def page(_request: HttpRequest) -> HttpResponse:
    """Tells which process answered."""
    return HttpResponse(f"small town, process {os.getpid()}")


def role(_request: HttpRequest) -> HttpResponse:
    """Tells as whom the pages read and write the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, session_user")
        return HttpResponse(" ".join(cursor.fetchone()))


urlpatterns = [path("", page), path("role", role)]
