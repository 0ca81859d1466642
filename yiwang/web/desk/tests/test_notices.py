"""Notices through the desk's door: who hears of what, reading, opening, choosing, and that all of it is one's own."""

from datetime import timedelta

import pytest

from yiwang.cases import facts
from yiwang.cases import notices as case_notices
from yiwang.cases import queries as cases
from yiwang.cases.steps import forward, sideways, splitting, timing
from yiwang.kernel import walltime
from yiwang.kernel.journal import sequencer
from yiwang.kernel.notices import jobs, queries, table
from yiwang.kernel.notices.models import Notice
from yiwang.kernel.terms import FACTS, Call
from yiwang.kernel.wording import word
from yiwang.web.desk import notices
from yiwang.web.desk.tests.conftest import SYSTEM

pytestmark = pytest.mark.django_db


def told(now=None) -> None:
    """The worker's turn: what was committed gets its place, and is told."""
    sequencer.sequence_once()
    jobs.follow(now or walltime.now())


def heard(town, who: str) -> list[tuple[str, str]]:
    """Kind and number of the unread notices of somebody, the newest first."""
    cards = queries.listed(town.actor(who))
    return [(card.kind, town.number(card.subject_id)) for card in cards if card.unread]


def kinds(town, who: str) -> list[str]:
    return [kind for kind, _ in heard(town, who)]


def test_a_case_given_to_a_department_is_told_to_its_people_and_to_nobody_else(town):
    case_id = town.dispatched()
    told()
    assert heard(town, "sanitation") == [("assigned", town.number(case_id))]
    assert [who for who in town.accounts if heard(town, who)] == ["sanitation"]
    page = town.client("sanitation").get("/desk/notices").content.decode()
    assert town.number(case_id) in page
    assert "派给本部门" in page
    assert town.number(case_id) not in town.client("water").get("/desk/notices").content.decode()


def test_the_bell_counts_what_is_unread_on_every_page_and_for_the_poll(town):
    town.dispatched()
    town.dispatched(text="河边的路灯不亮。")
    told()
    client = town.client("sanitation")
    for address in ("/desk/", "/desk/cases", "/desk/rulings"):
        assert '<span class="count" data-unread>2</span>' in client.get(address).content.decode()
    assert client.get("/desk/changes?after=0").json()["unread"] == 2
    assert "data-unread>0<" in town.client("water").get("/desk/").content.decode()


def test_signing_settles_the_notice_for_the_whole_department(town):
    case_id = town.dispatched()
    told()
    forward.sign(case_id, call=town.call("sanitation"))
    told()
    assert heard(town, "sanitation") == []
    assert town.number(case_id) in town.client("sanitation").get("/desk/notices").content.decode()


def test_a_return_is_told_to_the_dispatcher_and_a_dispute_to_the_arbiter(town):
    returned = town.returned()
    told()
    assert heard(town, "dispatcher") == [("returned", town.number(returned))]
    assert heard(town, "sanitation") == []
    disputed = town.disputed()
    told()
    assert heard(town, "arbiter") == [("disputed", town.number(disputed))]
    sideways.rule(disputed, town.teams["water"], question="谁管", grounds="三定方案", call=town.call("arbiter"))
    told()
    assert heard(town, "arbiter") == []
    assert heard(town, "water") == [("assigned", town.number(disputed))]


def test_rework_and_close_are_told_to_whoever_signed(town):
    case_id = town.handled()
    told()
    sideways.rework(case_id, finding="没有清完", call=town.call("verifier"))
    told()
    assert kinds(town, "sanitation") == ["reworked"]
    forward.report_back(case_id, outcome="solved", result="已清", no_photo_reason="夜间", call=town.call("sanitation"))
    forward.verify(case_id, finding="已清", no_photo_reason="看过", call=town.call("verifier"))
    forward.close(case_id, called_back="solved", answer="已清运", call=town.call("operator"))
    told()
    assert kinds(town, "sanitation") == ["closed"]


def test_a_clock_that_ran_out_is_told_to_whoever_has_the_act_with_the_clock(town):
    case_id = town.handling()
    later = walltime.now() + timedelta(days=60)
    timing.sweep(Call(SYSTEM, later, door="timer"))
    told(later)
    assert ("overdue", town.number(case_id)) in heard(town, "sanitation")
    page = town.client("sanitation").get("/desk/notices").content.decode()
    assert "超时" in page
    assert "处置" in page


def test_a_case_about_to_run_out_is_told_once_to_whoever_has_it(town):
    case_id = town.handling()
    due = cases.rows_of(SYSTEM, [case_id])[case_id]
    assert case_notices.tell_soon(due.soon_at - timedelta(minutes=1)) == 0
    assert case_notices.tell_soon(due.soon_at + timedelta(minutes=1)) == 1
    assert case_notices.tell_soon(due.soon_at + timedelta(minutes=2)) == 0
    assert heard(town, "sanitation") == [("soon", town.number(case_id))]
    assert heard(town, "operator") == []
    forward.report_back(case_id, outcome="solved", result="已清", no_photo_reason="夜间", call=town.call("sanitation"))
    told()
    assert heard(town, "sanitation") == []


def test_nobody_is_told_what_they_did_themselves(town):
    case_id = town.accepted()
    forward.dispatch(case_id, town.teams["sanitation"], call=town.call("dispatcher"))
    sideways.object_to(
        case_id,
        reason_code="other-department",
        legal_basis="三定方案",
        proposed_team=town.teams["water"],
        explanation="不归我们管",
        call=town.call("sanitation"),
    )
    forward.dispatch(case_id, town.teams["water"], call=town.call("dispatcher"))
    told()
    assert heard(town, "dispatcher") == []


def test_reading_twice_tells_nobody_twice_and_old_news_nobody(town):
    town.dispatched()
    told()
    told()
    assert Notice.objects.filter(account=town.accounts["sanitation"]).count() == 1
    town.dispatched("water")
    told(walltime.now() + timedelta(days=4))
    assert heard(town, "water") == []


def test_opening_a_notice_goes_to_the_case_and_takes_it_as_read(town):
    case_id = town.dispatched()
    told()
    client = town.client("sanitation")
    card = queries.listed(town.actor("sanitation"))[0]
    answer = client.post(f"/desk/notices/{card.id}/open")
    assert answer.headers["Location"] == f"/desk/cases/{town.number(case_id)}"
    assert heard(town, "sanitation") == []


def test_somebody_elses_notice_is_not_there_and_stays_unread(town):
    town.dispatched()
    told()
    card = queries.listed(town.actor("sanitation"))[0]
    assert town.client("water").post(f"/desk/notices/{card.id}/open").status_code == 404
    town.client("water").post("/desk/notices/read", {"id": str(card.id)})
    town.client("administrator").post("/desk/notices/read")
    assert len(heard(town, "sanitation")) == 1


def test_one_or_all_are_taken_as_read(town):
    town.dispatched()
    second = town.dispatched(text="河边的路灯不亮。")
    told()
    client = town.client("sanitation")
    newest = queries.listed(town.actor("sanitation"))[0]
    client.post("/desk/notices/read", {"id": str(newest.id)})
    assert len(heard(town, "sanitation")) == 1
    assert town.number(second) not in [number for _, number in heard(town, "sanitation")]
    client.post("/desk/notices/read")
    assert heard(town, "sanitation") == []


def test_a_case_that_went_to_another_department_is_shown_without_its_words(town):
    case_id = town.dispatched()
    told()
    sideways.redirect(case_id, town.teams["water"], reason_code="wrong-department", call=town.call("dispatcher"))
    told()
    card = queries.listed(town.actor("sanitation"))[0]
    page = town.client("sanitation").get("/desk/notices").content.decode()
    assert "已经不归您办的案件" in page
    assert "菜场" not in page
    assert town.number(case_id) not in page
    answer = town.client("sanitation").post(f"/desk/notices/{card.id}/open")
    assert answer.headers["Location"] == "/desk/notices"


def test_a_kind_that_is_not_wanted_is_not_told_any_more(town):
    client = town.client("sanitation")
    client.post("/desk/notices/choose", {"way-assigned": "off"})
    assert queries.choice(town.actor("sanitation")).muted == {"assigned"}
    town.dispatched()
    told()
    assert heard(town, "sanitation") == []
    client.post("/desk/notices/choose", {"way-assigned": "desk"})
    assert queries.choice(town.actor("sanitation")).muted == frozenset()


def test_old_notices_go_read_ones_sooner(town):
    town.dispatched()
    town.dispatched(text="河边的路灯不亮。")
    told()
    newest = queries.listed(town.actor("sanitation"))[0]
    town.client("sanitation").post("/desk/notices/read", {"id": str(newest.id)})
    now = walltime.now()
    assert jobs.sweep_old(now + timedelta(days=31)) == 1
    assert jobs.sweep_old(now + timedelta(days=91)) == 1


def test_what_was_read_is_recorded_nowhere(town):
    town.dispatched()
    reader = town.client("sanitation")
    told()
    before = sequencer.sequence_once()
    reader.post("/desk/notices/read")
    reader.get("/desk/notices")
    assert before == 0
    assert sequencer.sequence_once() == 0
    assert {field.name for field in Notice._meta.fields} == {
        "id", "account", "kind", "subject_kind", "subject_id", "source", "detail", "at", "unread", "to_mail",
    }  # fmt: skip


def test_the_page_speaks_english(town):
    town.dispatched()
    told()
    page = town.client("sanitation", "en").get("/desk/notices").content.decode()
    assert "Assigned to your department" in page
    assert "Mark all as read" in page


@pytest.mark.parametrize("kind", table.KINDS)
@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_every_kind_has_a_word(kind, language):
    assert word(f"notice.kind.{kind}", language)


def test_every_verb_of_the_table_is_one_that_is_recorded_and_the_desk_shows_what_it_is_about():
    verbs = {verb for verb, _ in FACTS}
    assert facts.CaseReturned.fact_kind.verb in table.ROWS
    assert set(table.ROWS) | set(table.SETTLES) <= verbs
    assert {verb.split(".")[0] for verb in table.ROWS} <= set(notices.SUBJECTS)
    assert set().union(*table.SETTLES.values()) <= set(table.KINDS)


def test_what_was_given_to_a_department_waits_for_nothing_once_it_was_taken_back(town):
    parent = town.dispatched("water")
    child = splitting.split(
        parent, type_code="C-01-02", title="路灯", text="路灯也不亮", call=town.call("operator")
    ).child_id
    forward.dispatch(child, town.teams["sanitation"], call=town.call("dispatcher"))
    told()
    assert heard(town, "sanitation") == [("assigned", town.number(child))]
    splitting.unsplit(child, explanation="是一件事", call=town.call("operator"))
    told()
    assert heard(town, "sanitation") == []
