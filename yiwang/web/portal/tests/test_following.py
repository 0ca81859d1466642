"""Following a matter: what the number alone shows, what its own link shows, rating and reopening."""

from datetime import datetime, timedelta

import pytest

from yiwang.cases.steps import forward, sideways
from yiwang.kernel import walltime
from yiwang.kernel.files.models import FileUse
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.web.portal.tests.conftest import jpeg, upload

WEDNESDAY = datetime.fromisoformat("2026-12-02T10:00:00+08:00")


def body(answer):
    return answer.content.decode()


@pytest.mark.parametrize("typed", ["{0}", " {0} ", "{1}", "{2}", "{3}"])
def test_a_number_is_understood_however_it_was_typed(chinese, reported, typed):
    number, _ = reported()
    full_width = "".join(chr(ord(letter) + 0xFEE0) for letter in number)
    given = typed.format(number, number.lower(), f"{number[:2]}-{number[2:10]} {number[10:]}", full_width)
    answer = chinese.get("/follow", {"number": given})
    assert answer["Location"] == f"/r/{number}"


@pytest.mark.parametrize(
    ("slip", "sentence"),
    [
        (lambda number: "", "请填写编号"),
        (lambda number: "13800000000", "XH"),
        (lambda number: number[:-1], "输错"),
        (lambda number: number[:-3] + str((int(number[-3]) + 1) % 10) + number[-2:], "输错"),
    ],
)
def test_a_slip_is_told_at_once_by_the_check_digits(chinese, reported, slip, sentence):
    number, _ = reported()
    answer = chinese.get("/follow", {"number": slip(number)})
    assert answer.status_code == 422
    assert sentence in body(answer)


def test_a_right_number_that_nobody_got_is_not_there(chinese, town):
    answer = chinese.get("/follow", {"number": "XH20260402W0000125"})
    assert answer.status_code == 422
    assert "没有这个编号" in body(answer)
    assert chinese.get("/r/XH20260402W0000125").status_code == 404


def test_the_number_alone_shows_how_far_it_is_and_nothing_of_what_or_who(chinese, english, reported, town):
    number, _ = reported(photos_files=[upload(jpeg())], place_text="2号楼东侧")
    page = body(chinese.get(f"/r/{number}"))
    assert "我们收到了，正在看。" in page
    assert "决定受理" in page
    for private in ("垃圾两天没人收", "水演示", "19900000001", "2号楼东侧", "/photo/"):
        assert private not in page
    town.dispatched(number)
    assert "市容环卫所" not in body(chinese.get(f"/r/{number}"))
    assert "we are here" in body(english.get(f"/r/{number}"))


def test_the_link_shows_words_photos_departments_and_when_the_answer_is_due(chinese, english, reported, town):
    number, token = reported(photos_files=[upload(jpeg())])
    town.dispatched(number)
    page = body(chinese.get(f"/r/{number}/{token}"))
    for shown in ("垃圾两天没人收", "交给市容环卫所办理", "部门应在<strong>", "收到上报"):
        assert shown in page
    assert "演示" not in page.split("办理经过")[1].split("您说的")[0]
    photo = FileUse.objects.get().file_id
    assert chinese.get(f"/r/{number}/photo/{photo}", {"t": token})["Content-Type"] == "image/jpeg"
    assert chinese.get(f"/r/{number}/photo/{photo}", {"t": token, "small": 1}).status_code == 200
    assert chinese.get(f"/r/{number}/photo/{photo}").status_code == 404
    assert "Handed to Sanitation" in body(english.get(f"/r/{number}/{token}"))
    assert "上报回执" in body(chinese.get(f"/r/{number}/{token}/print"))


def test_a_wrong_token_opens_nothing(chinese, reported):
    number, token = reported()
    other, other_token = reported(text="路灯不亮", _key="form-2")
    for wrong in ("x", token[:-1] + "~", other_token, "令牌"):
        assert chinese.get(f"/r/{number}/{wrong}").status_code == 404
        assert chinese.get(f"/r/{number}/{wrong}/print").status_code == 404
        assert chinese.get(f"/report/done/{number}/{wrong}").status_code == 404
    assert other != number


def test_a_link_opens_its_own_matter_and_no_other_of_the_same_person(chinese, reported, town):
    number, token = reported()
    other, _ = reported(text="路灯不亮", _key="form-2", photos_files=[upload(jpeg())])
    photo = FileUse.objects.get().file_id
    assert chinese.get(f"/r/{number}/photo/{photo}", {"t": token}).status_code == 404
    town.closed(other)
    rating = {"token": token, "solved": "yes", "satisfaction": "satisfied"}
    assert chinese.post(f"/r/{other}/rate", rating).status_code == 404
    assert town.state(other) == "closed"


def test_a_report_without_a_phone_is_followed_by_its_number_only(chinese, reported):
    number, token = reported(phone="", name="")
    assert "您没有留电话" in body(chinese.get(f"/report/done/{number}/{token}"))
    page = body(chinese.get(f"/r/{number}/{token}"))
    assert "我们收到了" in page
    assert "垃圾两天没人收" not in page


def test_the_one_who_reported_reads_the_answer_and_rates_it_once(chinese, reported, town):
    number, token = reported()
    town.closed(number)
    page = body(chinese.get(f"/r/{number}/{token}"))
    assert "垃圾已经清走。" in page
    assert "请您评价" in page
    nothing = chinese.post(f"/r/{number}/rate", {"token": token, "words": "谢谢你们"})
    assert nothing.status_code == 422
    assert "谢谢你们" in body(nothing)
    rating = {"token": token, "solved": "partly", "satisfaction": "fairly", "words": "<b>还有一点</b>", "_key": "r-1"}
    for _ in range(2):
        assert chinese.post(f"/r/{number}/rate", rating)["Location"] == f"/r/{number}/{token}"
    assert town.state(number) == "rated"
    other = chinese.post(f"/r/{number}/rate", rating | {"words": "其实没有修好"})
    assert other.status_code == 409
    assert "内容和上一次不一样" in body(other)
    assert "&lt;b&gt;还有一点" in body(chinese.get(f"/r/{number}/{token}"))


def test_what_the_desk_noted_from_the_telephone_the_reporter_may_replace_by_their_own_rating_once(
    chinese, reported, town
):
    number, token = reported()
    town.closed(number)
    forward.rate(town.case_id(number), solved="yes", satisfaction="satisfied", call=town.call("operator"))
    page = body(chinese.get(f"/r/{number}/{token}"))
    assert "您在电话里说的，镇城运中心记下" in page
    assert "您可以自己再评一次" in page
    own = {"token": token, "solved": "no", "satisfaction": "unsatisfied", "_key": "own-1"}
    assert chinese.post(f"/r/{number}/rate", own)["Location"] == f"/r/{number}/{token}"
    page = body(chinese.get(f"/r/{number}/{token}"))
    assert "没有解决 · 不满意" in page
    assert "请您评价" not in page
    assert chinese.post(f"/r/{number}/rate", {**own, "_key": "own-2"}).status_code == 409


def test_a_stranger_neither_rates_nor_reopens(chinese, english, reported, town):
    number, _ = reported()
    town.closed(number)
    for act in ("rate", "reopen"):
        given = {"token": "x", "solved": "yes", "satisfaction": "satisfied", "ground": "not-mended"}
        assert english.post(f"/r/{number}/{act}", given).status_code == 404
        assert english.post(f"/r/{number}/{act}", {**given, "token": ""}).status_code == 404
    assert town.state(number) == "closed"


def test_not_solved_goes_back_to_the_department_with_its_reason(chinese, reported, town):
    number, token = reported()
    town.closed(number)
    assert chinese.post(f"/r/{number}/reopen", {"token": token, "ground": "because"}).status_code == 422
    answer = chinese.post(f"/r/{number}/reopen", {"token": token, "ground": "came-back", "words": "今天又堆满了"})
    assert answer.status_code == 303
    assert town.state(number) == "dispatched"
    assert "今天又堆满了" in body(chinese.get(f"/r/{number}/{token}"))


def test_a_demand_that_is_not_solved_promises_a_new_answer_counted_from_the_reopening(chinese, reported, town):
    number, token = reported()
    with walltime.at(WEDNESDAY):
        town.closed(number, "H-01-01")
    with walltime.at(WEDNESDAY + timedelta(days=5)):
        chinese.post(f"/r/{number}/reopen", {"token": token, "ground": "not-mended", "words": ""})
        page = body(chinese.get(f"/r/{number}/{token}"))
    assert "12月10日 周四 17:00" in page.split("预计<strong>")[1].split("</strong>")[0]


def test_what_is_not_the_towns_after_all_says_who_has_it_now(chinese, english, reported, town):
    number, token = reported()
    town.dispatched(number)
    case_id = town.case_id(number)
    team = people_teams.create_team(
        "water", "department", name_zh="水务站", name_en="Water", call=town.call("administrator")
    )
    sideways.object_to(
        case_id, reason_code="upper-level", legal_basis="养护名录", proposed_team=team.team_id,
        explanation="区管", call=town.call("handler"),
    )  # fmt: skip
    sideways.dismiss(
        case_id, reason_code="not-town", explanation="区管道路", passed_to="区公路所", call=town.call("dispatcher")
    )
    page = body(chinese.get(f"/r/{number}/{token}"))
    for shown in ("看过以后没有立案办理", "不属于本镇职责", "区管道路", "已经转给区公路所，由他们办理并答复您"):
        assert shown in page
    assert "Passed on to 区公路所" in body(english.get(f"/r/{number}/{token}"))


def test_a_refusal_says_why_and_where_to_go(chinese, english, reported, town):
    number, token = reported()
    sideways.decline(
        town.case_id(number), reason_code="not-town", explanation="高速公路由市里管", call=town.call("operator")
    )
    page = body(chinese.get(f"/r/{number}/{token}"))
    assert page.count("高速公路由市里管") == 2, "once as the reason, once on the timeline"
    for said in ("不属于本镇职责", "高速公路由市里管", "请拨打 12345", "到此为止"):
        assert said in page
    assert "What to do now" in body(english.get(f"/r/{number}/{token}"))
    assert "高速公路" not in body(chinese.get(f"/r/{number}"))


PROMISED = ("催办", "放在一起看", "马上给您")
"""What was once said to residents and nobody did: no one presses a department, nor lays two cases side by side."""


def test_a_late_answer_is_called_late_and_promises_only_what_somebody_keeps(chinese, english, reported, town):
    number, token = reported()
    town.dispatched(number)
    with walltime.at(walltime.now() + timedelta(days=30)):
        page, in_english = (body(one.get(f"/r/{number}/{token}")) for one in (chinese, english))
    assert "已经晚了。可以打电话来问，报编号就行。" in page
    assert not [words for words in PROMISED if words in page]
    assert "It is late. You may call and ask" in in_english


def test_after_the_window_one_reports_anew_with_the_old_number(chinese, reported, town):
    number, token = reported()
    town.closed(number)
    with walltime.at(walltime.now() + timedelta(days=30)):
        page = body(chinese.get(f"/r/{number}/{token}"))
        answer = chinese.post(f"/r/{number}/reopen", {"token": token, "ground": "came-back", "words": ""})
    assert "请重新上报，并写上这一件的编号。" in page
    assert f"写上原来的编号 {number}" in body(answer)
    assert not [words for words in PROMISED if words in page + body(answer)]
