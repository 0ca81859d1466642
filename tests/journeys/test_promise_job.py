"""From a report to the number on the board, and from a red promise to the proof that it was kept, as persons do it in a browser.

With YIWANG_SHOTS=docs/screens the pages on the way are kept as pictures at 390 and at 1440 px (`make screens`).
"""

import re
from typing import Any

import pytest

from tests.journeys.test_main_job import PHONE, SYSTEM, act, photo
from yiwang.cases import queries as cases
from yiwang.indicators import jobs as indicators
from yiwang.intake.reports import jobs
from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.terms import Call
from yiwang.plan import jobs as plan
from yiwang.project.simulation.town_life import simulate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIGURE_ROW = "12.01"
"""The promise of Xinhai's plan that the share of cases closed in time shows."""
LATE_ROW = "14.03"
"""A promise whose day is over, and nothing shows it yet."""
NUMBER = ".plan-figure"
WITHIN_MS = 2000


def report(page: Any, words: str, phone: str) -> str:
    """A resident's report; its number."""
    page.goto("/report")
    page.fill("[name=place_text]", "新海一村菜场门口")
    page.get_by_role("button", name="继续").click()
    page.fill("[name=text]", words)
    page.get_by_role("button", name="继续").click()
    page.fill("[name=phone]", phone)
    page.get_by_role("button", name="检查一遍").click()
    page.get_by_role("button", name="交给镇里").click()
    page.get_by_role("heading", name="我们收到了").first.wait_for()
    link = str(page.get_by_role("link", name="看进度").get_attribute("href"))
    return next(part for part in link.split("/") if part.startswith("XH"))


def read_waiting() -> None:
    """What the worker does twice a second: the messages are read."""
    jobs.read_waiting(Call(SYSTEM, walltime.now(), "timer"))


def followed() -> None:
    """What the worker does twice a second: entries get their places, and the figures follow them."""
    while sequencer.sequence_once():
        pass
    indicators.follow_journal(walltime.now())


def dispatch_to_three(page: Any, number: str) -> None:
    """To sanitation as the lead, with the water station and the utilities' office as assistants."""
    page.goto(f"/desk/cases/{number}/act/dispatch")
    form = page.locator("form[data-act=dispatch]")
    form.locator("#id_team").fill("市容环卫")
    form.locator("#id_team").press("Enter")
    form.locator("details:has([name=assists]) > summary").click()
    for department in ("水务管理站", "水电气协调办公室"):
        form.get_by_label(department, exact=True).check()
    form.locator("[name=assist_task]").fill("疏通雨水井，查一下路灯")
    form.locator("button[type=submit]").click()
    page.locator(".notice-done").first.wait_for()


def answer_part(page: Any, number: str, colour: str) -> None:
    """An assisting department signs for its part and answers it."""
    page.goto(f"/desk/cases/{number}")
    sign = str(page.locator("#parts a[href*='act/part_sign']").get_attribute("href"))
    act(page, number, sign.rpartition("/")[2])
    answer = str(page.locator("#parts a[href*='act/part_answer']").get_attribute("href"))
    act(page, number, answer.rpartition("/")[2], result="雨水井已疏通", photos=photo(colour))


def finish(persons: dict[str, Any], number: str, answer: str) -> None:
    """The lead answers, another verifies, the desk closes."""
    act(persons["sanitation"], number, "sign")
    act(persons["sanitation"], number, "report_back", outcome="solved", result="已清运", photos=photo("teal"))
    act(persons["verifier"], number, "verify", finding="现场干净", photos=photo("navy"))
    act(persons["operator"], number, "close", called_back="solved", answer=answer)


def test_a_case_of_three_departments_with_a_duplicate_and_a_split_moves_the_number_on_the_board(
    person, snap, this_year
):
    simulate(8, 3, 1, now=walltime.now())  # a share of very few cases is not public
    resident = person(size=PHONE)
    main = report(resident, "菜场门口的垃圾堆了两天没人收，旁边的路灯也不亮。", "19900000081")
    duplicate = report(resident, "新海一村菜场门口垃圾没人收，很臭。", "19900000082")
    read_waiting()
    persons = {
        name: person(name) for name in ("operator", "dispatcher", "water", "utilities", "sanitation", "verifier")
    }
    operator, dispatcher = persons["operator"], persons["dispatcher"]
    act(operator, main, "accept", type_code="暴露垃圾", title="菜场门口垃圾")
    act(operator, duplicate, "merge", main=main, explanation="同一堆垃圾")
    act(operator, main, "split", title="路灯不亮", text="旁边的路灯也不亮", type_code="路灯", explanation="归水电气")
    dispatch_to_three(dispatcher, main)
    answer_part(persons["water"], main, "olive")
    answer_part(persons["utilities"], main, "gold")
    followed()

    leader = person("leader")
    leader.goto(f"/desk/evidence/{this_year}/{FIGURE_ROW}")
    snap(leader, "60-promise-with-a-figure")
    counted, due = counts(leader)
    finish(persons, main, "垃圾清走了，雨水井也通了。")
    followed()
    leader.locator(NUMBER, has_text=f"{counted + 1} / {due + 1}").wait_for(timeout=WITHIN_MS)

    leader.locator(NUMBER).get_by_role("link").click()
    snap(leader, "61-figure")
    leader.locator("a[href*='numerator']").first.click()
    snap(leader, "62-cases-behind-the-figure")
    leader.locator(f"a[href*='{main}']").first.click()
    leader.wait_for_url(f"**/desk/cases/{main}**")
    told = leader.inner_text("main")
    for happened in ("并入", "拆出", "请求协办", "协办反馈", "处理反馈", "核查通过", "结案"):
        assert happened in told, happened
    assert cases.case(SYSTEM, duplicate).row.state == "closed", (
        "the duplicate closed with it, for its own reporter to rate"
    )
    assert replay().differences == ()


def counts(page: Any) -> tuple[int, int]:
    """The two numbers of the share on a promise's page."""
    found = re.search(r"(\d+) / (\d+)", page.inner_text(NUMBER))
    assert found, page.inner_text(NUMBER)
    return int(found[1]), int(found[2])


def test_a_red_promise_is_supervised_and_the_close_of_it_turns_the_colour(person, snap, this_year):
    public = person(size=PHONE)
    public.goto(f"/plan/{this_year}/promise/{LATE_ROW}")
    assert "告急" in public.inner_text("main")
    leader = person("leader")
    leader.goto(f"/desk/supervisions/{this_year}/{LATE_ROW}")
    snap(leader, "63-supervise")
    leader.fill("[name=words]", "入学统计一直没有，请在三个工作日内签认。")
    leader.locator("form:has([name=words]) button[type=submit]").click()
    leader.wait_for_url("**/desk/cases/**")
    number = re.sub(r"\W.*", "", leader.url.rpartition("/desk/cases/")[2])

    social = person("social")
    act(social, number, "sign")
    social.goto(f"/desk/evidence/{this_year}/{LATE_ROW}")
    social.check("[name=shows][value=value]")
    social.fill("[name=value]", "100")
    social.fill("[name=why]", "九月的入园入学统计，两个率都数过，都是百分之百。")
    social.locator("form:has([name=why]) button[type=submit]").click()
    social.locator(".notice-done").first.wait_for()
    snap(social, "64-evidence-signed")
    followed()
    plan.follow_evidence(walltime.now())
    act(social, number, "report_back", outcome="solved", result="统计已经签认。", no_photo_reason="说的是人数")
    assert "告急" in public.inner_text("main"), "what is signed meanwhile counts from the close on"
    act(leader, number, "discharge", finding="看过统计，人数对得上。")
    public.get_by_text("已做到，迟").first.wait_for(timeout=WITHIN_MS)
    snap(public, "65-promise-kept")
    followed()
    assert replay().differences == ()
