"""Every page of every room in a real browser: no barrier that axe-core knows, nothing too small, nothing heavy."""

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import expect

from yiwang.cases import queries as cases
from yiwang.cases.queries import ListFilter
from yiwang.intake.reports import queries as reports
from yiwang.kernel import walltime
from yiwang.kernel.journal import sealer, sequencer
from yiwang.kernel.journal.notes import Signer
from yiwang.kernel.people import queries as people
from yiwang.kernel.terms import Actor, ActorKind
from yiwang.project import town_plan
from yiwang.web.desk.tests.conftest import DeskTown

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SYSTEM = Actor(ActorKind.SYSTEM)
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOKS = {
    "light": {"type": "tag", "values": TAGS},
    "dark": {"type": "rule", "values": ["color-contrast"]},
    "large": {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]},
}
"""What is asked of a page in each look: colours change in the dark, room in large (where contrast asks for less); names never."""
RUN = """async only => (await axe.run({runOnly: only, resultTypes: ["violations"], preload: false, iframes: false})).violations
    .flatMap(one => one.nodes.map(node => [one.id, node.html.slice(0, 160), node.failureSummary]))"""

ALIKE = 3
"""Of rows that are built alike so many stay: a hundred of one template have the barriers of three."""
THIN = """most => {
    const shape = one => [one.tagName, ...[...one.attributes].map(at => at.name == "class" ? at.value : at.name),
        one.textContent.trim() ? "" : "empty", ...[...one.children].map(shape), ";"].join(" ");
    for (const list of document.querySelectorAll("tbody, ul, ol, dl, select, datalist, svg, g")) {
        const seen = {};
        for (const one of [...list.children]) {
            const built = shape(one);
            seen[built] = (seen[built] || 0) + 1;
            if (seen[built] > most && !one.id && !one.querySelector("[id]")) one.remove();
        }
    }
}"""

PAGES = [
    ("", "/"),
    ("", "/report"),
    ("", "/follow"),
    ("", "/places"),
    ("", "/login"),
    ("", "/demonstration"),
    ("", "/rivers"),
    ("", "/air"),
    ("", "/rivers/R-X01"),
    ("", "/nothing-is-here"),
    ("", "/house?room=portal"),
    ("", "/house?room=desk"),
    ("", "/desk/login"),
    ("resident", "/me"),
    ("resident", "/me/erase"),
    ("operator", "/desk/"),
    ("operator", "/desk/cases"),
    ("operator", "/desk/cases?state=voided&q=nothing"),
    ("operator", "/desk/new"),
    ("operator", "/desk/import"),
    ("operator", "/desk/rulings"),
    ("operator", "/desk/password"),
    ("sanitation", "/desk/"),
    ("sanitation", "/desk/notices"),
    ("sanitation", "/desk/new"),
    ("leader", "/desk/"),
    ("leader", "/desk/watch"),
    ("leader", "/plan/summaries"),
    ("leader", "/desk/second-factor"),
    ("leader", "/desk/sessions"),
    ("auditor", "/desk/security-log"),
    ("leader", "/desk/registers"),
    ("leader", "/desk/registers/river"),
    ("leader", "/desk/registers/river?view=map"),
    ("water", "/desk/registers/river/row/R-X01"),
    ("water", "/desk/registers/river/new"),
    ("water", "/desk/registers/river/import"),
    ("leader", "/desk/alarms"),
    ("leader", "/desk/rivers"),
    ("leader", "/desk/rivers/R-H01"),
    ("leader", "/desk/outlets"),
    ("leader", "/desk/plants"),
    ("leader", "/desk/sites"),
    ("leader", "/desk/air"),
    ("leader", "/desk/stations"),
    ("water", "/desk/stations/hongxing-1-water"),
    ("water", "/desk/samples"),
    ("leader", "/desk/indicators"),
    ("leader", "/desk/indicators/hotline.solved"),
    ("leader", "/desk/indicators/grid.closed/denominator"),
    ("", "/figures"),
    ("", "/figures/grid.closed"),
    ("", "/transparency"),
    ("auditor", "/transparency/heads"),
    ("grid1", "/desk/new"),
]
CASES = [
    ("operator", "gathered", "/desk/cases/{number}"),
    ("dispatcher", "accepted", "/desk/cases/{number}"),
    ("arbiter", "disputed", "/desk/cases/{number}"),
    ("verifier", "handled", "/desk/cases/{number}"),
    ("operator", "dispatched", "/desk/cases/{number}"),
    ("auditor", "closed", "/desk/cases/{number}"),
    ("", "closed", "/r/{number}/{token}"),
    ("", "closed", "/transparency/case/{number}"),
    ("", "handling", "/r/{number}/{token}"),
    ("", "handling", "/r/{number}/{token}/print"),
]
"""Who looks, at a case in which state, where."""


@pytest.fixture
def alive(address: str) -> str:
    """Xinhai with a case in each of the states that CASES names."""
    teams = {card.code: card.team_id for card in people.teams(SYSTEM)}
    accounts = {card.username: card.account_id for card in people.accounts(SYSTEM)}
    made = DeskTown(teams, accounts)
    for make in (made.report, made.accepted, made.dispatched, made.handling, made.handled, made.verified, made.closed):
        make()
    made.disputed()
    sequencer.sequence_once()
    sealer.seal_once(Signer("yiwang/xinhai", bytes(32)), walltime.now())
    return address


@pytest.fixture
def seen_by(chromium: Any, alive: str) -> Iterator[Callable[..., Any]]:
    """A page of the browser in which this person is logged in. Feedback is at once: half a change has half a contrast."""
    pages: dict[str, Any] = {}

    def page_of(who: str, **wishes: Any) -> Any:
        if who not in pages:
            given = {"viewport": {"width": 390, "height": 844}, "locale": "zh-CN", "reduced_motion": "reduce", **wishes}
            context = chromium.new_context(base_url=alive, **given)
            if who:
                context.add_cookies([{"name": "sessionid", "value": _session(who), "url": alive}])
            pages[who] = context.new_page()
        return pages[who]

    yield page_of
    for page in pages.values():
        page.context.close()


def _session(who: str) -> str:
    accounts = get_user_model().objects
    found = accounts.filter(kind="resident").first() if who == "resident" else accounts.get(username=who)
    client = Client()
    client.force_login(found)
    return client.cookies["sessionid"].value


def _addresses() -> list[tuple[str, str]]:
    year = town_plan.carry_over(settings.TOWN_DIR)
    found = [*PAGES, *(("", f"/plan/{year}{rest}") for rest in ("", "/item/1", "/promise/1.03"))]
    for who, state, address in CASES:
        number = cases.work_list(SYSTEM, ListFilter(states=(state,)), size=1).rows[0].number
        found.append((who, address.format(number=number, token=reports.link_token(number))))
    return found


def _look(page: Any, look: str) -> None:
    page.emulate_media(color_scheme="dark" if look == "dark" else "light", reduced_motion="reduce")
    page.evaluate("size => { document.documentElement.dataset.size = size; }", "large" if look == "large" else "normal")


def test_no_page_has_a_barrier_that_axe_finds_in_light_dark_or_large(seen_by):
    barriers = []
    for who, address in _addresses():
        page = seen_by(who)
        page.goto(address)
        page.evaluate(THIN, ALIKE)
        page.evaluate(AXE)
        for look, only in LOOKS.items():
            _look(page, look)
            barriers += [(who, address, look, *told) for told in page.evaluate(RUN, only)]
    assert barriers == [], json.dumps(barriers, ensure_ascii=False, indent=1)


def test_axe_is_asked_and_tells_of_a_barrier(seen_by):
    page = seen_by("")
    page.goto("/follow")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/x.png\"><input>')")
    page.evaluate(AXE)
    assert {told[0] for told in page.evaluate(RUN, LOOKS["light"])} == {"image-alt", "label"}


FINGER = [
    ("", "/"),
    ("", "/report"),
    ("", "/follow"),
    ("", "/login"),
    ("", "/places"),
    ("", "/rivers"),
    ("", "/rivers/R-X01"),
    ("", "/air"),
    ("resident", "/me"),
]
SMALL = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea, summary')]
    .filter(one => one.checkVisibility() && !one.matches('.skip, p a, li a, .place-plain *'))
    .map(one => [one.closest('label') || one, one])
    .filter(([box]) => box.getBoundingClientRect().height < 44 || box.getBoundingClientRect().width < 44)
    .map(([box, one]) => one.outerHTML.slice(0, 120))"""
LETTERS = """() => [...document.querySelectorAll('main *')].filter(one => one.checkVisibility() && !one.matches('.unseen, .unseen *')
    && [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
    .map(one => [parseFloat(getComputedStyle(one).fontSize), one.outerHTML.slice(0, 120)])"""


def test_on_the_portal_letters_are_large_and_whatever_is_pressed_is_as_large_as_a_finger(seen_by):
    """18 px for what is read, 15.75 px for hints and captions; links inside a sentence stay in their line (WCAG 2.5.8)."""
    troubles = []
    for who, address in FINGER:
        page = seen_by(who)
        page.goto(address)
        page.wait_for_load_state("networkidle")
        troubles += [(address, one) for one in page.evaluate(SMALL)]
        sizes = page.evaluate(LETTERS)
        troubles += [(address, size, one) for size, one in sizes if size < 15.75]
        assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == 18
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert troubles == []


@pytest.mark.parametrize(
    ("address", "most_requests", "most_packed_bytes"),
    [
        ("/", 13, 25_000),
        ("/report", 18, 45_000),
        ("/follow", 13, 25_000),
        ("/rivers", 15, 32_000),
    ],
)
def test_the_portal_is_light_enough_for_2g(chromium, address, most_requests, most_packed_bytes, live_server):
    """Packed as `up` sends it. 45 kB are 1.5 s at the 250 kbit/s of 2G; no map and no htmx before somebody wants them."""
    weigh(chromium, f"{live_server.url}{address}", most_requests, most_packed_bytes)


def test_a_rivers_page_is_light_enough_for_2g(chromium, alive):
    weigh(chromium, f"{alive}/rivers/R-X01", 15, 35_000)


def weigh(chromium: Any, address: str, most_requests: int, most_packed_bytes: int) -> None:
    """Open the page and see what comes over the line."""
    page = chromium.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN").new_page()
    answers: list[Any] = []
    page.on("response", lambda one: answers.append(one))  # a function of our own: Playwright marks it
    assert page.goto(address).status == 200
    page.wait_for_load_state("networkidle")
    taken = {one.url: len(gzip.compress(one.body())) for one in answers}
    print(address, len(taken), sum(taken.values()))  # noqa: T201 (the numbers are what one runs this for)
    assert not [url for url in taken if "maplibre" in url or "htmx" in url]
    assert len(taken) <= most_requests
    assert sum(taken.values()) <= most_packed_bytes


def test_the_map_comes_when_it_is_asked_for(chromium, address):
    page = chromium.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN").new_page()
    asked = []
    page.on("request", lambda one: asked.append(one.url))
    page.goto(f"{address}/report")
    page.get_by_role("button", name="在地图上点位置").click()
    page.locator("town-map.ready").wait_for(timeout=20_000)
    assert [url for url in asked if url.endswith("maplibre-gl-csp.js")]
    expect(page.locator(".map-open")).to_be_hidden()
