"""Xinhai served to a real browser, persons who are logged in, and pictures of what they see."""

import io
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import override_settings
from PIL import Image

from yiwang.cases import queries as cases
from yiwang.kernel.terms import SYSTEM
from yiwang.project import town, town_plan

PASSWORD = "xinhai-demo-2019"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
LARGEST_PICTURE_BYTES = 250_000
COLOURS = 64
TALLEST = {390: 1700, 1440: 1100}
"""How much of a long page is kept, in pixels by width."""


def load_xinhai(remembered: Callable[[str, Callable[[], Any]], Any]) -> None:
    """Xinhai with its invented people, into an empty database."""
    remembered("xinhai", partial(town.load, settings.TOWN_DIR, demonstration=True))


def all_cases() -> list[cases.CaseRow]:
    """Every case of the town."""
    found, after = [], 0
    while after is not None:
        page = cases.work_list(SYSTEM, cases.ListFilter(), after=after, size=200)
        found += page.rows
        after = page.next
    return found


@pytest.fixture
def chromium(monkeypatch) -> Iterator[Any]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps an event loop in this thread; we do not
    sync_api = pytest.importorskip("playwright.sync_api")
    sync_api.expect.set_options(timeout=15_000)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()
        connections.close_all()  # those opened while Playwright's loop ran are not seen by anybody after it


@pytest.fixture
def address(chromium, live_server, remembered) -> Iterator[str]:
    """Xinhai with its invented people, served."""
    load_xinhai(remembered)
    with override_settings(DEMONSTRATION=True):
        yield live_server.url


@pytest.fixture
def this_year(address) -> int:
    """The year whose promises the board shows: this one, by the town's own file."""
    found = town_plan.carry_over(settings.TOWN_DIR)
    assert found is not None
    return found


@pytest.fixture
def snap() -> Callable[[Any, str], None]:
    """Keep a picture of the page at both widths, when YIWANG_SHOTS names a folder for them."""
    folder = os.environ.get("YIWANG_SHOTS")

    def keep(page: Any, name: str) -> None:
        if not folder:
            return
        Path(folder).mkdir(parents=True, exist_ok=True)
        was = page.viewport_size
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            page.wait_for_timeout(400)
            _kept(page.screenshot(full_page=True), Path(folder) / f"{name}-{size['width']}.png")
        page.set_viewport_size(was)

    return keep


@pytest.fixture
def person(chromium, address) -> Callable[..., Any]:
    """A browser of one's own; with `user` logged in at the desk."""

    def open_page(user: str = "", size: dict[str, int] = DESK) -> Any:
        context = chromium.new_context(viewport=size, locale="zh-CN", base_url=address)
        if user:
            _log_in(context, user)
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    return open_page


def _log_in(context: Any, user: str) -> None:
    """By the form of the desk, sent without drawing its pages: each of a story's five persons would cost two."""
    context.request.get("/desk/login")
    (token,) = [one["value"] for one in context.cookies() if one["name"] == "csrftoken"]
    form = {"username": user, "password": PASSWORD, "csrfmiddlewaretoken": token}
    answer = context.request.post("/desk/login", form=form)
    assert answer.url.endswith("/desk/"), answer.text()


def _kept(shot: bytes, path: Path) -> None:
    """Write a picture's upper part with few colours: pages of flat colour lose nothing that a person sees."""
    with Image.open(io.BytesIO(shot)) as picture:
        top = picture.convert("RGB").crop((0, 0, picture.width, min(picture.height, TALLEST[picture.width])))
        top.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    assert path.stat().st_size < LARGEST_PICTURE_BYTES, f"{path.name} is too large"
