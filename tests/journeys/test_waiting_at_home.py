"""A demonstration that was just started: on each role's home page something waits."""

import pytest
from django.test import Client

from tests.journeys.conftest import PASSWORD, load_xinhai
from yiwang.cases import queries as cases
from yiwang.kernel import walltime
from yiwang.kernel.terms import Actor, ActorKind
from yiwang.project.simulation.town_life import living_town

SYSTEM = Actor(ActorKind.SYSTEM)


def home(user: str) -> str:
    browser = Client()
    browser.post("/desk/login", {"username": user, "password": PASSWORD})
    return browser.get("/desk/").content.decode()


def waiting(page: str, title: str) -> int:
    """The count beside a queue's title."""
    return int(page.split(title, 1)[1].split('<span class="count">', 1)[1].split("<", 1)[0])


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_administrator_party_office_and_verifier_find_something_to_do(remembered, settings):
    load_xinhai(remembered)
    settings.DEMONSTRATION = True
    assert living_town(walltime.now()).refused == {}
    assert waiting(home("admin"), "没有岗位的账号") == 1
    party = home("party")
    assert waiting(party, "待签收") + waiting(party, "处置中（含返工）") >= 1
    assert waiting(home("verifier"), "抽中待复查") >= 1
    drawn = cases.work_list(SYSTEM, cases.ListFilter(rechecks=True)).rows[0]
    browser = Client()
    browser.post("/desk/login", {"username": "verifier", "password": PASSWORD})
    page = browser.get(f"/desk/cases/{drawn.number}/act/recheck").content.decode()
    assert 'data-act="recheck"' in page
    answer = browser.post(
        f"/desk/cases/{drawn.number}/act/recheck",
        {"holds": "yes", "finding": "仍然完好", "no_photo_reason": "天黑拍不清", "_version": str(drawn.row_version)},
    )
    assert answer.status_code in (302, 303), "the verifier did not verify it before and may look again"
