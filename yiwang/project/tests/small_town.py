"""Settings of a town with one page and no cases: what the tests of starting and stopping serve, in well under a second."""

import os

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
AUTH_USER_MODEL = "auth.User"
ROOT_URLCONF = __name__
WSGI_APPLICATION = None
ASGI_APPLICATION = None


def page(_request: HttpRequest) -> HttpResponse:
    """Tells which process answered."""
    return HttpResponse(f"small town, process {os.getpid()}")


urlpatterns = [path("", page)]
