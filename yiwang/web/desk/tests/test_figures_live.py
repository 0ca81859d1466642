"""A figure changes where it stands when what it counts has changed: nobody reloads the page, and nothing else on it moves."""

from typing import Any

import pytest

from yiwang.indicators.jobs import SWEEPS
from yiwang.kernel import walltime
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.journal import sequencer
from yiwang.web.desk.tests.conftest import made, open_page
from yiwang.web.desk.tests.test_figures import counted

pytestmark = pytest.mark.django_db(transaction=True)


def shown(page: Any, code: str) -> str:
    return page.inner_text(f'tr[data-figure="{code}"] [data-kind]')


@pytest.mark.browser
def test_a_figure_changes_where_it_stands_as_soon_as_it_has_been_counted(no_async_check, address, chromium):
    town = made()
    town.closed()
    counted()
    page = open_page(chromium, address, town, "leader")
    page.goto(f"{address}/desk/indicators")
    assert shown(page, "grid.closed") == "1 / 1"
    page.click("details.filter-more summary")
    page.focus('tr[data-figure="grid.reworked"] a')
    town.closed()
    # What the stream says of it (gateways/stream), before the figures have been counted that far.
    page.evaluate("at => document.dispatchEvent(new CustomEvent('yiwang:position', {detail: at}))", _placed())
    page.wait_for_timeout(700)
    assert shown(page, "grid.closed") == "1 / 1"
    counted()
    page.locator('tr[data-figure="grid.closed"] [data-kind]', has_text="2 / 2").wait_for(timeout=5000)
    assert page.evaluate("document.activeElement.closest('[data-figure]').dataset.figure") == "grid.reworked"
    assert page.is_visible("[name=from]"), "what is being chosen stays open"
    assert not page.is_visible(".live-bar"), "nothing is offered to be reloaded"


def _placed() -> int:
    while sequencer.sequence_once():
        pass
    return journal.head()


def test_the_worker_looks_twice_a_second_and_pages_say_how_far_it_has_counted():
    town = made()
    town.closed()
    seconds, sweep = SWEEPS["indicators"]
    assert seconds <= 0.5
    leader, position = town.client("leader"), _placed()
    assert f'data-read-to="{position}"' not in leader.get("/desk/indicators").content.decode()
    assert sweep(walltime.now()) >= position
    for address in ("/desk/indicators", "/desk/indicators/grid.closed"):
        page = leader.get(address).content.decode()
        assert f'data-read-to="{position}"' in page
        assert "data-quiet" in page
