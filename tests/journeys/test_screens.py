"""Pictures of each room for docs/screens, beside those of the main job: `make screens` takes all of them again."""

import os
from typing import Any

import pytest
from django.conf import settings

from yiwang.cases import queries as cases
from yiwang.cases.queries import ListFilter
from yiwang.indicators import jobs as indicators
from yiwang.intake.sensing import jobs as sensing
from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer
from yiwang.kernel.notices import jobs as notices
from yiwang.kernel.people import queries as people
from yiwang.kernel.terms import Actor, ActorKind
from yiwang.plan import jobs as plan
from yiwang.project import town_evidence, town_plan
from yiwang.project.simulation import instruments, laboratory
from yiwang.project.simulation.town_life import living_town

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not os.environ.get("YIWANG_SHOTS"), reason="pictures are taken by `make screens`"),
]

SYSTEM = Actor(ActorKind.SYSTEM)
SCREENS = [
    ("30-house-portal", "", "/house?room=portal"),
    ("31-house-desk", "", "/house?room=desk"),
    ("32-demonstration", "", "/demonstration"),
    ("33-look-up", "", "/follow"),
    ("34-log-in", "", "/login"),
    ("35-no-such-page", "", "/nothing-is-here"),
    ("36-desk-log-in", "", "/desk/login"),
    ("40-desk-home-dispatcher", "dispatcher", "/desk/"),
    ("41-desk-home-handler", "sanitation", "/desk/"),
    ("42-desk-home-committee", "xinhai1", "/desk/"),
    ("43-desk-home-grid-worker", "grid1", "/desk/"),
    ("44-desk-home-verifier", "verifier", "/desk/"),
    ("45-desk-home-duty-officer", "duty", "/desk/"),
    ("46-desk-home-leader", "leader", "/desk/"),
    ("47-desk-home-registrar", "registrar", "/desk/"),
    ("48-desk-home-auditor", "auditor", "/desk/"),
    ("49-desk-home-administrator", "admin", "/desk/"),
    ("50-desk-work-list", "operator", "/desk/cases"),
    ("51-desk-nothing-found", "operator", "/desk/cases?q=zzz"),
    ("52-desk-entry", "operator", "/desk/new"),
    ("53-desk-import", "operator", "/desk/import"),
    ("54-desk-rulings", "operator", "/desk/rulings"),
    ("55-desk-not-allowed", "leader", "/desk/import"),
]
CASES = [("56-desk-case-disputed", "arbiter", "disputed"), ("57-desk-case-in-hand", "", "handling")]
"""Name, who looks (the one whose department has it, when left open), and the state of the case."""
PROMISES = [
    ("70-board", "", "/plan/{year}"),
    ("71-board-item", "", "/plan/{year}/item/12"),
    ("72-promise", "", "/plan/{year}/promise/1.03"),
    ("73-public-figures", "", "/figures"),
    ("74-summaries", "leader", "/plan/summaries"),
    ("75-desk-monday", "leader", "/desk/monday"),
    ("76-desk-supervisions", "leader", "/desk/supervisions"),
    ("77-desk-duty-screen", "duty", "/desk/watch"),
    ("78-desk-indicators", "leader", "/desk/indicators"),
    ("79-desk-indicator", "leader", "/desk/indicators/grid.closed_on_time"),
    ("80-desk-registers", "registrar", "/desk/registers"),
    ("81-desk-register", "registrar", "/desk/registers/river"),
    ("82-desk-evidence", "water", "/desk/evidence"),
    ("83-desk-promise", "water", "/desk/evidence/{year}/1.03"),
    ("84-desk-inquiries", "water", "/desk/inquiries"),
    ("85-desk-notices", "dispatcher", "/desk/notices"),
    ("85-desk-alarms", "leader", "/desk/alarms?state=all"),
    ("86-desk-stations", "leader", "/desk/stations"),
    ("87-desk-station", "water", "/desk/stations/hongxing-1-water"),
]
"""The promises, what shows them, and who looks after them; not the review, which quotes the published document."""


def test_each_room_is_pictured_as_each_role_sees_it(person, snap):
    living_town(walltime.now())
    pages: dict[str, Any] = {}
    codes = {team.team_id: team.code for team in people.teams(SYSTEM)}
    found = []
    for name, who, state in CASES:
        row = cases.work_list(SYSTEM, ListFilter(states=(state,)), size=1).rows[0]
        found.append((name, who or codes[row.lead_team], f"/desk/cases/{row.number}"))
    for name, who, address in [*SCREENS, *found]:
        page = pages.get(who) or person(who)
        pages[who] = page
        page.goto(address)
        snap(page, name)
        assert page.locator("h1, h2").count(), name
        assert (name, page.locator("#case").count()) == (name, 1) or "/cases/XH" not in address
    resident = person()
    resident.goto("/demonstration")
    resident.locator("main button").first.click()
    resident.wait_for_url("**/me")
    snap(resident, "37-my-reports")
    resident.goto("/me/erase")
    snap(resident, "38-erase-account")


def test_the_promises_are_pictured_with_what_shows_them(person, snap):
    living_town(walltime.now())
    instruments.demonstrate(walltime.now())
    laboratory.demonstrate(walltime.now())
    year = town_plan.carry_over(settings.TOWN_DIR)
    assert year is not None
    town_evidence.demonstrate(settings.TOWN_DIR, year)
    while sequencer.sequence_once():
        pass
    now = walltime.now()
    for follow in (
        sensing.follow_journal,
        indicators.follow_journal,
        notices.follow,
        plan.follow_evidence,
        plan.sweep_inquiries,
    ):
        follow(now)
    pages: dict[str, Any] = {}
    for name, who, address in PROMISES:
        page = pages.setdefault(who, pages.get(who) or person(who))
        page.goto(address.format(year=year))
        snap(page, name)
        assert page.locator("h1").count(), name
