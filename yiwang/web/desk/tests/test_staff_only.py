"""The desk is the offices' room: a resident may read the own case in the portal, but not what offices write of it."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from yiwang.cases import queries as cases
from yiwang.cases.steps import remarks
from yiwang.web.desk.tests.conftest import SYSTEM


@pytest.mark.parametrize("page", ["", "/act/rate", "/act/note"])
def test_a_resident_does_not_see_the_desks_page_of_the_own_case(town, page):
    case_id = town.handling()
    remarks.note(case_id, text="上次也是这位居民", call=town.call("operator"))
    client = Client()
    client.force_login(get_user_model().objects.get(pk=cases.case(SYSTEM, town.number(case_id)).snapshot.reporter))
    answer = client.get(f"/desk/cases/{town.number(case_id)}{page}")
    assert answer.status_code == 403
    assert "上次也是" not in answer.content.decode()


@pytest.mark.parametrize("page", ["cases", "cases/ids", "cases/rows", "rulings"])
def test_the_lists_of_the_desk_are_for_staff(town, page):
    case_id = town.handling()
    client = Client()
    client.force_login(get_user_model().objects.get(pk=cases.case(SYSTEM, town.number(case_id)).snapshot.reporter))
    assert client.get(f"/desk/{page}").status_code == 403
