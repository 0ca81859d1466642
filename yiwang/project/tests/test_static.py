"""Static files: what is sent, packed or plain, and for how long it may be kept."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.http import HttpResponse, StreamingHttpResponse
from django.template import Context, Template
from django.test import RequestFactory, override_settings
from django.utils.functional import empty

from yiwang.project.static import AN_HOUR, FOR_GOOD, StaticFiles
from yiwang.web.packing import PackingMiddleware

STYLE = b".page { color: teal; }\n" * 40
PICTURE = b"\x89PNG" + bytes(100)


def ask(files: StaticFiles, path: str, *, accepts: str = "", method: str = "GET") -> tuple[str, dict[str, str], bytes]:
    told: dict[str, Any] = {}
    environ = {"PATH_INFO": path, "REQUEST_METHOD": method, "HTTP_ACCEPT_ENCODING": accepts}
    body = b"".join(files(environ, lambda status, headers: told.update(status=status, headers=dict(headers))))
    return told["status"], told["headers"], body


@pytest.fixture
def files(tmp_path: Path) -> StaticFiles:
    folder = tmp_path / "static"
    (folder / "yiwang").mkdir(parents=True)
    (tmp_path / "secret.key").write_text("secret")
    for name, content in (("base.css", STYLE), ("base.0123456789ab.css", STYLE), ("a.0123456789ab.png", PICTURE)):
        (folder / "yiwang" / name).write_bytes(content)
    (folder / "staticfiles.json").write_text("{}")

    def pages(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("404 Not Found", [])
        return [b"a page"]

    return StaticFiles(pages, folder)


@pytest.mark.parametrize(
    ("path", "accepts", "kept", "packed"),
    [
        ("/static/yiwang/base.0123456789ab.css", "gzip, br", FOR_GOOD, True),
        ("/static/yiwang/base.0123456789ab.css", "", FOR_GOOD, False),
        ("/static/yiwang/base.css", "gzip", AN_HOUR, True),
        ("/static/yiwang/a.0123456789ab.png", "gzip", FOR_GOOD, False),
    ],
)
def test_a_file_is_packed_where_it_helps_and_kept_for_good_where_its_name_tells_its_content(
    files: StaticFiles, path: str, accepts: str, kept: str, packed: bool
) -> None:
    status, headers, body = ask(files, path, accepts=accepts)
    assert (status, headers["Cache-Control"], headers.get("Content-Encoding") == "gzip") == ("200 OK", kept, packed)
    assert (gzip.decompress(body) if packed else body) == (STYLE if path.endswith(".css") else PICTURE)
    assert headers["Content-Length"] == str(len(body))
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert ask(files, path, accepts=accepts, method="HEAD")[2] == b""


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/static/yiwang/none.css", "GET"),
        ("/static/../secret.key", "GET"),
        ("/static//yiwang/base.css", "GET"),
        ("/static/staticfiles.json", "GET"),
        ("/static/yiwang/base.css", "POST"),
        ("/follow", "GET"),
    ],
)
def test_everything_else_goes_to_the_pages(files: StaticFiles, path: str, method: str) -> None:
    assert ask(files, path, method=method)[::2] == ("404 Not Found", b"a page")


def test_pages_name_files_by_their_content_once_they_are_collected(tmp_path: Path) -> None:
    template = Template("{% load static %}{% static 'yiwang/base.css' %}")
    assert template.render(Context()) == "/static/yiwang/base.css"
    with override_settings(STATIC_ROOT=tmp_path):
        staticfiles_storage._wrapped = empty
        call_command("collectstatic", interactive=False, verbosity=0)
        staticfiles_storage._wrapped = empty
        named = template.render(Context())
    staticfiles_storage._wrapped = empty
    assert re.fullmatch(r"/static/yiwang/base\.[0-9a-f]{12}\.css", named)
    assert (tmp_path / named.removeprefix("/static/")).is_file()


@pytest.mark.parametrize(
    ("answer", "packed"),
    [
        (HttpResponse("我们收到了。" * 100), True),
        (HttpResponse("short"), False),
        (StreamingHttpResponse(["event: case\n\n"] * 100), False),
    ],
)
def test_pages_are_packed_and_live_updates_are_not(answer: Any, packed: bool) -> None:
    request = RequestFactory(headers={"Accept-Encoding": "gzip"}).get("/")
    assert (PackingMiddleware(lambda asked: answer)(request).get("Content-Encoding") == "gzip") == packed
