"""A disputed case says by name who rules on it; where no arbiter is left, the duty officer does, from the home page on."""

from yiwang.kernel import walltime
from yiwang.kernel.people.steps import accounts as people
from yiwang.kernel.terms import Call
from yiwang.web.desk.tests.conftest import SYSTEM


def page_of(town, who, case_id, language="zh-hans"):
    return town.client(who, language).get(f"/desk/cases/{town.number(case_id)}").content.decode()


def ended(town, *roles):
    for role in roles:
        people.deactivate(town.accounts[role], call=Call(SYSTEM, walltime.now(), "test", reason="离任"))


def test_the_page_and_the_api_name_the_arbiter(town):
    case_id = town.disputed()
    assert "裁定人 arbiter演示" in page_of(town, "dispatcher", case_id)
    assert "Who rules on it" in page_of(town, "dispatcher", case_id, "en")
    answer = town.client("dispatcher").get(f"/api/cases/{town.number(case_id)}").json()
    assert answer["rulers"] == [{"name": "arbiter演示", "role": "arbiter"}]
    assert "谁来裁定" not in page_of(town, "dispatcher", town.returned())


def test_without_an_arbiter_the_duty_officer_finds_it_on_the_home_page_and_rules(town, post):
    case_id = town.disputed()
    given = {"team": str(town.teams["water"]), "question": "归谁", "grounds": "名录"}
    assert "裁定人裁定：arbiter演示" in post(town, "duty_officer", case_id, "rule", htmx=True, **given).content.decode()
    ended(town, "arbiter")
    assert town.number(case_id) in town.client("duty_officer").get("/desk/").content.decode()
    page = page_of(town, "duty_officer", case_id)
    assert "值班长 duty_officer演示" in page
    assert f"/desk/cases/{town.number(case_id)}/act/rule" in page
    assert post(town, "duty_officer", case_id, "rule", **given).status_code == 302
    assert town.state(case_id) == "dispatched"


def test_where_nobody_can_rule_the_page_says_so_and_what_to_do(town):
    case_id = town.disputed()
    ended(town, "arbiter", "duty_officer")
    assert "现在没有人能裁定" in page_of(town, "dispatcher", case_id)
