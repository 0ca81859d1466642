"""Whoever says that it is not solved is heard: the case waits for the desk until somebody reopens it or notes something."""

import re

import pytest

from yiwang.cases.models import Case
from yiwang.cases.steps import forward, remarks
from yiwang.kernel.journal.replay import replay

TITLE = "评价未解决"


def rated(town, post, solved="no"):
    case_id = town.closed()
    given = {"solved": solved, "satisfaction": "unsatisfied", "words": "还是老样子"}
    assert post(town, "operator", case_id, "rate", **given).status_code == 302
    return case_id


def waiting(town, who):
    """The number beside the queue (empty: no such queue) and the cases of the list that it opens."""
    client = town.client(who)
    found = re.search(rf'{TITLE} <span class="count">(\d+)</span>', client.get("/desk/").content.decode())
    page = client.get("/desk/cases?limit=unsolved").content.decode()
    return found[1] if found else "", re.findall(r'data-number="(XH\w+)"', page)


@pytest.mark.parametrize("solved", ["yes", "partly"])
def test_what_is_solved_at_least_in_part_waits_for_nobody(town, post, solved):
    rated(town, post, solved)
    assert waiting(town, "operator") == ("0", [])


def test_what_is_rated_as_not_solved_waits_for_operator_and_duty_officer_and_says_so_on_its_row(town, post):
    number = town.number(rated(town, post))
    assert waiting(town, "operator") == waiting(town, "duty_officer") == ("1", [number])
    assert waiting(town, "leader")[0] == ""
    assert waiting(town, "water") == ("", [])
    row = town.client("operator").get("/desk/cases?state=rated").content.decode()
    assert re.search(rf'data-number="{number}".*?class="tag[^>]*>(?:<[^>]+>)*\s*{TITLE}', row, re.DOTALL)


@pytest.mark.parametrize(
    ("act", "given"),
    [("reopen", {"ground": "not-mended", "words": "重办"}), ("note", {"text": "已去看过，物业答应周末换管子"})],
)
def test_it_waits_no_more_when_it_is_reopened_or_somebody_noted_what_was_said(town, post, act, given):
    case_id = rated(town, post)
    answer = post(town, "operator", case_id, act, **given)
    assert answer.status_code == 302, answer.content.decode()
    assert waiting(town, "operator") == ("0", [])


def test_a_call_counts_when_it_reached_somebody(town, post):
    case_id = rated(town, post)
    forward.contact(case_id, reached=False, note="没有人接", call=town.call("operator"))
    assert waiting(town, "operator") == ("1", [town.number(case_id)])
    forward.contact(case_id, reached=True, note="说好周末再去", call=town.call("operator"))
    assert waiting(town, "operator") == ("0", [])


def test_an_answer_given_elsewhere_is_nobody_looking_at_it(town, post):
    case_id = rated(town, post)
    remarks.note(case_id, text="已答复", kind="reply", call=town.call("operator"))
    assert waiting(town, "operator") == ("1", [town.number(case_id)])


@pytest.mark.django_db(transaction=True)
def test_a_replay_gives_the_same_cases(town, post):
    unsolved, noted = rated(town, post), rated(town, post)
    post(town, "operator", noted, "note", text="已去看过")
    assert list(Case.objects.filter(rated_unsolved=True).values_list("id", flat=True)) == [unsolved]
    assert replay().differences == ()
