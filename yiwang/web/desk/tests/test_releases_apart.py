"""A reviewed figure goes to the public only when subtracting it from one of before tells of no few cases; its lines likewise."""

import csv
import io
import re

import pytest
from django.test import Client

from yiwang.indicators import jobs
from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer
from yiwang.web.desk.tests.conftest import DeskTown, made

pytestmark = pytest.mark.django_db

ADDRESS = "/desk/indicators/hotline.solved"


@pytest.fixture
def town() -> DeskTown:
    return made()


def orders(town: DeskTown, team: str, first: int, count: int) -> None:
    for number in range(first, first + count):
        town.closed(team=team, channel="hotline", source_key=f"RX-{number}")
    while sequencer.sequence_once():
        pass
    jobs.follow_journal(walltime.now())


def let_go(town: DeskTown):
    leader = town.client("leader")
    form = re.search(r'action="([^"]+/release\?[^"]+)"', leader.get(ADDRESS).content.decode())[1]
    return leader.post(form.replace("&amp;", "&"), {"ground": "看过"})


def teams() -> dict[str, tuple[str, str]]:
    said = Client().get("/figures/hotline.solved/data.csv").content.decode("utf-8-sig")
    rows = [row for row in csv.DictReader(io.StringIO(said)) if row["by"] == "team"]
    return {row["key"]: (row["denominator"], row["shown"]) for row in rows}


def test_a_figure_one_case_from_one_that_was_public_is_not_let_go_also_after_that_was_taken_back(town):
    orders(town, "sanitation", 0, 6)
    assert let_go(town).status_code == 302
    orders(town, "sanitation", 6, 1)
    refused = let_go(town)
    assert refused.status_code == 409
    assert "和以前公开过的数值只差很少几件" in refused.content.decode()
    assert "6/6" in refused.content.decode()
    leader = town.client("leader")
    off = re.search(r'action="([^"]+/withdraw/[^"]+)"', leader.get(ADDRESS).content.decode())[1]
    assert leader.post(off, {"explanation": "先撤回"}).status_code == 302
    assert let_go(town).status_code == 409


def test_of_a_figure_that_moved_far_the_line_that_moved_by_one_case_stays_unsaid_and_another_with_it(town):
    orders(town, "sanitation", 0, 5)
    orders(town, "water", 5, 5)
    assert let_go(town).status_code == 302
    assert teams() == {"sanitation": ("5", "counts"), "water": ("5", "counts")}
    orders(town, "sanitation", 10, 1)
    orders(town, "water", 11, 5)
    assert let_go(town).status_code == 302
    assert teams() == {"sanitation": ("", "withheld"), "water": ("", "withheld")}
