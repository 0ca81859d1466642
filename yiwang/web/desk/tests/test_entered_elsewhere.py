"""What somebody enters is answered, also where they cannot follow it, and nothing of what they typed is lost without a word."""

import re
from uuid import UUID

import pytest

from yiwang.intake.reports.models import Report
from yiwang.kernel import walltime
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.people.steps import accounts as people_steps
from yiwang.kernel.terms import Call, ScopeKind
from yiwang.web.desk.tests.conftest import SYSTEM

GIVEN = {"_key": "k", "text": "路灯不亮", "channel": "grid"}


@pytest.fixture
def grid(town):
    """The browser of somebody who walks one committee's ground."""
    call = Call(SYSTEM, walltime.now(), "test")
    town.accounts["grid"] = people_steps.create_account("grid", "网格演示", demonstration=False, call=call).account_id
    people_steps.grant_role(
        town.accounts["grid"], "grid_worker", scope=ScopeKind.COMMITTEE, scope_id=UUID(int=31), call=call
    )
    return town.client("grid")


def test_who_enters_something_outside_the_own_ground_stays_at_the_form_and_is_told_its_number(grid):
    for _ in range(2):  # sent again, it is answered the same
        answer = grid.post("/desk/new", GIVEN)
        assert answer["Location"] == "/desk/new?entered=1"
    page = grid.get(answer["Location"])
    assert page.status_code == 200
    assert f"已登记：{Report.objects.get().number}。它不在您负责的范围里" in page.content.decode()
    assert 'id="entry"' in page.content.decode()


def test_who_may_read_what_they_entered_is_led_to_it_as_before(town):
    answer = town.client("operator").post("/desk/new", GIVEN)
    assert answer["Location"] == f"/desk/cases/{Report.objects.get().number}?entered=1"


def test_a_name_without_a_phone_is_kept_sealed_and_opened_like_a_telephone(town):
    client = town.client("operator")
    page = client.post("/desk/new", {**GIVEN, "channel": "desk", "name": " 王演示 "}, follow=True).content.decode()
    report = Report.objects.get()
    assert report.reporter is None
    assert "没有能拨打的号码，原文另存" in page
    assert "王演示" not in page
    given = {"_key": "look", "report": str(report.id), "purpose": re.search(r'<option value="([^"]+)">', page)[1]}
    assert "王演示" in client.post(f"/desk/cases/{report.number}/phone", given, follow=True).content.decode()


def test_a_name_with_a_phone_is_not_kept_twice(town):
    town.client("operator").post("/desk/new", {**GIVEN, "name": "王演示", "phone": "13900000001"})
    assert Report.objects.get().reporter is not None
    assert Report.objects.get().contact_cipher is None


@pytest.mark.django_db(transaction=True)
def test_the_journal_gives_the_same_sealed_name(town):
    town.client("operator").post("/desk/new", {**GIVEN, "name": "王演示"})
    assert replay().differences == ()
