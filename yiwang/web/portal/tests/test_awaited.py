"""By when what comes next: an answer is promised only by a clock that ends with the answer."""

from datetime import date, datetime, timedelta

from yiwang.cases.steps import forward, sideways, timing
from yiwang.kernel import walltime
from yiwang.kernel.terms import Actor, ActorKind, Call

WEDNESDAY = datetime.fromisoformat("2026-12-02T09:00:00+08:00")
LATER = timedelta(days=30)


def swept(moment):
    """Let the clocks that ran out by then be found so, as the timer does."""
    timing.sweep(call=Call(Actor(ActorKind.SYSTEM), moment, "timer"))


def awaited(browser, number, token, what=""):
    """What the page says of what comes next."""
    page = browser.get(f"/r/{number}/{token}{what}").content.decode()
    return page.split('<p class="expected')[1].split("</p>")[0]


def test_what_has_no_day_of_an_answer_names_the_departments_day_and_what_follows(chinese, english, reported, town):
    with walltime.at(WEDNESDAY):
        number, token = reported()
        town.dispatched(number)
        said, in_english = awaited(chinese, number, token), awaited(english, number, token)
        paper = chinese.get(f"/r/{number}/{token}/print").content.decode()
    assert "预计" not in said
    assert "部门应在<strong>" in said
    assert "再由另一个人核实，然后给您答复" in said
    assert "The department is to deal with it <strong>" in in_english
    assert "<dt>部门应办完</dt>" in paper
    assert "预计答复" not in paper
    with walltime.at(WEDNESDAY + LATER):
        assert "部门本应在" in awaited(chinese, number, token)


def test_after_the_department_the_check_and_after_the_check_the_answer_has_its_day_and_can_be_late(
    chinese, reported, town
):
    with walltime.at(WEDNESDAY):
        number, token = reported()
        town.dispatched(number)
        town.handled(number)
        assert "核实完，然后给您答复" in awaited(chinese, number, token)
    with walltime.at(WEDNESDAY + LATER):
        swept(WEDNESDAY + LATER)
        page = chinese.get(f"/r/{number}/{token}").content.decode()
        assert "前核实完，已经晚了" in page
        assert "超过了规定的核实时间" in page
        forward.verify(town.case_id(number), finding="干净", no_photo_reason="看过", call=town.call("verifier"))
        assert "预计<strong>" in awaited(chinese, number, token)
    with walltime.at(WEDNESDAY + 2 * LATER):
        swept(WEDNESDAY + 2 * LATER)
        page = chinese.get(f"/r/{number}/{token}").content.decode()
        assert "前答复您，已经晚了" in page
        assert "超过了给您答复的规定时间" in page


def test_a_demand_is_promised_its_answer_from_the_start(chinese, reported, town):
    with walltime.at(WEDNESDAY):
        number, token = reported()
        town.dispatched(number, "H-01-01")
        assert "预计<strong>" in awaited(chinese, number, token)
        town.handled(number)
        assert "预计<strong>" in awaited(chinese, number, token)


def test_what_rests_says_on_which_day_it_is_looked_at_again(chinese, english, logged_in, reported, town):
    with walltime.at(WEDNESDAY):
        number, token = reported()
        town.dispatched(number)
        forward.sign(town.case_id(number), call=town.call("handler"))
        sideways.suspend(
            town.case_id(number), reason_code="weather", explanation="台风期间不能登高",
            review_on=date(2026, 12, 20), call=town.call("duty_officer"),
        )  # fmt: skip
        page = chinese.get(f"/r/{number}/{token}").content.decode()
        assert "<h1>因为客观原因暂时办不了，定在12月20日 周日再看。</h1>" in page
        assert "暂时办不了，12月20日 周日再看" in page.split('<ol class="timeline"')[1]
        assert "on Sun 20 Dec" in english.get(f"/r/{number}/{token}").content.decode()
        assert "定在12月20日 周日再看" in chinese.get(f"/r/{number}/{token}/print").content.decode()
        assert "12月20日" not in chinese.get(f"/r/{number}").content.decode()
        assert "定在12月20日 周日再看" in logged_in().get("/me").content.decode()
    with walltime.at(WEDNESDAY + LATER):
        timing.sweep_reviews(call=Call(Actor(ActorKind.SYSTEM), WEDNESDAY + LATER, "timer"))
        assert "原定12月20日 周日再看，日子已经到了" in chinese.get(f"/r/{number}/{token}").content.decode()
