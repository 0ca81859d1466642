"""What waits for a department waits for nobody else, however much more somebody may read."""

import re
from uuid import UUID

import pytest

from yiwang.cases.models import Case
from yiwang.kernel import walltime
from yiwang.kernel.people.steps import accounts as people_steps
from yiwang.kernel.terms import Call, ScopeKind
from yiwang.web.desk.tests.conftest import SYSTEM

HERE = UUID(int=31)


@pytest.fixture
def office(town):
    """A member of staff who handles for one department and reads all that happens on a committee's ground."""
    call = Call(SYSTEM, walltime.now(), "test")
    who = people_steps.create_account("office", "居委演示", demonstration=False, call=call).account_id
    people_steps.grant_role(who, "committee_worker", scope=ScopeKind.COMMITTEE, scope_id=HERE, call=call)
    people_steps.grant_role(who, "handler", scope=ScopeKind.TEAM, scope_id=town.teams["sanitation"], call=call)
    town.accounts["office"] = who


def queue(town, who, title):
    """The number beside a queue, and the cases of the list that it opens."""
    client = town.client(who)
    found = re.search(
        rf"{title} <span class=\"count\">(\d+)</span></h2>(?:<a href=\"([^\"]+)\")?",
        client.get("/desk/").content.decode(),
    )
    page = client.get(found[2].replace("&amp;", "&")).content.decode() if found[2] else ""
    return int(found[1]), set(re.findall(r'data-number="(XH\w+)"', page))


@pytest.mark.parametrize(("title", "made"), [("待签收", "dispatched"), ("处置中（含返工）", "handling")])
def test_a_committees_office_is_not_shown_the_work_of_other_departments_as_its_own(town, office, title, made):
    others, own = getattr(town, made)("water"), getattr(town, made)("sanitation")
    Case.objects.update(committee=HERE)
    assert queue(town, "office", title) == (1, {town.number(own)})
    assert queue(town, "office", "本居委未结") == (2, {town.number(own), town.number(others)})


def test_where_nothing_is_ones_own_nothing_waits(town, office):
    town.dispatched("water")
    Case.objects.update(committee=HERE)
    assert queue(town, "office", "待签收") == (0, set())


def test_a_handlers_own_department_is_there_as_before(town):
    case_id = town.dispatched("sanitation")
    town.dispatched("water")
    assert queue(town, "sanitation", "待签收") == (1, {town.number(case_id)})


def test_the_list_is_narrowed_to_a_cell_of_the_grid_and_its_address_keeps_it(town):
    here, elsewhere = town.handling("water"), town.handling("water")
    Case.objects.filter(pk=here).update(grid_cell=HERE)
    page = town.client("dispatcher").get(f"/desk/cases?cell={HERE}").content.decode()
    assert re.findall(r'data-number="(XH\w+)"', page) == [town.number(here)]
    assert re.search(r'<select[^>]*name="cell"', page), "a list of one's browser: the keyboard reaches it"
    assert f"cell={HERE}" in page
    broken = town.client("dispatcher").get("/desk/cases?cell=no-cell").content.decode()
    assert town.number(elsewhere) in broken, "an old bookmark never breaks"
