"""`yiwang case …` as somebody at the terminal meets it: names instead of identifiers, in the reader's language."""

import importlib
import json
from datetime import date, datetime
from functools import partial

import pytest
from typer.testing import CliRunner

from yiwang.cases import numbers, rules
from yiwang.cases.models import Case
from yiwang.cases.numbers import Source
from yiwang.cases.steps import forward, remarks, splitting
from yiwang.kernel import walltime
from yiwang.kernel.people import queries as people
from yiwang.kernel.people.steps import accounts as people_steps
from yiwang.kernel.places import queries as places
from yiwang.kernel.terms import Actor, ActorKind, Call
from yiwang.project import town
from yiwang.project.command_case import app
from yiwang.project.commands import TOWN_COMMANDS

pytestmark = pytest.mark.django_db
SYSTEM = Actor(ActorKind.SYSTEM)
SAID = "王演示家门口的垃圾两天没人收"


def run(*words: str):
    return CliRunner().invoke(app, list(words))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+08:00")


@pytest.fixture
def call(settings, remembered):
    """Calls of Xinhai's invented staff, by user name, on 2 April 2026."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DEMONSTRATION = True
    with walltime.at(at("2026-04-01 08:00")):
        xinhai = settings.ROOT / "towns" / "xinhai"
        remembered("xinhai in April", partial(town.load, xinhai, demonstration=True))
    staff = {card.username: card.actor() for card in people.accounts(SYSTEM)}
    return lambda who: Call(staff[who], at("2026-04-02 09:00"), "test")


@pytest.fixture
def case(call):
    """A rubbish case of a resident in the hands of sanitation, as its row."""
    resident = people_steps.register_resident(
        "19900000555", name="王演示", call=Call(SYSTEM, at("2026-04-02 08:00"), "test")
    )
    road = next(row for row in places.town_map(SYSTEM).rows if str(row.kind) == "road")
    opened = forward.gather(
        source=Source.PORTAL,
        origin_kind="test",
        origin_ref="1",
        text=SAID,
        ground=forward.ground_at(SYSTEM, road.place_id, None),
        reporter=resident.account_id,
        happened_at=at("2026-04-02 08:30"),
        call=Call(Actor(ActorKind.RESIDENT, resident.account_id), at("2026-04-02 08:30"), "test"),
    )
    forward.accept(opened.case_id, type_code="E-01-01", title=SAID, call=call("operator"))
    team = people.team_by_code(SYSTEM, "sanitation")
    forward.dispatch(opened.case_id, team.team_id, call=call("dispatcher"))
    forward.sign(opened.case_id, call=call("sanitation"))
    return Case.objects.get(pk=opened.case_id)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), ("处置中", "暴露垃圾", "市容环卫所", "部门处置人员（市容环卫所）", "派遣员", "居民", "4 工作时", "在走")),
        (
            ("--en",),
            (
                "Being handled",
                "Exposed rubbish",
                "Sanitation Office",
                "Department handler (Sanitation Office)",
                "Dispatcher",
                "Resident",
            ),
        ),
    ],
)
def test_a_case_is_told_with_names_in_the_readers_language(case, options, words):
    said = run("show", case.number, *options).stdout
    assert [word for word in words if word not in said] == []


def test_neither_identifiers_nor_the_names_and_words_of_people_are_shown(case):
    said = run("show", case.number).stdout + run("show", case.number, "--en").stdout
    account = people.accounts(SYSTEM)
    assert str(case.lead_team_id) not in said
    assert str(case.handler) not in said
    assert "staff:" not in said
    assert not any(card.name in said for card in account)
    assert "王演示" not in said


def test_a_machine_gets_identifiers_and_names_but_not_what_was_said(case):
    answer = run("show", case.number, "--json").stdout
    told = json.loads(answer)
    row = told["case"]
    assert (row["lead_team"], row["team_name"]) == (str(case.lead_team_id), "市容环卫所")
    assert (row["type_code"], row["type_name"]) == ("E-01-01", "暴露垃圾")
    assert row["place_id"] == str(case.place_id)
    assert row["place_name"]
    assert row["handler_office"] == "部门处置人员（市容环卫所）"
    assert [(one["verb"], one["who"]) for one in told["history"]] == [
        ("case.gathered", "居民"),
        ("case.accepted", "热线受理员"),
        ("case.dispatched", "派遣员"),
        ("case.signed", "部门处置人员（市容环卫所）"),
    ]
    assert "王演示" not in answer


def test_what_was_split_off_is_listed_by_number_and_state_without_its_words(case, call):
    about = {"type_code": "C-01-02", "title": "王演示家的路灯", "text": "路灯不亮"}
    child = splitting.split(case.id, **about, call=call("operator")).child_number
    assert "拆出  " + numbers.spaced(child) in run("show", case.number).stdout
    assert "拆自  " + numbers.spaced(case.number) in run("show", child).stdout
    told = run("show", case.number, "--json").stdout
    assert [one["number"] for one in json.loads(told)["lineage"]["children"]] == [child]
    assert "路灯不亮" not in told
    assert "王演示" not in told


def test_a_case_whose_words_were_erased_can_still_be_shown(case, call):
    hands = call("duty")
    forward.report_back(case.id, outcome="solved", result="已清", no_photo_reason="夜间", call=call("sanitation"))
    forward.verify(case.id, finding="已清", no_photo_reason="当场看过", call=hands)
    forward.close(case.id, called_back="solved", answer="已清理", call=hands)
    own = Call(Actor(ActorKind.RESIDENT, case.reporter), at("2026-04-03 09:00"), "test", reason="本人要求")
    remarks.forget_words(case.id, ground="第四十七条", call=own)
    assert "个人信息已删除" in run("show", case.number).stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "XH20190402W0000999"), "没有编号为"),
        (("show", "XH20190402W0000999", "--en"), "There is no case"),
        (("draw", "2026-4"), "不是月份"),
        (("draw", "April", "--en"), "is not a month"),
        (("draw", "2999-01"), "还没有过完"),
        (("draw", "1999-01"), "没有可以抽取的种子"),
    ],
)
def test_what_cannot_be_shown_or_drawn_is_refused_in_words(words, said):
    refused = run(*words)
    assert said in str(refused.exception)
    assert refused.exception.exit_code == 2


def test_a_draw_is_shown_with_seed_and_lots(case, call):
    forward.report_back(case.id, outcome="solved", result="已清", no_photo_reason="夜间", call=call("sanitation"))
    forward.verify(case.id, finding="已清", no_photo_reason="当场看过", call=call("duty"))
    forward.close(case.id, called_back="solved", answer="已清理", call=call("duty"))
    remarks.draw_rechecks(date(2026, 4, 1), date(2026, 4, 30), seed="ab", seed_position=7, call=call("duty"))
    with walltime.at(at("2026-05-06 09:00")):
        told = json.loads(run("draw", "2026-04", "--json").stdout)
        shown = run("draw", "2026-04").stdout
    assert (told["seed"], told["pool"], told["drawn"]) == ("ab", [case.number], [case.number])
    assert "日志第 7 条" in shown
    assert f"{rules.lot('ab', case.number)}  {case.number}  抽中复查" in shown


@pytest.mark.parametrize("module", sorted({module for module, _ in TOWN_COMMANDS.values()}))
def test_no_command_offers_to_install_completion(module):
    shown = CliRunner().invoke(importlib.import_module(module).app, ["--help"]).stdout
    assert "--help" in shown
    assert "completion" not in shown
