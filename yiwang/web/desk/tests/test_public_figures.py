"""What the public reads of indicators: as it stands, after review by a named role, or the reason why not; nothing of very few."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from urllib.parse import urlencode

import openpyxl
import pytest
from django.test import Client

from yiwang.indicators import jobs, law, public, queries
from yiwang.indicators import steps as indicators
from yiwang.indicators.definitions import INTERNAL
from yiwang.indicators.evidence import Scope
from yiwang.indicators.rules import Shown
from yiwang.indicators.sums import BY
from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer
from yiwang.kernel.terms import VISITOR, Actor, ActorKind, Call
from yiwang.plan import showing
from yiwang.plan import steps as plan
from yiwang.plan.commitments import Commitment, Evidence, Target
from yiwang.plan.facts import ItemNamed, Source, Words
from yiwang.plan.items import Contents
from yiwang.plan.summaries import queries as issued_summaries
from yiwang.plan.summaries import steps as summaries
from yiwang.web.desk.tests.conftest import DeskTown, made

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> DeskTown:
    return made()


def counted() -> None:
    while sequencer.sequence_once():
        pass
    jobs.follow_journal(walltime.now())


def page(address: str = "/figures", language: str = "zh-hans") -> str:
    answer = Client(headers={"Accept-Language": language}).get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_while_much_or_all_is_not_counted_yet_the_figures_say_so_instead_of_that_there_was_nothing(town, monkeypatch):
    def told() -> list[bool]:
        while sequencer.sequence_once():
            pass
        return ["正在统计" in page(address) for address in ("/figures", "/figures/grid.closed")]

    assert told() == [True, True], "nothing at all is counted yet"
    counted()
    town.accepted()
    assert told() == [False, False], "a little behind is no news"
    monkeypatch.setattr(public, "FAR_BEHIND", 1)
    assert told() == [True, True]
    counted()
    assert told() == [False, False]


def told(code: str) -> dict[str, object]:
    rows = Client().get("/figures/data.json").json()["figures"]
    return next(row for row in rows if row["code"] == code)


def orders(town: DeskTown, count: int) -> None:
    for number in range(count):
        town.closed(channel="hotline", source_key=f"RX-{number}")


def test_a_live_figure_is_there_as_it_stands_and_very_few_are_withheld(town):
    for _ in range(4):
        town.accepted()
    counted()
    one = told("grid.accepted_on_time")
    assert (one["shown"], one["numerator"], one["denominator"], one["percent"]) == ("withheld", None, None, None)
    assert "件数太少，不公布" in page()
    assert "4 件" not in page("/figures/grid.accepted_on_time")
    town.accepted()
    counted()
    assert told("grid.accepted_on_time")["denominator"] == 5
    assert "5 件里 5 件" in page()


def test_a_department_of_very_few_cannot_be_worked_out_from_the_others(town):
    for team, count in (("sanitation", 6), ("water", 5), ("utilities", 1)):
        for _ in range(count):
            town.dispatched(team)
    counted()
    lines = list(csv.DictReader(io.StringIO(_csv("/figures/grid.dispatched_on_time/data.csv"))))
    teams = {line["key"]: (line["denominator"], line["shown"]) for line in lines if line["by"] == "team"}
    assert teams == {"sanitation": ("6", "counts"), "water": ("", "withheld"), "utilities": ("", "withheld")}
    shown = page("/figures/grid.dispatched_on_time").partition("按部门")[2]
    assert re.findall(r"市容环卫所|水务管理站|水电气协调办公室", shown) == ["市容环卫所"]
    assert "其余 2 个部门" in shown
    assert shown.count("件数太少，不公布") == 1


def test_no_other_page_says_what_is_withheld_of_a_department(town):
    for team, count in (("sanitation", 6), ("water", 5), ("utilities", 1)):
        for _ in range(count):
            town.dispatched(team)
    counted()
    this = walltime.town_day(walltime.now()).year
    whole = (date(this, 1, 1), date(this, 12, 1))
    shown = {}
    for code, team in town.teams.items():
        found = public.live_within(VISITOR, Scope(*whole, team=team), walltime.now())
        shown[code] = next(one.shown for one in found if one.indicator.code == "grid.dispatched_on_time")
    assert shown == {"sanitation": Shown.COUNTS, "water": Shown.WITHHELD, "utilities": Shown.WITHHELD}


def _csv(address: str) -> str:
    return Client().get(address).content.decode("utf-8-sig")


def test_an_internal_figure_is_named_with_its_reason_and_without_a_number(town):
    for _ in range(6):
        town.dispatched()
    counted()
    internal = [one for one in law.indicators().values() if one.disclosure.state == INTERNAL]
    assert internal
    for one in internal:
        row = told(one.code)
        assert [row[name] for name in ("numerator", "denominator", "percent", "shown")] == [None] * 4
        assert row["reason_zh"] == one.disclosure.reason["zh-Hans"]
        assert "不公开" in page(f"/figures/{one.code}")
        assert Client().get(f"/figures/{one.code}/data.json").json()["lines"] == []


def test_a_figure_is_public_only_after_the_named_role_has_reviewed_it_and_stays_as_it_was(town):
    orders(town, 6)
    counted()
    assert told("hotline.solved")["numerator"] is None
    assert "还没有公开" in page("/figures/hotline.solved")
    address = "/desk/indicators/hotline.solved"
    leader = town.client("leader")
    form = re.search(r'action="([^"]+/release\?[^"]+)"', leader.get(address).content.decode())[1].replace("&amp;", "&")
    assert leader.post(form, {"ground": ""}).status_code == 422
    personal = leader.post(form, {"ground": "报件人 13900000001 同意"})
    assert personal.status_code == 422
    assert "手机号" in personal.content.decode()
    assert leader.post(form, {"ground": "只有件数，看不出是谁"}).status_code == 302
    one = told("hotline.solved")
    assert (one["numerator"], one["denominator"], one["reviewed_by"]) == (6, 6, "leader")
    assert one["released_at"]
    assert "镇领导保密审查后于" in page("/figures/hotline.solved")
    assert "6 件里 6 件" in page()
    town.closed(channel="hotline", source_key="RX-later")
    counted()
    assert told("hotline.solved")["denominator"] == 6, "what was not reviewed is not public"
    again = leader.post(form, {"ground": "再公开"})
    assert again.status_code == 409
    assert "数值已经变了" in again.content.decode()
    shown = leader.get(address).content.decode()
    assert "只有件数，看不出是谁" in shown
    off = re.search(r'action="([^"]+/withdraw/[^"]+)"', shown)[1]
    assert leader.post(off, {"explanation": "问 13900000001"}).status_code == 422
    assert told("hotline.solved")["numerator"] == 6
    assert leader.post(off, {"explanation": "有一件算错了"}).status_code == 302
    assert told("hotline.solved")["numerator"] is None
    assert "有一件算错了" in leader.get(address).content.decode()
    assert leader.post(off, {"explanation": "再撤一次"}).status_code == 409


def test_who_does_not_hold_the_named_role_gets_no_form_and_is_refused(town):
    orders(town, 1)
    counted()
    officer = town.client("duty_officer")
    assert "/release?" not in officer.get("/desk/indicators/hotline.solved").content.decode()
    answer = officer.post("/desk/indicators/hotline.solved/release?seen=1/1", {"ground": "看过"})
    assert answer.status_code == 403
    assert "不由您审查" in answer.content.decode()
    assert town.client("auditor").post("/desk/indicators/hotline.solved/release", {"ground": "x"}).status_code == 403
    live = town.client("leader").post("/desk/indicators/grid.closed/release?seen=1/1", {"ground": "看过"})
    assert live.status_code == 409
    part = town.client("leader").get(f"/desk/indicators/hotline.solved?team={town.teams['water']}").content.decode()
    assert "/release?" not in part
    assert "只公开全镇的数值" in part


def test_no_data_is_shown_as_no_data_with_the_reason(town):
    town.report()
    counted()
    assert "本期没有应结案的案件。" in page()
    assert "无数据" in page("/figures/grid.closed")
    assert told("grid.closed")["percent"] is None
    assert "无数据" in page("/figures/grid.closed?year=2019")


def test_the_public_pages_speak_english_and_an_unknown_indicator_is_told(town):
    counted()
    assert "Public as it stands." in page("/figures/grid.closed", "en")
    assert "Public after review" in page("/figures", "en")
    assert "There are no ranks." in page("/figures", "en")
    assert Client().get("/figures/grid.nothing").status_code == 404
    for address in ("/figures/data.csv", "/figures/grid.closed/data.csv", "/figures/grid.closed/data.json"):
        assert Client().get(address).status_code == 200


def test_departments_stand_in_the_towns_order_and_never_by_value(town):
    for team, count in (("utilities", 9), ("water", 5), ("sanitation", 7)):
        for _ in range(count):
            town.dispatched(team)
    counted()
    shown = page("/figures/grid.dispatched_on_time").partition("按部门")[2]
    in_order = ["市容环卫所", "水务管理站", "水电气协调办公室"]
    assert re.findall(r"市容环卫所|水务管理站|水电气协调办公室", shown) == in_order


def test_what_is_public_of_an_earlier_moment_is_what_the_town_itself_saw_then(town):
    """Not all indicators are public, and each must be given its own sums."""
    for _ in range(5):
        town.closed()
    counted()
    moment, day = walltime.now(), walltime.town_day(walltime.now())
    town.closed()
    counted()
    scope = Scope(date(day.year, 1, 1), date(day.year, 12, 1))
    leader = town.actor("leader")
    seen = {one.indicator.code: one.share for one in queries.figures(leader, scope, moment)}
    for actor in (leader, VISITOR):
        found = {one.indicator.code: one.share for one in public.figures(actor, day.year, moment) if one.share}
        assert len(found) > 5
        assert found == {code: seen[code] for code in found}
        assert {one.indicator.code: one.share for one in public.live_within(actor, scope, moment)} == found


def test_no_two_moments_tell_a_stranger_of_one_case_by_subtraction(town):
    """However often somebody asks, and of whichever moments: what they read are steps of five cases and more."""
    moments, live = [], []
    for _ in range(13):
        town.dispatched()
        counted()
        moments.append(walltime.now())
        live.append(told("grid.dispatched_on_time")["denominator"])
    year, code = walltime.town_day(moments[-1]).year, "grid.dispatched_on_time"
    steps = [None] * 4 + [5] * 5 + [10] * 4
    assert live == steps, "who asks every minute"
    asked = [public.figure(VISITOR, code, year, moment) for moment in moments]
    assert [one.share.denominator if one.shown is not Shown.WITHHELD else None for one in asked] == steps
    team = Scope(date(year, 1, 1), date(year, 12, 1), team=town.teams["sanitation"])
    for moment, step in zip(moments, steps, strict=True):
        (one,) = (one for one in public.live_within(VISITOR, team, moment) if one.indicator.code == code)
        assert (one.share.denominator if one.shown is not Shown.WITHHELD else None) == step
        for by in BY:
            (line,) = public.lines(VISITOR, code, year, moment, by)
            assert (line.share.denominator if line.shown is not Shown.WITHHELD else None) == step
    leader = town.actor("leader")
    assert [public.figure(leader, code, year, moment).share.denominator for moment in moments] == list(range(1, 14))


def test_what_was_let_go_today_is_not_how_a_promise_stood_before(town):
    """A figure that is public after review shows a promise from when it was let go, of the days it was counted of."""
    orders(town, 6)
    counted()
    now = walltime.now()
    year = walltime.town_day(now).year
    both = {"zh-Hans": "热线办得好", "en": "The hotline solves"}
    solved = Evidence("indicator", both, Source(indicator="hotline.solved"))
    one = Commitment("1.01", 1, both, ("S01",), ("target",), "water", both, None, (12, 31), 0, solved, None)
    contents = Contents(year, (ItemNamed(1, Words("热线", "Hotline"), "一", Words("服务", "Services")),))
    call = Call(Actor(ActorKind.SYSTEM), now - timedelta(days=9), "command")
    plan.promise_year(year, contents, (one,), call=call)
    before = walltime.now()
    leader = town.client("leader")
    form = re.search(
        r'action="([^"]+/release\?[^"]+)"', leader.get("/desk/indicators/hotline.solved").content.decode()
    )[1]
    assert leader.post(form.replace("&amp;", "&"), {"ground": "看过"}).status_code == 302
    address = f"/plan/{year}/promise/1.01"
    assert "6 / 6" in page(address)
    assert "6 / 6" not in page(f"{address}?as_of={walltime.town_day(now) - timedelta(days=1)}")
    assert "6 / 6" not in page(f"/plan/{year}/promises?{urlencode({'as_of': before.isoformat()})}")
    found = {each.indicator.code: each.share for each in public.figures(VISITOR, year, end_of(year - 1))}
    assert found["hotline.solved"] is None


def test_a_withdrawn_figure_is_marked_in_a_summary_that_is_issued_already_and_what_was_frozen_stays(town):
    orders(town, 6)
    counted()
    year = walltime.town_day(walltime.now()).year
    both = {"zh-Hans": "热线办得好", "en": "The hotline solves"}
    solved = Evidence("indicator", both, Source(indicator="hotline.solved"))
    one = Commitment("1.01", 1, both, ("S01",), ("target",), "water", both, None, (12, 31), 0, solved, None)
    contents = Contents(year, (ItemNamed(1, Words("热线", "Hotline"), "一", Words("服务", "Services")),))
    plan.promise_year(year, contents, (one,), call=Call(Actor(ActorKind.SYSTEM), walltime.now(), "command"))
    whole, leader = (date(year, 1, 1), date(year, 12, 1)), town.call("leader")
    released = indicators.release(
        "hotline.solved", *whole, leader.now, seen="6/6", ground="看过", call=town.call("leader")
    )
    issued = summaries.issue_board(year, disclosure="public", call=town.call("leader"))
    address = f"/plan/summaries/{issued.year}/{issued.no}"
    assert "6 / 6" in page(address)
    assert "撤回" not in page(address)
    indicators.withdraw(released.release_id, explanation="有一件算错了", call=town.call("leader"))
    shown = page(address)
    assert re.search(r"任务 1.01 的数值已于 .+ 撤回公开。原因：有一件算错了", shown)
    assert re.search(r"6 / 6.*（已于 .+ 撤回公开）", shown)
    assert "withdrawn from the public on" in page(address, "en")
    book = openpyxl.load_workbook(io.BytesIO(Client().get(f"{address}/file.xlsx").content))
    assert "有一件算错了" in str([cell for sheet in book for row in sheet.values for cell in row])
    frozen = issued_summaries.issued(VISITOR, issued.year, issued.no).fact
    assert frozen == issued, "what was frozen stays"
    again = summaries.issue_board(year, disclosure="public", call=town.call("leader"))
    assert "撤回" not in page(f"/plan/summaries/{again.year}/{again.no}")


def test_a_promise_whose_figure_is_only_withheld_is_not_red_and_says_why(town):
    for _ in range(3):
        town.accepted()
    counted()
    now = walltime.now()
    year = walltime.town_day(now).year
    both = {"zh-Hans": "受理得快", "en": "Taken on in time"}
    by = Evidence("indicator", both, Source(indicator="grid.accepted_on_time"))
    share = Target(Decimal(90), "percent", ">=")
    one = Commitment("1.01", 1, both, ("S01",), ("target",), "water", both, share, (1, 1), 0, by, None)
    contents = Contents(year, (ItemNamed(1, Words("受理", "Taking on"), "一", Words("服务", "Services")),))
    plan.promise_year(year, contents, (one,), call=Call(Actor(ActorKind.SYSTEM), now, "command"))
    address = f"/plan/{year}/promise/1.01"
    row = Client().get(f"{address}/data.json").json()
    assert (row["colour"], row["why"], row["value"], row["whole"]) == ("grey", "withheld", None, None)
    assert "为保护个人，少于 5 件不公开" in page(address)
    assert "fewer than 5 cases are not published" in page(address, "en")
    file = f"/figures/grid.accepted_on_time/proof.jsonl.gz?year={year}"
    assert file not in page(address)
    for _ in range(2):
        town.accepted()
    counted()
    assert Client().get(f"{address}/data.json").json()["why"] == "reached"
    assert file in page(address)


def test_a_year_that_is_over_shows_what_was_reviewed_of_it_later(town):
    with walltime.at(datetime(2030, 11, 5, 4, tzinfo=UTC)):
        orders(town, 6)
    with walltime.at(datetime(2031, 2, 5, 4, tzinfo=UTC)):
        counted()
        indicators.release(
            "hotline.solved", date(2030, 1, 1), date(2030, 12, 1), walltime.now(), seen="6/6", ground="看过",
            call=town.call("leader"),
        )  # fmt: skip
        found = {each.indicator.code: each.share for each in public.figures(VISITOR, 2030, end_of(2030))}
        assert found["hotline.solved"].denominator == 6


def test_what_was_reviewed_when_something_else_was_counted_does_not_stand_beside_the_new_formula(town, monkeypatch):
    orders(town, 6)
    counted()
    month = walltime.town_day(walltime.now()).replace(day=1)
    leader = town.call("leader")
    indicators.release("hotline.solved", month, month, walltime.now(), seen="6/6", ground="看过", call=leader)
    assert told("hotline.solved")["denominator"] == 6
    other = replace(law.indicator("hotline.solved"), hash="of something else")
    declared = law.indicators() | {"hotline.solved": other}
    monkeypatch.setattr(law, "indicators", lambda: declared)
    assert told("hotline.solved")["numerator"] is None
    assert "还没有公开" in page("/figures/hotline.solved")


def end_of(year: int) -> datetime:
    return showing.moment_of(date(year, 12, 31))
