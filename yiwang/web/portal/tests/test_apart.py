"""One report of two matters, for the one who made it: both numbers, each by the one link."""

import re

from django.test import Client

from yiwang.cases import links
from yiwang.cases.steps import splitting
from yiwang.web.portal.tests.conftest import SYSTEM


def test_who_reported_finds_the_second_matter_from_the_first_and_rates_it_and_others_see_neither(
    chinese, reported, town
):
    number, token = reported()
    link = f"/r/{number}/{token}"
    town.dispatched(number)
    parent = town.case_id(number)
    splitting.split(parent, type_code="C-01-02", title="路灯", text="路灯也不亮", call=town.call("operator"))
    own = chinese.get(link).content.decode()
    (child,) = links.split_off(SYSTEM, parent)
    assert "分开办理的" in own
    (there,) = re.findall(r'<section class="card"><h2>分开办理的.*?href="([^"]+)"', own, re.DOTALL)
    page = chinese.get(there).content.decode()
    assert "路灯也不亮" in page
    assert "受理" in page
    other = Client(headers={"Accept-Language": "zh-hans"}).get(f"/r/{number}").content.decode()
    assert "分开办理的" not in other
    assert "路灯" not in Client().get(there.rsplit("/", 1)[0]).content.decode()
    assert str(child) not in own


def test_a_link_made_for_one_number_does_not_open_another(chinese, reported, town):
    number, token = reported()
    town.dispatched(number)
    fact = splitting.split(
        town.case_id(number), type_code="C-01-02", title="路灯", text="路灯也不亮", call=town.call("operator")
    )
    assert chinese.get(f"/r/{fact.child_number}/{token}").status_code == 404
