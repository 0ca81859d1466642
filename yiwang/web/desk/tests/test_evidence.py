"""Evidence on the desk: a department signs what shows its promises, the public board follows, and a withdrawal says why."""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from yiwang.kernel import walltime
from yiwang.kernel.journal.models import Entry
from yiwang.kernel.terms import Actor, ActorKind, Call
from yiwang.plan import showing
from yiwang.plan import steps as plan
from yiwang.plan.commitments import Commitment, Evidence, Target
from yiwang.plan.facts import ItemNamed, Source, Words
from yiwang.plan.items import Contents
from yiwang.registers.evidence import steps as evidence
from yiwang.registers.evidence.rules import Statement
from yiwang.web.desk.tests.conftest import made, open_page
from yiwang.web.desk.tests.test_figures import counted

CONTENTS = Contents(2031, (ItemNamed(1, Words("治水", "Waters"), "一", Words("环境", "Environment")),))
PAGE = "/desk/evidence/2031/1.01"
WHY = "测绘所四月底测的，站里复核过"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def photo() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (64, 48), (90, 120, 90)).save(content, "JPEG")
    return content.getvalue()


def promise(row: str, words: str, target: Target | None, kind: str = "signed") -> Commitment:
    both = {"zh-Hans": words, "en": f"Promise {row}"}
    return Commitment(
        row, 1, both, ("S01",), ("target",), "water", both, target, (12, 31), 0, Evidence(kind, both), None
    )


@pytest.fixture
def promised(town):
    call = Call(Actor(ActorKind.SYSTEM), datetime(2031, 1, 2, 4, 0, tzinfo=UTC), "command")
    rows = (
        promise("1.01", "新增河岸绿地", Target(Decimal(100), "mu", ">=")),
        promise("1.02", "办好护水活动", None, "task"),
    )
    plan.promise_year(2031, CONTENTS, rows, call=call)
    with walltime.at(datetime(2031, 5, 1, 4, 0, tzinfo=UTC)):
        yield town


def given(**more: object) -> dict[str, object]:
    return {
        "shows": "value",
        "value": "40",
        "unit": "mu",
        "as_of": "2031-04-30",
        "why": WHY,
        "document_number": "",
    } | more


def sent(client: Client, row: str = "1.01", **more: object):
    return client.post(f"/desk/evidence/2031/{row}/sign", given(**more))


def board(row: str = "1.01") -> str:
    return Client().get(f"/plan/2031/promise/{row}").content.decode()


def test_a_number_signed_by_the_department_colours_the_public_board_at_once_without_a_name(promised):
    keeper = promised.client("water")
    assert "无数据" in board()
    page = sent(keeper, document_number="水务〔2031〕7号").headers["Location"]
    shown = keeper.get(page).content.decode()
    assert "water演示" in shown
    public = board()
    for words in (
        "正常",
        "截至 2031年4月30日：40 亩",
        WHY,
        "水务〔2031〕7号",
        "水务管理站（部门处置人员）签认，2031年5月1日",
        "日志记录",
    ):
        assert words in public
    assert "water演示" not in public
    data = Client().get("/plan/2031/promise/1.01/data.json").json()
    assert (data["value"], data["colour"], data["shown_as_of"]) == ("40", "green", "2031-04-30")
    assert [one["document_number"] for one in data["evidence"]] == ["水务〔2031〕7号"]
    assert "water演示" not in str(data)
    assert b",40," in Client().get("/plan/2031/data.csv").content


def test_a_task_is_done_when_its_department_signs_so(promised):
    sent(promised.client("water"), "1.02", shows="done", value="")
    assert "依据显示已经做到" in board("1.02")


def test_home_and_list_name_what_waits_for_evidence_until_it_is_signed(promised):
    keeper = promised.client("water")
    home = keeper.get("/desk/").content.decode()
    assert '待提交依据的任务 <span class="count">2</span>' in home
    assert PAGE in home
    assert 'href="/desk/evidence"' in home
    assert '待提交依据 <span class="count">2</span>' in keeper.get("/desk/evidence").content.decode()
    sent(keeper)
    listed = keeper.get("/desk/evidence").content.decode()
    assert '待提交依据 <span class="count">1</span>' in listed
    assert '已有依据 <span class="count">1</span>' in listed
    assert "待提交依据的任务" not in promised.client("operator").get("/desk/").content.decode()


def test_a_wrong_number_is_withdrawn_with_a_reason_that_everybody_reads(promised):
    keeper = promised.client("water")
    sent(keeper, value="400")
    assert "依据显示已经做到" in board()
    action = re.search(r'action="(/desk/evidence/withdraw/[^"]+)"', keeper.get(PAGE).content.decode())
    assert action
    assert promised.client("sanitation").post(action[1], {"reason": "不对"}).status_code == 403
    assert "请填写这一项" in keeper.post(action[1], {"reason": ""}).content.decode()
    keeper.post(action[1], {"reason": "多写了一个零"})
    public = board()
    assert "已撤回，不再算数：多写了一个零" in public
    href = re.search(r'href="(/plan/2031/promise/1.01/evidence/[^"]+)"', public)
    assert href
    entries = Client().get(href[1]).content.decode()
    assert ("签认</h2>" in entries, "撤回</h2>" in entries) == (True, True)
    for entry in Entry.objects.filter(subject_kind="evidence"):
        assert bytes(entry.hash).hex() in entries
    assert Client().get(href[1].replace("1.01", "1.02")).status_code == 404
    assert "无数据" in public
    assert keeper.post(action[1], {"reason": "再来"}).status_code == 409


def test_a_paper_comes_with_the_form_and_is_opened_by_the_staff_only(promised):
    keeper = promised.client("water")
    paper = SimpleUploadedFile("批复.pdf", PDF, "application/pdf")
    done = sent(keeper, shows="paper", value="", file=paper)
    assert done.status_code == 302, done.content.decode()
    sent(keeper, shows="value", file=SimpleUploadedFile("a.jpg", photo(), "image/jpeg"))
    links = re.findall(r'href="(/desk/files/[0-9a-f]{64})"', keeper.get(PAGE).content.decode())
    assert [keeper.get(link)["Content-Type"] for link in links] == ["image/jpeg", "application/pdf"]
    public = board()
    assert "附件 1 份，由工作人员核对，不公开" in public
    assert "/desk/files/" not in public
    assert Client().get(links[0]).status_code in (302, 401, 403, 404)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"value": ""}, "请填写这一项"),
        ({"value": "许多"}, "请只写数字"),
        ({"value": "-3"}, "数不能小于 0"),
        ({"why": "问 13900000001 就知道"}, "里面有手机号或身份证号"),
        ({"as_of": "2031-12-31"}, "还没有到"),
        ({"as_of": "四月"}, "请写成 2026-11-23 这样的日期"),
        ({"shows": "paper", "value": ""}, "还没有写出这条依据说明什么"),
        ({"shows": ""}, "请选一项"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(promised, wrong, told):
    answer = sent(promised.client("water"), **wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    assert "测绘所四月底测的" in page or "13900000001" in page
    assert "无数据" in board()


def test_who_does_not_answer_for_a_promise_reads_its_page_and_signs_nothing(promised):
    other = promised.client("sanitation")
    page = other.get(PAGE).content.decode()
    assert "新增河岸绿地" in page
    assert "签认依据" not in page
    assert sent(other).status_code == 403
    assert promised.client("operator").post(f"{PAGE}/sign", given()).status_code == 403
    assert other.get("/desk/evidence/2031/9.99").status_code == 404
    assert "本部门负责的任务" in promised.client("operator").get("/desk/evidence").content.decode()


def test_the_pages_read_in_english(promised):
    sent(promised.client("water"))
    page = promised.client("water", "en").get(PAGE).content.decode()
    for words in ("Sign evidence", "Why it is right", "Number (mu)", "As of 30 Apr 2031: 40 mu", "Withdraw evidence"):
        assert words in page


def test_a_year_is_judged_by_what_was_true_of_its_days_whenever_it_was_signed(promised):
    with walltime.at(datetime(2032, 3, 1, 4, 0, tzinfo=UTC)):
        sent(promised.client("water"), value="100", as_of="2031-12-20")
        assert "依据显示已经做到" in board()
        sent(promised.client("water"), value="90", as_of="2032-01-20")
        assert "依据显示已经做到" in board()


# --- figures that come by themselves ----------------------------------------------------------------------------------


@pytest.fixture
def counted_on(town):
    """A promise of this year that is shown by an indicator."""
    year = walltime.town_day(walltime.now()).year
    both = {"zh-Hans": "按期结案", "en": "Closed on time"}
    row = Commitment(
        "1.01", 1, both, ("S22",), ("target",), "water", both, Target(Decimal(90), "percent", ">="), (12, 31), 0,
        Evidence("indicator", both, Source(indicator="grid.closed")), None,
    )  # fmt: skip
    call = Call(Actor(ActorKind.SYSTEM), walltime.now(), "command")
    plan.promise_year(year, replace(CONTENTS, year=year), (row,), call=call)
    return town, f"/plan/{year}/promise/1.01"


def test_a_figure_of_few_cases_is_not_public_and_of_more_it_leads_to_its_cases(counted_on):
    town, address = counted_on
    for _ in range(4):
        town.closed()
    counted()
    assert "结案率：为保护个人，少于 5 件不公开" in Client().get(address).content.decode()
    before = Client().get(address.partition("/promise")[0] + "/pulse").json()["version"]
    town.closed()
    counted()
    public = Client().get(address).content.decode()
    assert "：5 / 5 件" in public
    assert "截至" in public
    assert "依据显示已经做到" in public
    assert "/desk/indicators" not in public
    assert Client().get(address.partition("/promise")[0] + "/pulse").json()["version"] != before
    seen = town.client("leader").get(address).content.decode()
    href = re.search(r'href="(/desk/indicators/grid.closed[^"]+)"', seen)
    assert href
    assert "5 / 5" in town.client("leader").get(href[1].replace("&amp;", "&")).content.decode()


def test_the_board_tells_in_one_word_whether_anything_has_changed(promised):
    def pulse(**headers: str):
        return Client(headers=headers).get("/plan/2031/pulse")

    first = pulse()
    assert pulse(**{"If-None-Match": first["ETag"]}).status_code == 304
    promised.handling()  # something else happens in the town
    assert pulse().json() == first.json()
    sent(promised.client("water"))
    assert pulse().json() != first.json()
    assert pulse(**{"If-None-Match": first["ETag"]}).status_code == 200
    assert Client().get("/plan/1999/pulse").status_code == 404
    page = Client().get("/plan/2031").content.decode()
    assert f'data-version="{pulse().json()["version"]}"' in page


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_async_check")
def test_a_page_that_stands_open_shows_what_was_signed_within_two_seconds_and_keeps_what_is_typed(chromium, address):
    town = made()
    year = walltime.town_day(walltime.now()).year
    call = Call(Actor(ActorKind.SYSTEM), walltime.now(), "command")
    rows = (promise("1.01", "新增河岸绿地", Target(Decimal(100), "mu", ">=")),)
    plan.promise_year(year, replace(CONTENTS, year=year), rows, call=call)

    def sign(value: str) -> None:
        today = walltime.town_day(walltime.now())
        statement = Statement(today, "站里量过", Decimal(value), "mu")
        evidence.sign(showing.subject_of(year, "1.01"), statement, call=town.call("water"))

    public = open_page(chromium, address, town, "operator", 390)
    public.goto(f"{address}/plan/{year}")
    typing = open_page(chromium, address, town, "water")
    typing.goto(f"{address}/desk/evidence/{year}/1.01")
    assert "无数据" in public.locator("main").inner_text()
    typing.fill("[name=why]", "写到一半")
    sign("100")
    public.get_by_text("正常 1").first.wait_for(timeout=2000)
    typing.get_by_text("100 亩").first.wait_for(timeout=2000)
    assert typing.input_value("[name=why]") == "写到一半"
    typing.get_by_text("撤回依据").first.click()
    typing.fill("[name=reason]", "理由写到一半")
    sign("120")
    typing.wait_for_timeout(1500)
    assert typing.input_value("[name=reason]") == "理由写到一半"


def test_a_number_in_the_old_unit_shows_nothing_of_a_target_in_another(promised):
    """40 mu signed are not 40 %, whatever paper changed the number to reach."""
    sent(promised.client("water"), value="40")
    call = Call(Actor(ActorKind.SYSTEM), walltime.now(), "command")
    other = (promise("1.01", "新增河岸绿地", Target(Decimal(30), "percent", ">=")),)
    plan.promise_year(2031, CONTENTS, other, document_number="新府〔2031〕9号", call=call)
    data = Client().get("/plan/2031/promise/1.01/data.json").json()
    assert (data["colour"], data["value"]) == ("amber", None)
    assert "40 %" not in board()
    sent(promised.client("water"), value="35", unit="percent")
    assert Client().get("/plan/2031/promise/1.01/data.json").json()["colour"] == "green"


def test_what_is_signed_in_january_is_of_the_year_of_its_plan_and_counts(promised):
    """A plan is judged on the last day of its year: what is signed of a later day could never count, so it is not taken."""
    keeper = promised.client("water")
    with walltime.at(datetime(2032, 1, 15, 4, 0, tzinfo=UTC)):
        assert 'value="2031-12-31"' in keeper.get(PAGE).content.decode()
        late = sent(keeper, value="120", as_of="2032-01-10")
        assert late.status_code == 422
        assert "依据的日子 2032-01-10 晚于 2031-12-31" in late.content.decode()
        assert "无数据" in board()
        assert sent(keeper, value="120", as_of="2031-12-31").status_code == 302
        assert "依据显示已经做到" in board()
