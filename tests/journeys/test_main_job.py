"""The main job, done as persons do it in a real browser: from a report on a phone to a verified, rated close.

With YIWANG_SHOTS=docs/screens every page on the way is kept as a picture at 390 and at 1440 px (`make screens`).
"""

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from yiwang.cases import queries as cases
from yiwang.cases.steps import timing
from yiwang.intake.reports import jobs
from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.terms import Actor, ActorKind, Call

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SYSTEM = Actor(ActorKind.SYSTEM)
PHONE = {"width": 390, "height": 844}


def photo(colour: str) -> dict[str, Any]:
    out = io.BytesIO()
    Image.new("RGB", (1200, 900), colour).save(out, "JPEG")
    return {"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def report_on_a_phone(page: Any, snap: Callable[[Any, str], None]) -> str:
    """Place, words, photo, telephone, check, send; gives the resident's own link."""
    page.goto("/")
    snap(page, "01-start")
    page.goto("/report")
    snap(page, "02-report-place")
    page.fill("[name=place_text]", "新海一村菜场门口")
    page.get_by_role("button", name="继续").click()
    page.fill("[name=text]", "菜场门口的垃圾堆了两天没人收，味道很大，苍蝇很多。")
    page.set_input_files("input[type=file]", photo("olive"))
    page.locator("input[type=hidden][name=photos]").first.wait_for(state="attached")
    snap(page, "03-report-words-and-photo")
    page.get_by_role("button", name="继续").click()
    page.fill("[name=phone]", "19900000088")
    page.fill("[name=name]", "陆演示")
    snap(page, "04-report-contact")
    page.get_by_role("button", name="检查一遍").click()
    page.get_by_role("button", name="交给镇里").wait_for()
    snap(page, "05-report-check")
    page.get_by_role("button", name="交给镇里").click()
    page.get_by_role("heading", name="我们收到了").first.wait_for()
    snap(page, "06-report-received")
    return str(page.get_by_role("link", name="看进度").get_attribute("href"))


def act(page: Any, number: str, name: str, **given: Any) -> None:
    """Open the case, take one act by its form, and see that the case page says it was done."""
    page.goto(f"/desk/cases/{number}/act/{name}")
    form = page.locator(f"form[data-act='{name}']")
    form.wait_for()
    for field, value in given.items():
        if field == "photos":
            form.locator("input[type=file]").set_input_files(value)
            form.locator("input[type=hidden][name=photos]").first.wait_for(state="attached")
        elif form.locator(f"find-select select[name={field}]").count():
            form.locator(f"#id_{field}").fill(value)
            form.locator(f"#id_{field}").press("Enter")
        elif form.locator(f"input[type=radio][name={field}]").count():
            form.locator(f"input[type=radio][name={field}][value={value}]").check()
        else:
            form.locator(f"[name={field}]").fill(value)
    form.locator("button[type=submit]").click()
    page.locator(".notice-done").first.wait_for()


def test_from_a_report_on_a_phone_to_a_verified_and_rated_close(person, snap):
    resident = person(size=PHONE)
    link = report_on_a_phone(resident, snap)
    number = next(part for part in link.split("/") if part.startswith("XH"))
    assert jobs.read_waiting(Call(SYSTEM, walltime.now(), "timer")) == 1

    operator = person("operator")
    snap(operator, "10-desk-operator-home")
    operator.goto("/desk/cases")
    snap(operator, "11-desk-work-list")
    operator.goto(f"/desk/cases/{number}")
    assert "暴露垃圾" in operator.inner_text("main")
    snap(operator, "12-desk-case-with-suggestions")
    act(operator, number, "accept", type_code="暴露垃圾", title="菜场门口垃圾")

    dispatcher = person("dispatcher")
    act(dispatcher, number, "dispatch", team="市场监督")
    basis = {"reason_code": "other-department", "legal_basis": "市容环境卫生责任区职责第三条"}
    market = person("market")
    market.goto(f"/desk/cases/{number}/act/return")
    snap(market, "13-desk-return")
    act(market, number, "return", **basis, proposed_team="市容环卫", explanation="门外道路保洁归环卫")
    act(dispatcher, number, "dispatch", team="市容环卫")
    sanitation = person("sanitation")
    act(sanitation, number, "return", **basis, proposed_team="市场监督", explanation="菜场周边由主办方负责")
    arbiter = person("arbiter")
    snap(arbiter, "14-desk-arbiter-home")
    arbiter.goto(f"/desk/cases/{number}/act/rule")
    snap(arbiter, "15-desk-rule")
    act(arbiter, number, "rule", team="市容环卫", question="菜场门外垃圾归谁", grounds="门外公共道路由环卫保洁")

    sanitation.goto(f"/desk/cases/{number}")
    assert sanitation.locator("[href$='/act/return']").count() == 0 or _refused(sanitation, number, basis)
    act(sanitation, number, "sign")
    act(sanitation, number, "report_back", outcome="solved", result="已清运并冲洗", photos=photo("teal"))
    verifier = person("verifier")
    act(verifier, number, "verify", finding="现场干净", photos=photo("navy"))
    act(operator, number, "close", called_back="solved", answer="已清运垃圾并冲洗路面，谢谢您告诉我们。")

    snap(operator, "16-desk-case-closed")
    told = operator.inner_text("main")
    for happened in ("受理", "派遣", "退单", "裁定", "签收", "处理反馈", "核查通过", "结案"):
        assert happened in told, happened
    resident.goto(link)
    assert "已清运垃圾并冲洗路面" in resident.inner_text("main")
    snap(resident, "20-follow-closed")
    resident.locator("input[name=solved][value=yes]").check()
    resident.locator("input[name=satisfaction][value=satisfied]").check()
    resident.get_by_role("button", name="提交评价").click()
    expect(resident.locator("main")).to_contain_text("评价：", use_inner_text=True)
    snap(resident, "21-follow-rated")
    the_record_is_right(number)


def _refused(page: Any, number: str, basis: dict[str, str]) -> bool:
    """After the ruling a return is refused in words that say why."""
    page.goto(f"/desk/cases/{number}/act/return")
    form = page.locator("form[data-act=return]")
    form.locator("#id_proposed_team").fill("水务")
    form.locator("#id_proposed_team").press("Enter")
    form.locator(f"input[type=radio][name=reason_code][value={basis['reason_code']}]").check()
    form.locator("[name=legal_basis]").fill(basis["legal_basis"])
    form.locator("[name=explanation]").fill("再退一次")
    form.locator("button[type=submit]").click()
    page.get_by_text("裁定是最终决定").first.wait_for()
    return True


def the_record_is_right(number: str) -> None:
    """State, timeline and clocks, as the queries give them; and the tables are what the journal says."""
    case = cases.case(SYSTEM, number)
    assert (case.row.state, case.row.stage, case.called_back, case.row.satisfaction) == (
        "rated", 7, "solved", "satisfied",
    )  # fmt: skip
    verbs = [one.verb.removeprefix("case.") for one in cases.timeline(SYSTEM, case.row.id)]
    assert verbs == [
        "gathered", "accepted", "dispatched", "returned", "dispatched", "disputed", "ruled", "signed", "handled",
        "verified", "closed", "rated",
    ]  # fmt: skip
    handle = [clock for clock in case.clocks if clock.stage == "handle"]
    assert len(handle) == 1, "returns and ruling never start the resident's time anew"
    assert [event.kind for event in handle[0].events] == ["start", "pause", "stop"]
    assert timing.sweep(Call(SYSTEM, walltime.now(), "timer")) == 0
    while sequencer.sequence_once():
        pass
    assert replay().differences == ()


def test_the_reporters_page_and_the_desk_work_on_a_phone_in_english_and_without_javascript(chromium, address):
    context = chromium.new_context(viewport=PHONE, locale="en-GB", base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/report")
    page.fill("[name=place_text]", "Market of Xinhai No. 1 Village")
    page.fill("[name=text]", "A lamp is out at the market gate.")
    page.set_input_files("input[type=file]", photo("gold"))
    page.fill("[name=phone]", "19900000099")
    page.get_by_role("button", name="Check").click()
    page.locator("button[name=go][value=send]").click()
    expect(page.locator("main")).to_contain_text("XH 2", use_inner_text=True)
