"""What a clock says is left, and why: never more than its limit, in the limit's own words."""

import re
from datetime import datetime, timedelta

import pytest

from yiwang.kernel import walltime

MORNING = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
LEFT = re.compile(r"还有 (\d+) 个工作日(?: (\d+) 个工作小时)?")
LIMIT = re.compile(r"期限：?\s*(\d+) 工作日")


def clocks_of(page: str) -> list[str]:
    """The clocks that run, each with its lines."""
    return page.partition("已结束的时限")[0].split('<div class="case-clock">')[1:]


@pytest.mark.parametrize("after_hours", [0, 3, 8])
def test_on_the_start_day_of_a_limit_in_working_days_no_more_than_the_limit_is_left(town, after_hours):
    with walltime.at(MORNING):
        case_id = town.accepted("H-01-01", channel="hotline", source_key="RX-7")
    later = MORNING.replace(hour=MORNING.hour + after_hours)
    with walltime.at(later):
        page = town.client("duty_officer").get(f"/desk/cases/{town.number(case_id)}").content.decode()
    told = [(LIMIT.search(one), LEFT.search(one)) for one in clocks_of(page)]
    in_days = [(int(limit[1]), int(left[1]), left[2]) for limit, left in told if limit and left]
    assert in_days
    for limit, days, hours in in_days:
        assert (days, hours) == (limit, None)


def explained(town, case_id, day):
    """Every clock of the page, those that ended too, as its words."""
    with walltime.at(day):
        page = town.client("duty_officer").get(f"/desk/cases/{town.number(case_id)}").content.decode()
    runs, _, ended = page.partition("已结束的时限")
    return clocks_of(runs), ended.split("怎么算的")[1:]


def test_every_clock_of_an_order_of_12345_explains_itself_through_all_that_can_happen_to_it(town, post):
    """Extended, let rest, corrected, approved as complex, sent back, closed, reopened: each by the desk's own form."""
    with walltime.at(MORNING):
        case_id = town.handling(channel="hotline", source_key="RX-9")
    way = (
        ("sanitation", "ask_extension", 1, {"amount": "1", "reason_code": "weather", "explanation": "雨"}),
        ("dispatcher", "grant_extension", 1.5, {"explanation": "可"}),
        ("duty_officer", "suspend", 2, {"reason_code": "weather", "explanation": "台风", "review_on": "2026-12-10"}),
        ("duty_officer", "resume", 72, {"explanation": "好了"}),
        ("operator", "correct", 73, {"type_code": "C-01-02", "demand": "complaint"}),
        ("leader", "approve_complex", 74, {"explanation": "检测"}),
        ("sanitation", "report_back", 75, {"outcome": "solved", "result": "清", "no_photo_reason": "夜"}),
        ("verifier", "verify", 76, {"finding": "清", "no_photo_reason": "夜"}),
        ("operator", "close", 96, {"called_back": "solved", "answer": "清"}),
        ("verifier", "reopen", 144, {"ground": "not-mended", "words": ""}),
    )
    told = {}
    for who, act, hours, given in way:
        moment = MORNING + timedelta(hours=hours)
        with walltime.at(moment):
            assert post(town, who, case_id, act, **given).status_code == 302, act
        running, ended = told[act] = explained(town, case_id, moment)
        assert running or act == "close"
        for one in (*running, *ended):
            assert all(word in one for word in ("期限：", "规则：", "出处：", "起算", "为止")), act
        assert all("停止" in one for one in ended)
    assert any("延长 1 工作时" in one for one in told["grant_extension"][0])
    assert all("现在暂停" in one for one in told["suspend"][0] if "先行联系" not in one)
    assert any("暂停：" in one and "延长 1 工作时" in one for one in told["resume"][0])
    assert any("hotline.limit.complaint" in one and "仍从原来的起点算" in one for one in told["correct"][0])
    assert any("hotline.limit.complex" in one and "暂停：" in one for one in told["close"][1])
    assert any("从重新办理起另算" in one for one in told["reopen"][0])


def test_a_limit_that_was_over_when_the_answer_came_says_so_on_the_page_and_in_the_list(town, post):
    with walltime.at(MORNING):
        case_id = town.handling()
    late = MORNING + timedelta(days=4)
    with walltime.at(late):
        given = {"outcome": "solved", "result": "清", "no_photo_reason": "夜"}
        assert post(town, "sanitation", case_id, "report_back", **given).status_code == 302
    over = []
    for later in (late, late + timedelta(days=3)):
        with walltime.at(later):
            running, _ = explained(town, case_id, later)
            (handling,) = [one for one in running if "（已停）" in one]
            over.append(re.search(r"已超 [^（]+（已停）", handling)[0])
            assert "clock-late" in handling
            assert "处置超时（已停）" in town.client("verifier").get("/desk/cases").content.decode()
    assert over[0] == over[1], "it stands"
    with walltime.at(late):
        assert (
            "处置超时" not in town.client("verifier").get(f"/desk/cases/{town.number(town.handled())}").content.decode()
        )
