"""`yiwang plan parse` as somebody at the terminal meets it."""

import json
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from typer.testing import CliRunner

from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer
from yiwang.kernel.journal.models import Entry
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.terms import VISITOR, AccountId, Actor, ActorKind, Call, Grant, ScopeKind
from yiwang.plan import queries, wording
from yiwang.plan.facts import Goal
from yiwang.plan.review import steps
from yiwang.plan.wording import Wanted
from yiwang.project import town_plan
from yiwang.project.command_plan import app
from yiwang.project.refusal import Refusal

SYSTEM = Call(Actor(ActorKind.SYSTEM), walltime.now(), "test")
XINHAI = settings.ROOT.parent / "shared" / "data" / "plans" / "xinhai-2019.txt"
TEXT = "2031年某镇工作要点\n一、改善环境\n(1)绿化。新建绿地3.5亩,种树不少于200棵。\n"


def run(*words: object):
    return CliRunner().invoke(app, ["parse", *(str(word) for word in words)])


def bring_in(*words: object):
    return CliRunner().invoke(app, ["import", *(str(word) for word in words)])


@pytest.fixture
def small_plan(tmp_path: Path) -> Path:
    """A short plan that has item 1 of Xinhai's contents, so that it may be kept beside its promises."""
    file = tmp_path / "plan.txt"
    file.write_text("2019年某镇工作要点\n一、改善环境\n(1)治水。消除黑臭河道。举办运动会。\n", encoding="utf-8")
    return file


def test_a_plan_is_told_in_short_and_as_json_with_numbers_and_places(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_text(TEXT, encoding="utf-8")
    assert "1 章，1 条" in run(file).stdout
    (chapter,) = json.loads(run(file, "--json").stdout)["chapters"]
    (item,) = chapter["items"]
    assert [(one["value"], one["unit"], TEXT[one["start"] : one["end"]]) for one in item["targets"]] == [
        (3.5, "亩", "3.5亩"),
        (200, "棵", "不少于200棵"),
    ]


def test_what_was_not_read_is_told_with_a_line_for_each_reason_and_the_exit_code_stays_0(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    text = f"下载\n某府〔2031〕6号\n打印\n{TEXT}二、上年工作回顾\n(2)题。完成甲。\n"
    file.write_text(text, encoding="utf-8")
    answer = run(file)
    assert answer.exit_code == 0
    for line in (
        "not read (page) 2：",
        "  [0–2] 下载",
        "not read (before) 1：",
        "not read (past) 1：这一章说的是上一年做过的事",
    ):
        assert line in answer.stdout
    told = json.loads(run(file, "--json").stdout)
    assert told["unread_by_reason"] == {"page": 2, "before": 1, "past": 1}
    assert (told["counts"]["items"], told["counts"]["targets"]) == (2, 2)
    assert all(text[one["start"] : one["end"]] == one["quote"] for one in told["unread"])
    file.write_text(TEXT, encoding="utf-8")
    assert "全部读进来了" in run(file).stdout


def test_a_plan_in_the_old_encoding_is_read_too(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_bytes(TEXT.encode("gb18030"))
    assert "新建绿地" in run(file).stdout


def test_what_is_no_plan_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("你好。", encoding="utf-8")
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\0")
    for name, word in (("letter.txt", "没有找到章节"), ("picture.txt", "不是纯文本"), ("gone.txt", "没有文件")):
        answer = run(tmp_path / name)
        assert isinstance(answer.exception, Refusal)
        assert word in str(answer.exception)


@pytest.mark.skipif(not XINHAI.exists(), reason="the published plans are not beside this checkout")
def test_the_command_gives_each_hard_figure_with_its_exact_place_in_the_file() -> None:
    text = XINHAI.read_text(encoding="utf-8")
    answer = json.loads(run(XINHAI, "--json").stdout)
    items = [item for chapter in answer["chapters"] for item in chapter["items"]]
    assert all(set(item) >= {"no", "title", "sentences", "commitments", "targets"} for item in items)
    found = [(one["quote"], one["value"], one["unit"], one["comparator"]) for item in items for one in item["targets"]]
    assert found == [
        ("劣五类水体", 0, "个", "="),
        ("黑臭河道", 0, "个", "="),
        ("不少于500家", 500, "家", ">="),
        ("3.2亿元", 3.2, "亿元", ">="),
        ("69.8亩", 69.8, "亩", ">="),
        ("达到80%", 80, "%", ">="),
        ("入园入学率达到双百目标", 100, "%", "="),
        ("入园入学率达到双百目标", 100, "%", "="),
    ]
    for item in items:
        inside = item["targets"] + item["commitments"] + item["sentences"]
        assert all(text[one["start"] : one["end"]] == one["quote"] for one in inside)
        assert all(text.count(one["quote"]) == 1 for one in item["targets"])


@pytest.mark.django_db
def test_a_plan_is_imported_once_and_says_what_means_nothing_both_ways_and_what_was_left_as_edited(
    small_plan: Path,
) -> None:
    people_teams.create_team("environment", "department", name_zh="环境办", name_en="Environment", call=SYSTEM)
    told = json.loads(bring_in(small_plan, "--year", 2019, "--json").stdout)
    assert (told["promises"], told["drafts"], told["drafts_matched"], told["changed"]) == (252, 2, 1, True)
    assert [one["quote"] for one in told["drafts_without_promise"]] == ["举办运动会"]
    assert len(told["promises_without_words"]) == 251
    assert told["carried_over_to"] == walltime.town_day(walltime.now()).year
    assert [(one.year, one.of_year) for one in queries.plans(VISITOR)] == [
        (told["carried_over_to"], 2019),
        (2019, 2019),
    ]
    assert told["kept_as_edited"] == []
    for year in (2019, told["carried_over_to"]):
        change_on_the_page(year)
    entries = Entry.objects.count()
    again = json.loads(bring_in(small_plan, "--year", 2019, "--json").stdout)
    assert again["changed"] is False
    assert Entry.objects.count() == entries
    assert [(one["year"], one["row"]) for one in again["kept_as_edited"]] == [
        (2019, "1.03"),
        (told["carried_over_to"], "1.03"),
    ]
    assert queries.promises_of(VISITOR, 2019)["1.03"].owner == "environment"
    said = bring_in(small_plan, "--year", 2019).stdout
    assert "没有改动" in said
    assert "2019 年 1.03：责任部门、依据种类、目标数" in said
    told_by_load = town_plan.edited_lines(settings.TOWN_DIR, town_plan.carry_over(settings.TOWN_DIR))
    assert told_by_load[1:] == [f"  {told['carried_over_to']} 年 1.03：责任部门、依据种类、目标数"]


def change_on_the_page(year: int) -> None:
    """As a leader does it: another owner and kind of evidence, and by a document's number another number to reach."""
    leader = Actor(ActorKind.STAFF, AccountId(UUID(int=7)), (Grant("leader", ScopeKind.TOWN),))
    call, before = Call(leader, walltime.now(), "page"), queries.promises_of(VISITOR, year)["1.03"]
    wanted = Wanted(before.promise, before.measure, "environment", before.due, "task", before.shown_by)
    steps.reword(year, "1.03", wanted, reason="分工调整", version=wording.version(before), call=call)
    seen = wording.version(queries.promises_of(VISITOR, year)["1.03"])
    goal = Goal(Decimal(9), "percent", ">=")
    steps.retarget(year, "1.03", goal, document_number="新府〔2019〕7号", version=seen, call=call)


@pytest.mark.django_db
def test_a_plan_of_another_year_or_another_file_is_refused_in_words(small_plan: Path) -> None:
    assert "不是 2020 年的" in str(bring_in(small_plan, "--year", 2020).exception)
    bring_in(small_plan, "--year", 2019)
    small_plan.write_text(small_plan.read_text(encoding="utf-8") + "完成。\n", encoding="utf-8")
    assert "另一份文件" in str(bring_in(small_plan, "--year", 2019).exception)


@pytest.mark.django_db
@pytest.mark.skipif(not XINHAI.exists(), reason="the published plans are not beside this checkout")
def test_importing_the_town_plan_matches_most_of_its_promises_and_the_journal_says_the_same() -> None:
    told = json.loads(bring_in(XINHAI, "--year", 2019, "--json").stdout)
    assert told["promises"] == 252
    assert told["drafts"] >= 313
    assert told["drafts_matched"] >= 170
    assert 252 - len(told["promises_without_words"]) >= 160
    sequencer.sequence_once()
    assert replay().differences == ()
