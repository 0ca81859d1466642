"""What each page shows to whom, in both languages, and how many queries it costs."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from yiwang.cases import counted, jobs, rules
from yiwang.cases import queries as cases
from yiwang.cases.queries import ListFilter
from yiwang.cases.steps import forward, remarks, sideways, timing
from yiwang.kernel import walltime
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.people import passwords
from yiwang.kernel.people.steps import accounts as people
from yiwang.kernel.terms import Call, ScopeKind
from yiwang.web.desk.tests.conftest import SYSTEM, TOWN_ROLES

LIST_QUERIES = 13
CASE_QUERIES = 30


def test_a_visitor_is_led_to_the_log_in_and_back(client):
    answer = client.get("/desk/cases?state=gathered")
    assert answer.status_code == 302
    assert answer["Location"] == "/desk/login?next=%2Fdesk%2Fcases%3Fstate%3Dgathered"


def test_logging_in_leads_back_to_where_one_was_and_a_wrong_password_keeps_the_name(town, client):
    account = people.create_account(
        "newcomer",
        "新演示",
        password_hash=passwords.hashed("correct-horse-9"),
        call=Call(SYSTEM, walltime.now(), "test"),
    ).account_id
    ground = {"scope": ScopeKind.COMMITTEE, "scope_id": uuid4()}
    people.grant_role(account, "grid_worker", **ground, call=Call(SYSTEM, walltime.now(), "test"))
    wrong = client.post("/desk/login", {"username": "newcomer", "password": "no", "next": "/desk/new"})
    assert wrong.status_code == 422 or wrong.status_code == 401 or wrong.status_code == 403
    assert 'value="newcomer"' in wrong.content.decode()
    right = client.post("/desk/login", {"username": "newcomer", "password": "correct-horse-9", "next": "/desk/new"})
    assert right["Location"] == "/desk/new"
    assert client.post("/desk/logout")["Location"] == "/desk/login"
    assert client.get("/desk/").status_code == 302


def test_logging_in_never_leads_to_another_site(town, client):
    page = client.get("/desk/login?next=https://elsewhere.example/")
    assert '<input type="hidden" name="next" value="/desk/">' in page.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("who", [*TOWN_ROLES, "sanitation"])
def test_every_role_has_a_home_page_in_both_languages(town, who, language):
    town.disputed()
    town.handled()
    page = town.client(who, language).get("/desk/")
    assert page.status_code == 200
    overview, mine = ("全镇概况", "等我办的") if language == "zh-hans" else ("The whole town", "Waiting for me")
    (heading,) = re.findall(r"<h1>(.*?)</h1>", page.content.decode())
    assert heading == (overview if who in ("leader", "auditor") else mine)
    if language == "en":
        assert not re.search(r">\s*(等我办的|首页|现在没有)", page.content.decode())


WAITING = [
    ("operator", "report", "待受理"),
    ("dispatcher", "accepted", "待派遣"),
    ("sanitation", "dispatched", "待签收"),
    ("sanitation", "handling", "处置中"),
    ("verifier", "handled", "待核查"),
    ("operator", "verified", "待回访结案"),
    ("arbiter", "disputed", "等我裁定"),
]


@pytest.mark.parametrize(("who", "made", "title"), WAITING)
def test_what_waits_for_a_role_is_one_click_away_with_its_act_open(town, who, made, title):
    case_id = getattr(town, made)()
    client = town.client(who)
    home = client.get("/desk/").content.decode()
    number = town.number(case_id)
    assert title in home
    assert f'href="/desk/cases/{number}"' in home
    assert 'class="act-form' in client.get(f"/desk/cases/{number}").content.decode()


def test_extension_requests_and_suspended_cases_wait_for_whom_they_concern(town):
    asked, resting = town.handling(), town.handling()
    timing.ask_extension(asked, amount=1, reason_code="weather", explanation="雨", call=town.call("sanitation"))
    day = walltime.town_day(walltime.now())
    sideways.suspend(
        resting,
        reason_code="weather",
        explanation="台风",
        review_on=day.fromordinal(day.toordinal() + 5),
        call=town.call("duty_officer"),
    )
    dispatcher = town.client("dispatcher").get("/desk/").content.decode()
    duty = town.client("duty_officer").get("/desk/").content.decode()
    assert "延期申请" in dispatcher
    assert town.number(asked) in dispatcher
    assert town.number(resting) in duty
    assert "日 复核" in duty


def test_a_suspended_case_whose_review_day_came_says_so_and_stands_first_with_its_next_day_to_be_set(town):
    later, due = town.handling(), town.handling()
    day = walltime.town_day(walltime.now())
    for case_id, days in ((later, 20), (due, 2)):
        sideways.suspend(
            case_id,
            reason_code="weather",
            explanation="台风",
            review_on=day + timedelta(days=days),
            call=town.call("duty_officer"),
        )
    jobs.sweep_reviews(walltime.now() + timedelta(days=3))
    duty = town.client("duty_officer")
    queue = duty.get("/desk/").content.decode().partition("挂账，待复核")[2]
    assert queue.count("复核日已到") == 1
    assert queue.index("复核日已到") < queue.index(town.number(later))
    page = duty.get(f"/desk/cases/{town.number(due)}").content.decode()
    assert page.count("复核日已到") == 2, "as a tag of the case and in its history"
    assert "继续挂账" in page


def test_a_drawn_case_shows_how_it_was_drawn_so_that_anyone_can_draw_again(town):
    number, other = (town.number(town.closed()) for _ in range(2))
    day = walltime.town_day(walltime.now())
    held = remarks.draw_rechecks(day, day, seed="ab" * 32, seed_position=4711, call=town.call("duty_officer"))
    drawn = held.drawn[0]
    page = town.client("verifier").get(f"/desk/cases/{drawn}").content.decode()
    how = page.partition("怎么抽的")[2].partition("</details>")[0]
    assert f"从 {day} 至 {day} 结案的 2 件中抽取 1 件" in page
    assert "日志第 4711 条" in how
    assert "ab" * 32 in how
    assert all(one in how and rules.lot("ab" * 32, one) in how for one in (number, other))
    assert how.count("抽中</span>") == 1
    assert how.index(drawn) < how.index("抽中</span>") < how.index(({number, other} - {drawn}).pop())


def test_figures_open_the_very_rows_they_count(town):
    town.report(urgent=True)
    town.accepted()
    town.handled()
    duty = town.client("duty_officer")
    figures = counted.numbers_of(town.actor("duty_officer"), walltime.now())
    for limit in ("overdue", "soon", "urgent"):
        page = duty.get(f"/desk/cases?limit={limit}").content.decode()
        assert page.count("data-row=") == figures[limit], limit
    assert duty.get("/desk/cases").content.decode().count("data-row=") == figures["open"]


def test_a_department_sees_its_own_cases_and_no_others(town):
    own, other = town.dispatched(), town.dispatched("water")
    page = town.client("sanitation").get("/desk/cases").content.decode()
    assert town.number(own) in page
    assert town.number(other) not in page
    assert town.client("sanitation").get(f"/desk/cases/{town.number(other)}").status_code == 404


def test_the_list_is_narrowed_by_state_text_number_team_type_and_source(town):
    rubbish, lamp = town.accepted(), town.report("新海一村3号楼前的路灯不亮")
    client = town.client("dispatcher")

    def shown(query: str) -> set[str]:
        return set(re.findall(r'data-number="(XH\w+)"', client.get(f"/desk/cases?{query}").content.decode()))

    numbers = {"rubbish": town.number(rubbish), "lamp": town.number(lamp)}
    assert shown("state=accepted") == {numbers["rubbish"]}
    assert shown("q=路灯") == {numbers["lamp"]}
    assert shown(f"q={numbers['lamp'].lower()}") == {numbers["lamp"]}
    assert shown("type=E-01") == {numbers["rubbish"]}
    assert shown("source=H") == set()
    assert shown(f"team={town.teams['water']}") == set()


@pytest.mark.parametrize("narrowed", ["", "state=gathered&", "limit=overdue&", "source=S&type=C-01&"])
def test_a_whole_number_finds_its_case_whatever_the_list_was_narrowed_to(town, narrowed):
    number = town.number(town.closed())
    town.report("别的事")
    client = town.client("operator")
    for typed in (number, f" {number[:10].lower()} {number[10:]}"):
        page = client.get(f"/desk/cases?{narrowed}q={typed}").content.decode()
        assert re.findall(r'data-number="(XH\w+)"', page) == [number]
        assert re.search(r'<option value="all"[^>]* selected', page), "the list says that it shows all states"
    begun = client.get(f"/desk/cases?q={number[:-2]}").content.decode()
    assert f'data-number="{number}"' not in begun, "a part of a number narrows the open cases"


@pytest.mark.parametrize(
    "query", ["state=nonsense", "team=1", "after=x", "after=99999999", "type=<b>", "q=%00", "source=Z"]
)
def test_an_old_or_broken_bookmark_shows_a_list_and_no_fault(town, query):
    town.report()
    assert town.client("operator").get(f"/desk/cases?{query}").status_code == 200


def test_pages_of_the_list_follow_each_other_without_gap(town):
    for number in range(3):
        town.report(f"第{number}处垃圾没人收", read=False)
    rows = cases.work_list(town.actor("operator"), ListFilter(), size=2)
    page = town.client("operator").get(f"/desk/cases?after={rows.next}").content.decode()
    assert page.count("data-row=") == 1


def test_the_list_and_the_case_cost_few_queries_whatever_they_show(town, django_assert_max_num_queries):
    for number in range(5):
        town.report(f"第{number}处垃圾没人收，{number}号楼")
    disputed, fresh = town.number(town.disputed()), town.number(town.report())
    client = town.client("dispatcher")
    with django_assert_max_num_queries(LIST_QUERIES):
        client.get("/desk/cases")
    with django_assert_max_num_queries(CASE_QUERIES):
        client.get(f"/desk/cases/{disputed}")
    with django_assert_max_num_queries(CASE_QUERIES):
        client.get(f"/desk/cases/{fresh}")


def test_why_a_deadline_is_told_line_by_line(town):
    case_id = town.handling(type_code="C-01-02", team="utilities")
    page = town.client("duty_officer").get(f"/desk/cases/{town.number(case_id)}").content.decode()
    assert "为什么是这个期限" in page
    assert "期限：2 工作日" in page
    assert "规则：C-01-02.handle" in page
    assert "未与原文核对" in page
    assert "起算" in page


def test_the_timeline_tells_who_did_what_and_names_of_residents_stay_masked(town):
    case_id = town.closed()
    page = town.client("duty_officer").get(f"/desk/cases/{town.number(case_id)}").content.decode()
    for told in ("收到上报", "受理", "派遣", "签收", "处理反馈", "核查通过", "结案", "sanitation演示", "已清运"):
        assert told in page
    assert "199****0001" in page
    assert "水演示" not in page
    assert "19900000001" not in page


def test_a_phone_is_shown_for_a_purpose_and_the_look_is_journaled(town):
    case_id = town.report()
    number = town.number(case_id)
    page = town.client("operator").get(f"/desk/cases/{number}").content.decode()
    person = re.search(r'name="person" value="([0-9a-f-]+)"', page).group(1)
    asked = town.client("operator").post(
        f"/desk/cases/{number}/phone", {"person": person, "purpose": "call-back"}, headers={"HX-Request": "true"}
    )
    assert "19900000001" in asked.content.decode()
    looked = [one for one in journal.history("account", person) if one.entry.verb == "account.unmasked"]
    assert any(number in one.entry.reason for one in looked)


def test_a_phone_is_not_shown_without_purpose_to_others_or_of_a_stranger(town):
    case_id = town.dispatched()
    number = town.number(case_id)
    stranger = str(town.accounts["leader"])
    operator = town.client("operator")
    assert operator.post(f"/desk/cases/{number}/phone", {"person": stranger, "purpose": "call-back"}).status_code == 404
    assert operator.post(f"/desk/cases/{number}/phone", {"person": stranger, "purpose": ""}).status_code == 422
    handler = town.client("sanitation")
    assert handler.post(f"/desk/cases/{number}/phone", {"person": stranger, "purpose": "call-back"}).status_code == 404
    assert handler.post(f"/desk/cases/{number}/phone", {"person": stranger, "purpose": "curious"}).status_code == 422
    assert town.client("verifier").post(f"/desk/cases/{number}/phone", {"person": stranger}).status_code == 403


def test_the_department_that_has_the_case_opens_the_phone_for_first_contact_until_the_case_has_ended(town):
    case_id = town.verified()
    number = town.number(case_id)
    handler = town.client("sanitation")
    page = handler.get(f"/desk/cases/{number}").content.decode()
    assert "199****0001" in page
    person = re.search(r'name="person" value="([0-9a-f-]+)"', page).group(1)
    asked = {"person": person, "purpose": "first-contact"}
    assert "19900000001" in handler.post(f"/desk/cases/{number}/phone", asked).content.decode()
    assert town.client("water").post(f"/desk/cases/{number}/phone", asked).status_code == 404
    forward.close(case_id, called_back="solved", answer="已清运", call=town.call("operator"))
    page = handler.get(f"/desk/cases/{number}").content.decode()
    assert 'name="person"' not in page
    assert "199****0001" not in page
    refused = handler.post(f"/desk/cases/{number}/phone", asked)
    assert refused.status_code == 403
    assert "不在贵部门手上" in refused.content.decode()


def test_a_ruling_is_found_again_and_shown_at_the_next_dispatch(town, post):
    post(
        town,
        "arbiter",
        town.disputed(),
        "rule",
        team=str(town.teams["water"]),
        question="菜场外垃圾谁清",
        grounds="养护名录第三条",
    )
    assert "养护名录第三条" in town.client("dispatcher").get("/desk/rulings?q=垃圾").content.decode()
    assert "养护名录第三条" not in town.client("dispatcher").get("/desk/rulings?q=路灯").content.decode()
    again = town.accepted()
    assert "养护名录第三条" in town.client("dispatcher").get(f"/desk/cases/{town.number(again)}").content.decode()


def test_changes_are_told_only_of_cases_within_reach(town):
    own, other = town.dispatched(), town.dispatched("water")
    everything = [one.entry.subject_id for one in journal.history("case", own)]
    answer = town.client("sanitation").get("/desk/changes?after=0").json()
    assert set(answer) == {"position", "ids", "unread"}
    assert str(other) not in answer["ids"]
    assert everything


def test_rows_can_be_read_again_one_by_one_and_only_those_within_reach(town):
    own, other = town.dispatched(), town.dispatched("water")
    page = town.client("sanitation").get(f"/desk/cases/rows?id={own}&id={other}&id=nonsense").content.decode()
    assert page.count("data-row=") == 1


def test_pages_say_where_live_updates_come_from_and_the_content_policy_lets_only_that_in(town, monkeypatch):
    monkeypatch.setenv("YIWANG_STREAM_PORT", "8001")
    answer = town.client("operator").get("/desk/cases")
    assert 'data-stream="http://testserver:8001/stream/desk"' in answer.content.decode()
    assert "connect-src 'self' http://testserver:8001;" in answer["Content-Security-Policy"]


def test_behind_a_proxy_with_tls_live_updates_come_from_the_pages_own_address(town, monkeypatch, settings):
    monkeypatch.setenv("YIWANG_STREAM_PORT", "8001")
    settings.HTTPS = True
    answer = town.client("operator").get("/desk/cases")
    assert 'data-stream="https://testserver/stream/desk"' in answer.content.decode()
    assert "connect-src 'self' https://testserver;" in answer["Content-Security-Policy"]


def test_a_page_without_log_in_sends_a_form_to_the_log_in_with_its_way_back():
    answer = Client().post(
        "/desk/cases/XH1/act/note",
        {"text": "x"},
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/cases/XH1"},
    )
    assert answer.status_code == 401
    assert "/desk/login?next=%2Fdesk%2Fcases%2FXH1" in answer.content.decode()


CHINESE_OF_THE_TOWN = re.compile(
    r"菜场|垃圾|没人|演示|^水$|简体中文|清运|不归我们管|三定方案|夜间拍不清|当场看过|已清|新海镇|回访复核"
)
"""What people wrote, their names and the titles of rules stay as they are; everything the desk itself says is English."""


@pytest.mark.parametrize(
    "address", ["/desk/", "/desk/cases", "/desk/new", "/desk/rulings", "/desk/import", "/desk/login"]
)
def test_the_desk_speaks_english_throughout(town, address):
    town.disputed()
    town.closed()
    page = (
        (Client(headers={"Accept-Language": "en"}) if "login" in address else town.client("duty_officer", "en"))
        .get(address)
        .content.decode()
    )
    assert not _left_over(page)


@pytest.mark.parametrize(
    "address",
    ["", "accounts", "accounts/new", "accounts/{account}", "teams", "teams/new", "teams/{team}", "place", "place/new",
     "place/import"],
)  # fmt: skip
def test_the_pages_of_those_who_keep_the_town_speak_english(town, address):
    known = {"account": town.accounts["leader"], "team": town.teams["water"]}
    page = town.client("administrator", "en").get(f"/desk/{address.format(**known)}").content.decode()
    assert not [one for one in _left_over(page) if one not in OFFICES]


OFFICES = {"市容环卫所", "水务管理站", "水电气协调办公室"}
"""In the forms that change an office's names stands the Chinese one too."""


@pytest.mark.parametrize(
    "made", ["report", "accepted", "dispatched", "handling", "handled", "verified", "closed", "disputed"]
)
def test_a_case_speaks_english_at_every_stage(town, made):
    number = town.number(getattr(town, made)())
    assert not _left_over(town.client("duty_officer", "en").get(f"/desk/cases/{number}").content.decode())


def _left_over(page: str) -> list[str]:
    """Chinese that is neither a person's words nor a name, outside script data and options of place and type."""
    text = re.sub(r"<script.*?</script>|<option.*?</option>|data-find=\"[^\"]*\"", "", page, flags=re.DOTALL)
    found = re.findall(r"[\u4e00-\u9fff][\u4e00-\u9fff，。：、（）]*", text)
    return [one for one in found if not CHINESE_OF_THE_TOWN.search(one)]
