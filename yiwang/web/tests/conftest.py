"""A client, and a browser on a small server, for the pages that all rooms share. No database is touched."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.test import Client, override_settings

OURS = ("yiwang.web.policy.ContentPolicyMiddleware", "yiwang.web.problems.ProblemMiddleware")


@pytest.fixture(scope="package", autouse=True)
def shared_pages() -> Iterator[None]:
    middleware = [*django_settings.MIDDLEWARE, *(one for one in OURS if one not in django_settings.MIDDLEWARE)]
    with override_settings(
        ROOT_URLCONF="yiwang.web.tests.addresses",
        MIDDLEWARE=middleware,
        CSRF_FAILURE_VIEW="yiwang.web.problems.csrf_failure",
    ):
        yield


@pytest.fixture
def chinese() -> Client:
    return Client(headers={"Accept-Language": "zh-hans"})


@pytest.fixture
def english() -> Client:
    return Client(headers={"Accept-Language": "en"})


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Tests print nothing."""


@pytest.fixture(scope="package")
def address(shared_pages: None) -> Iterator[str]:
    server = ThreadedWSGIServer(("127.0.0.1", 0), QuietHandler)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    sync_api.expect.set_options(timeout=15_000)
    flags = [
        "--no-sandbox",
        "--disable-background-networking",
        "--use-angle=swiftshader",
        "--enable-unsafe-swiftshader",
    ]
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        yield browser
        browser.close()
