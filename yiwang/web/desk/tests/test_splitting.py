"""拆案 through the desk: a report of two matters is one case for each, and nothing of the reporter's is lost or begun anew."""

from dataclasses import replace

import pytest

from yiwang.cases import links
from yiwang.cases import queries as cases
from yiwang.cases.stages import ClockStage
from yiwang.cases.steps import forward, joint, sideways
from yiwang.cases.tests.photos import stored_photo
from yiwang.intake.reports import jobs
from yiwang.kernel.files import queries as files
from yiwang.kernel.files.facts import Purpose
from yiwang.kernel.journal import sequencer
from yiwang.kernel.journal.replay import replay
from yiwang.web.desk.tests.conftest import SYSTEM

BOTH = "菜场门口垃圾没人收，路灯也不亮。"


def split(town, post, parent, who="operator", **other):
    """Split the lamp off; the child's identifier."""
    given = {"title": "路灯不亮", "text": "路灯也不亮", "type_code": "C-01-02", "demand": "", "place": "", **other}
    return post(town, who, parent, "split", **given)


def child_of(parent):
    (child,) = links.split_off(SYSTEM, parent)
    return child


def view(town, case_id):
    return cases.case(SYSTEM, town.number(case_id))


def clock(town, case_id, stage):
    return view(town, case_id).snapshot.clock(stage)


def holds(case_id):
    return cases.outcomes_of(SYSTEM, [case_id])[case_id][None][-1].standing.holds


def told(town, folder):
    """The texts that go out for what has happened since the last time."""
    while sequencer.sequence_once():
        pass
    box = folder / "outbox"
    before = set(box.glob("*.txt"))
    jobs.tell_people(town.call("operator").now)
    return [path.read_text() for path in sorted(set(box.glob("*.txt")) - before)]


def test_a_second_matter_is_an_accepted_case_of_the_same_reporter_with_a_number_of_its_own(town, post):
    parent = town.dispatched(text=BOTH)
    assert split(town, post, parent, explanation="归水电气").status_code == 302
    child, first = view(town, child_of(parent)), view(town, parent)
    assert (child.row.state, child.row.text, child.row.type_code) == ("accepted", "路灯也不亮", "C-01-02")
    assert (child.snapshot.reporter, child.row.opened_at) == (first.snapshot.reporter, first.row.opened_at)
    assert child.row.number != first.row.number
    assert child.row.number[10] == first.row.number[10]
    assert town.state(parent) == "dispatched"
    assert replay().differences == ()


def test_each_page_leads_to_the_other_and_the_new_one_shows_whose_it_is(town, post):
    parent = town.dispatched(text=BOTH)
    split(town, post, parent)
    child = child_of(parent)
    page = {
        one: town.client("operator").get(f"/desk/cases/{town.number(one)}").content.decode() for one in (parent, child)
    }
    assert town.number(child) in page[parent].split("从这一件拆出去单独办理的")[1]
    assert town.number(parent) in page[child].split("这一件从别的案件拆出来")[1]
    assert "199****0001" in page[child]
    assert BOTH in page[child]


def test_the_residents_time_is_never_begun_anew_and_nobody_is_asked_to_call_them_twice(town, post):
    parent = town.report(text=BOTH, channel="hotline")
    forward.accept(parent, type_code="H-01-01", title="垃圾", call=town.call("operator"))
    split(town, post, parent, type_code="H-01-01", demand="complaint")
    child = child_of(parent)
    answer = clock(town, child, ClockStage.ANSWER)
    assert answer.events[0].at == view(town, parent).row.opened_at
    assert clock(town, child, ClockStage.DISPATCH).events[0].at > answer.events[0].at
    assert clock(town, child, ClockStage.CONTACT) is None
    assert clock(town, parent, ClockStage.CONTACT).state == "running"


def test_photos_of_the_scene_hang_on_both(town, post, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    photo = stored_photo(town.call("operator"))
    parent = town.accepted(text=BOTH, photos=(photo,))
    split(town, post, parent, scene=[photo])
    hung = [files.files_of(SYSTEM, "case", one, Purpose.SCENE) for one in (parent, child_of(parent))]
    assert [[one.sha256 for one in found] for found in hung] == [[photo], [photo]]


def test_a_photo_that_does_not_show_it_stays_behind_and_the_form_asks_with_all_of_them_chosen(
    town, post, settings, tmp_path
):
    settings.DATA_DIR = tmp_path
    photo = stored_photo(town.call("operator"))
    parent = town.accepted(text=BOTH, photos=(photo,))
    form = town.client("operator").get(f"/desk/cases/{town.number(parent)}/act/split").content.decode()
    assert f'name="scene" value="{photo}" checked' in form
    assert split(town, post, parent, scene=["0" * 64]).status_code == 422
    split(town, post, parent)
    assert files.files_of(SYSTEM, "case", child_of(parent)) == ()


def test_its_department_reads_the_words_chosen_for_it_and_nothing_else_of_the_report(town, post):
    parent = town.dispatched(text=BOTH)
    split(town, post, parent)
    child = child_of(parent)
    forward.dispatch(child, town.teams["utilities"], call=town.call("dispatcher"))
    page = town.client("utilities").get(f"/desk/cases/{town.number(child)}").content.decode()
    assert "路灯也不亮" in page
    assert "菜场门口" not in page
    assert "原上报还说了别的事" in page
    assert "199****0001" in page
    assert "菜场门口" in town.client("dispatcher").get(f"/desk/cases/{town.number(child)}").content.decode()


def test_the_reporter_gets_the_new_number_once_and_each_answer(town, post, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    parent = town.dispatched(text=BOTH)
    told(town, tmp_path)
    split(town, post, parent)
    child = child_of(parent)
    (words,) = told(town, tmp_path)
    assert f"{town.number(parent)} 里有一件事单独办理，编号 {town.number(child)}" in words
    forward.dispatch(child, town.teams["utilities"], call=town.call("dispatcher"))
    town.finish(child, "utilities")
    assert view(town, child).called_back == "solved"
    assert town.state(parent) == "dispatched"
    assert any(f"{town.number(child)} 已经办结" in words for words in told(town, tmp_path))


def test_taken_back_it_follows_its_parent_keeps_its_number_and_closes_with_it_by_the_same_call(town, post):
    parent = town.dispatched(text=BOTH)
    split(town, post, parent)
    child = child_of(parent)
    assert post(town, "operator", child, "unsplit", explanation="是一件事").status_code == 302
    assert town.state(child) == "merged"
    assert clock(town, child, ClockStage.DISPATCH).state == "paused"
    town.finish(parent)
    closed = view(town, child)
    assert (closed.row.state, closed.answer, closed.called_back) == ("closed", "已清运", "solved")
    assert replay().differences == ()


def test_of_a_case_that_was_taken_back_nothing_is_counted(town, post):
    parent = town.dispatched(text=BOTH)
    split(town, post, parent)
    child = child_of(parent)
    assert "accepted" in holds(child)
    post(town, "operator", child, "unsplit", explanation="是一件事")
    assert holds(child) == frozenset()
    post(town, "operator", child, "unmerge", explanation="还是两件")
    assert "accepted" in holds(child)
    assert town.state(child) == "accepted"


@pytest.mark.parametrize("done", ["returned", "assisted", "ended"])
def test_where_something_was_done_on_it_the_split_stands_and_merging_is_offered(town, post, done):
    parent = town.dispatched(text=BOTH)
    split(town, post, parent)
    child = child_of(parent)
    forward.dispatch(child, town.teams["water"], call=town.call("dispatcher"))
    if done == "returned":
        sideways.object_to(
            child, reason_code="other-department", legal_basis="三定", proposed_team=town.teams["utilities"],
            explanation="不归我们", call=town.call("water"),
        )  # fmt: skip
        forward.dispatch(child, town.teams["utilities"], call=town.call("dispatcher"))
    if done == "assisted":
        joint.ask_assist(child, (town.teams["utilities"],), task="看看", call=town.call("dispatcher"))
    if done == "ended":
        town.finish(parent)
    answer = post(town, "operator", child, "unsplit", explanation="是一件事")
    assert answer.status_code == 409
    assert ("已经结束" if done == "ended" else "请用“并案”") in answer.content.decode()
    assert town.state(child) == "dispatched"


def test_a_case_that_was_never_split_off_has_no_split_to_undo(town, post):
    case_id = town.accepted()
    assert "撤销拆案" not in town.client("operator").get(f"/desk/cases/{town.number(case_id)}").content.decode()
    assert post(town, "operator", case_id, "unsplit", explanation="是一件事").status_code == 409


@pytest.mark.parametrize("missing", ["title", "text", "type_code"])
def test_what_is_missing_is_asked_for_and_what_was_typed_stays(town, post, missing):
    parent = town.dispatched(text=BOTH)
    answer = split(town, post, parent, **{missing: ""}, explanation="归水电气")
    assert answer.status_code == 422
    assert "归水电气" in answer.content.decode()
    assert links.split_off(SYSTEM, parent) == ()


def test_sent_twice_it_is_split_once(town, post):
    parent = town.dispatched(text=BOTH)
    version = view(town, parent).row.row_version
    for _ in range(2):
        split(town, post, parent, version=version)
    assert len(links.split_off(SYSTEM, parent)) == 1


def test_the_words_of_a_report_go_with_those_that_were_split_off_it_once_all_have_ended(town, post):
    parent = town.dispatched(text=BOTH)
    split(town, post, parent)
    child = child_of(parent)
    town.finish(parent)
    (told,) = jobs.queries.reports_of_case(SYSTEM, parent)
    asked = replace(town.call("administrator"), actor=SYSTEM, reason="本人要求")
    jobs.private.forget_report(told.id, ground="第四十七条", call=asked)
    assert view(town, parent).row.text != ""
    forward.dispatch(child, town.teams["utilities"], call=town.call("dispatcher"))
    town.finish(child, "utilities")
    assert jobs.forget_as_asked(town.call("operator").now) == 1
    assert [view(town, one).row.text for one in (parent, child)] == ["", ""]
    assert view(town, child).snapshot.reporter is None
