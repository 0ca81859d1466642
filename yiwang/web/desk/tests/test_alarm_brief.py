"""Who oversees the town meets its alarms without looking for them: on the home page and on the Monday page."""

import pytest

from yiwang.cases.problems import ReturnWanted
from yiwang.cases.steps import noticing
from yiwang.intake.sensing.alarms import queries
from yiwang.web.desk.tests import test_alarms as story

pytestmark = pytest.mark.django_db
section = story.section


def brief(town, who: str, path: str) -> str:
    return story.words(story.page(town, who, path)).partition("仪器报警未解除")[2]


@pytest.mark.parametrize("path", ["/desk/", "/desk/monday"])
def test_an_alarm_that_goes_on_stands_on_the_pages_of_the_leader_with_its_severity_and_its_case(section, path):
    told = brief(section, "leader", path)
    assert told.startswith(" 1 ")
    assert "较重 氨氮超过水质目标 红星1号河水质站" in told
    assert story.number() in told
    assert "没有证明已恢复正常的 0 件" in told
    assert 'href="/desk/alarms">1</a>' in story.page(section, "leader", path)


def test_the_cases_that_a_leader_closed_without_proof_are_counted_and_named(section):
    (alarm,) = queries.alarms(story.SYSTEM)
    with pytest.raises(ReturnWanted):
        section.finish(alarm.case_id, "water")
    noticing.close_unproven(alarm.case_id, finding="仪器撤了", gone="站点已停用", call=section.call("leader"))
    told = brief(section, "leader", "/desk/")
    assert f"没有证明已恢复正常的 1 件 ： {alarm.case_number}" in told.replace("件：", "件 ：")


def test_who_works_on_cases_has_no_such_list_on_the_home_page(section):
    assert brief(section, "water", "/desk/") == ""
