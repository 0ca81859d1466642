"""What the administrator does on the desk: accounts, roles, passwords, departments, shifts; and what waits for it at home."""

import re
from uuid import UUID, uuid4

import pytest
from django.test import Client

from yiwang.kernel import walltime
from yiwang.kernel.people import queries as people
from yiwang.kernel.people.models import Grant
from yiwang.kernel.people.problems import AdministratorsApart
from yiwang.kernel.people.steps import accounts as account_steps
from yiwang.web.desk.tests.conftest import SYSTEM

PASSWORD = "a-long-enough-one"


def card(username: str):
    return next(one for one in people.accounts(SYSTEM) if one.username == username)


@pytest.fixture
def administrator(town) -> Client:
    return town.client("administrator")


@pytest.fixture
def newcomer(town) -> UUID:
    """An account that was just made: no role, no password."""
    return account_steps.create_account("newcomer", "新演示", call=town.call("administrator")).account_id


def test_from_home_an_account_without_a_role_is_given_one_within_two_clicks(town, administrator, newcomer):
    home = administrator.get("/desk/").content.decode()
    address = re.search(r'<a href="(/desk/accounts/[0-9a-f-]+)">新演示</a>', home)[1]
    assert f'action="{address}/grant"' in administrator.get(address).content.decode()
    ground = f"team:{town.teams['water']}"
    administrator.post(f"{address}/grant", {"role": "handler", "ground": ground, "_key": "k"})
    assert [(held.role, held.scope_id) for held in card("newcomer").roles] == [("handler", town.teams["water"])]
    assert "处置人员 · 水务管理站" in administrator.get(address).content.decode()


def test_an_account_is_made_and_its_holder_logs_in_with_the_first_password(administrator, client):
    form = {"username": "qiu.yan", "name": "邱演示", "phone": "199 0000 0777", "password": PASSWORD, "_key": "k"}
    answer = administrator.post("/desk/accounts/new", form)
    made = card("qiu.yan")
    assert answer["Location"] == f"/desk/accounts/{made.account_id}"
    administrator.post(f"{answer['Location']}/grant", {"role": "verifier", "ground": "", "_key": "k2"})
    came = client.post("/desk/login", {"username": "qiu.yan", "password": PASSWORD})
    assert came["Location"] == "/desk/second-factor?next=%2Fdesk%2F"  # a verifier may take registers along
    assert client.get("/desk/").status_code == 200


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"username": "", "name": "邱演示"}, "请填写这一项"),
        ({"username": "Q!", "name": "邱演示"}, "Q!"),
        ({"username": "operator", "name": "邱演示"}, "operator"),
        ({"username": "qiu", "name": "邱演示", "phone": "12"}, "电话"),
        ({"username": "qiu", "name": "邱演示", "password": "12345"}, "密码"),
    ],
)
def test_an_account_that_cannot_be_made_is_refused_in_words_and_what_was_typed_stays(administrator, given, told):
    answer = administrator.post("/desk/accounts/new", {**given, "_key": "k"})
    page = answer.content.decode()
    assert answer.status_code in (409, 422)
    assert told in page
    assert 'role="alert"' in page
    assert 'value="邱演示"' in page
    assert 'value="12345"' not in page
    assert not [one for one in people.accounts(SYSTEM) if one.name == "邱演示"]


ACTS = [
    ("rename", {"name": "新演示甲"}, lambda one: one.name == "新演示甲"),
    ("password", {"password": PASSWORD}, lambda one: one.has_password),
    ("deactivate", {}, lambda one: not one.active),
]


@pytest.mark.parametrize(("act", "given", "done"), ACTS, ids=[act for act, _, _ in ACTS])
def test_an_account_is_renamed_given_a_password_closed(administrator, newcomer, act, given, done):
    answer = administrator.post(f"/desk/accounts/{newcomer}/{act}", {**given, "_key": "k"})
    assert answer["Location"] == f"/desk/accounts/{newcomer}"
    assert done(card("newcomer"))


def test_a_closed_account_is_opened_again_and_a_role_taken_back(town, administrator):
    address = f"/desk/accounts/{town.accounts['verifier']}"
    grant = card("verifier").roles[0].grant_id
    for act, given in (("deactivate", {}), ("reactivate", {}), ("revoke", {"grant": str(grant)})):
        assert administrator.post(f"{address}/{act}", {**given, "_key": act}).status_code == 302
    assert card("verifier").active
    assert card("verifier").roles == ()


def test_no_account_is_given_a_second_of_the_three_that_stay_apart(town, administrator):
    address = f"/desk/accounts/{town.accounts['auditor']}"
    answer = administrator.post(f"{address}/grant", {"role": "security_administrator", "ground": "", "_key": "k"})
    assert (answer.status_code, "三员分立" in answer.content.decode()) == (409, True)
    with pytest.raises(
        AdministratorsApart
    ):  # whichever way it comes: the command line and an import take this step too
        account_steps.grant_role(town.accounts["auditor"], "administrator", call=town.call("administrator"))
    assert [held.role for held in card("auditor").roles] == ["auditor"]


def test_an_account_that_was_two_of_the_three_before_goes_on_is_named_at_home_and_is_parted(town, administrator):
    doubled = Grant.objects.create(id=uuid4(), account_id=town.accounts["auditor"], role="administrator", scope="town")
    assert town.client("auditor").get("/desk/teams").status_code == 200  # as administrator it still works
    assert "请收回一个岗位" in administrator.get("/desk/").content.decode()
    assert "auditor演示" in administrator.get("/desk/accounts?only=not_apart").content.decode()
    address = f"/desk/accounts/{town.accounts['auditor']}"
    assert administrator.post(f"{address}/grant", {"role": "leader", "ground": "", "_key": "k"}).status_code == 302
    assert administrator.post(f"{address}/revoke", {"grant": str(doubled.pk), "_key": "r"}).status_code == 302
    assert "auditor演示" not in administrator.get("/desk/accounts?only=not_apart").content.decode()


def test_a_security_administrator_closes_accounts_takes_roles_back_and_gives_none(town, newcomer):
    account_steps.grant_role(newcomer, "security_administrator", call=town.call("administrator"))
    town.accounts["newcomer"] = newcomer
    guard = town.client("newcomer")
    address = f"/desk/accounts/{town.accounts['verifier']}"
    page = guard.get(address).content.decode()
    assert [f'action="{address}/{act}"' in page for act in ("deactivate", "revoke", "grant", "password")] == [
        True, True, False, False
    ]  # fmt: skip
    refused = guard.post(f"{address}/grant", {"role": "leader", "ground": "", "_key": "k"})
    assert refused.status_code == 403
    assert guard.post(f"{address}/deactivate", {"_key": "d"}).status_code == 302
    assert not card("verifier").active


@pytest.mark.parametrize(
    ("act", "given", "status", "told"),
    [
        ("grant", {"role": "handler", "ground": ""}, 422, "处置人员"),
        ("grant", {"role": "nonsense", "ground": ""}, 422, "请从清单里选一项"),
        ("password", {"password": "short"}, 422, "密码"),
        ("revoke", {"grant": "00000000-0000-0000-0000-000000000000"}, 404, "没有找到"),
        ("rename", {"name": " "}, 422, "请填写这一项"),
    ],
)
def test_an_act_that_is_refused_comes_back_with_its_reason(administrator, newcomer, act, given, status, told):
    answer = administrator.post(f"/desk/accounts/{newcomer}/{act}", {**given, "_key": "k"})
    assert answer.status_code == status
    assert told in answer.content.decode()
    assert card("newcomer").roles == ()
    assert not card("newcomer").has_password


def test_nobody_closes_the_own_account_on_its_page(town, administrator):
    page = administrator.get(f"/desk/accounts/{town.accounts['administrator']}").content.decode()
    assert "/deactivate" not in page
    assert "/rename" in page


def test_the_list_is_narrowed_by_name_and_by_what_is_missing(administrator, newcomer):
    for query, found in (("?q=new", 1), ("?q=新演示", 1), ("?only=without_role", 1), ("?only=closed", 0), ("?q=zz", 0)):
        page = administrator.get(f"/desk/accounts{query}").content.decode()
        assert len(re.findall(r'<td data-label="姓名">', page)) == found, query


def test_an_auditor_sees_the_accounts_and_no_form(town):
    client = town.client("auditor")
    page = client.get(f"/desk/accounts/{town.accounts['leader']}").content.decode()
    assert "leader演示" in page
    assert "act-form" not in page
    assert client.post(f"/desk/accounts/{town.accounts['leader']}/rename", {"name": "别"}).status_code == 403


@pytest.mark.parametrize("who", ["operator", "dispatcher", "sanitation", "leader"])
def test_others_do_not_see_the_accounts(town, who):
    assert town.client(who).get("/desk/accounts").status_code == 403
    other = town.accounts["verifier"]
    assert town.client(who).post(f"/desk/accounts/{other}/password", {"password": PASSWORD}).status_code == 403


# --- departments and shifts ------------------------------------------------------------------------------------------


def test_a_department_is_added_renamed_and_waits_for_members_at_home(administrator):
    form = {"code": "lamps", "kind": "department", "name_zh": "路灯所", "name_en": "Lamps", "_key": "k"}
    address = administrator.post("/desk/teams/new", form)["Location"]
    assert "路灯所" in administrator.get("/desk/").content.decode()
    administrator.post(f"{address}/rename", {"name_zh": "路灯管理所", "name_en": "Lamps", "_key": "k2"})
    assert people.team_by_code(SYSTEM, "lamps").name_zh == "路灯管理所"
    again = administrator.post("/desk/teams/new", {**form, "_key": "k3"})
    assert again.status_code == 409
    assert "lamps" in again.content.decode()


def test_a_shift_is_planned_shown_in_the_towns_time_and_cancelled(town, administrator):
    address = f"/desk/teams/{town.teams['water']}"
    day = walltime.town_day(walltime.now())
    form = {"begins_at": f"{day}T00:10", "ends_at": f"{day}T23:50", "note": "值班室 021-5900", "_key": "k"}
    assert administrator.post(f"{address}/plan", form).status_code == 302
    page = administrator.get(address).content.decode()
    assert "00:10" in page
    assert "值班室" in page
    shift = re.search(r'name="shift" value="([0-9a-f-]+)"', page)[1]
    administrator.post(f"{address}/cancel", {"shift": shift, "_key": "k2"})
    assert "近两个月没有安排班次" in administrator.get(address).content.decode()


@pytest.mark.parametrize(
    ("begins_at", "ends_at", "told"),
    [
        ("2026-11-23T08:00", "2026-11-23T07:00", "班次"),
        ("2026-11-23T08:00", "2026-11-30T08:00", "班次"),
        ("morgen", "2026-11-30T08:00", "2026-11-23 08:30"),
    ],
)
def test_a_shift_that_cannot_be_is_refused(town, administrator, begins_at, ends_at, told):
    form = {"begins_at": begins_at, "ends_at": ends_at, "_key": "k"}
    answer = administrator.post(f"/desk/teams/{town.teams['water']}/plan", form)
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_a_duty_officer_plans_shifts_and_makes_no_departments(town):
    client = town.client("duty_officer")
    page = client.get(f"/desk/teams/{town.teams['water']}").content.decode()
    assert "/plan" in page
    assert "/rename" not in page
    assert client.get("/desk/teams/new").status_code == 403
