"""A demonstration that was just started: on each role's home page something waits."""

from datetime import date

import pytest
from django.conf import settings as project
from django.test import Client

from tests.journeys.conftest import PASSWORD
from yiwang.cases import law
from yiwang.cases import queries as cases
from yiwang.kernel import walltime
from yiwang.kernel.terms import Actor, ActorKind
from yiwang.project import town
from yiwang.project.simulation.town_life import last_draw_day, living_town


@pytest.fixture
def lived(transactional_db, settings):
    town.load(project.TOWN_DIR, demonstration=True)
    settings.DEMONSTRATION = True
    return living_town(walltime.now())


def home(user: str) -> str:
    browser = Client()
    browser.post("/desk/login", {"username": user, "password": PASSWORD})
    return browser.get("/desk/").content.decode()


def waiting(page: str, title: str) -> int:
    """The count beside a queue's title."""
    return int(page.split(title, 1)[1].split('<span class="count">', 1)[1].split("<", 1)[0])


@pytest.mark.once
def test_administrator_party_office_and_verifier_find_something_to_do(lived):
    assert lived.refused == {}
    assert waiting(home("admin"), "没有岗位的账号") == 1
    party = home("party")
    assert waiting(party, "待签收") + waiting(party, "处置中（含返工）") >= 1
    assert waiting(home("verifier"), "抽中待复查") >= 1
    drawn = cases.work_list(Actor(ActorKind.SYSTEM), cases.ListFilter(rechecks=True)).rows[0]
    browser = Client()
    browser.post("/desk/login", {"username": "verifier", "password": PASSWORD})
    page = browser.get(f"/desk/cases/{drawn.number}/act/recheck").content.decode()
    assert 'data-act="recheck"' in page
    answer = browser.post(
        f"/desk/cases/{drawn.number}/act/recheck",
        {"holds": "yes", "finding": "仍然完好", "no_photo_reason": "天黑拍不清", "_version": str(drawn.row_version)},
    )
    assert answer.status_code in (302, 303), "the verifier did not verify it before and may look again"


@pytest.mark.parametrize(
    ("today", "drawn"),
    [
        (date(2026, 11, 26), date(2026, 11, 2)),
        (date(2026, 11, 1), date(2026, 10, 8)),
        (date(2026, 11, 2), date(2026, 11, 2)),
    ],
)
def test_the_month_drawn_from_last_is_known_on_a_holiday_too(db, today, drawn):
    town.load(project.TOWN_DIR, demonstration=True)
    assert last_draw_day(law.calendar(), today) == drawn
