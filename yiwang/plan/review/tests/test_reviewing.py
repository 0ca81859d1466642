"""A person decides what published words mean, and the journal says the same as the tables, also after taking it back."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from yiwang.kernel.journal import sequencer
from yiwang.kernel.journal.models import Entry
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.people import queries as people_queries
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.problems import ChangedMeanwhile, LogInFirst, NotAllowed, NotFound
from yiwang.kernel.terms import VISITOR, AccountId, Actor, ActorKind, Call, Grant, ScopeKind
from yiwang.plan import queries, steps, wording
from yiwang.plan.commitments import Target
from yiwang.plan.facts import Goal, Source, Words
from yiwang.plan.problems import (
    DocumentNumberUnclear,
    DocumentNumberWanted,
    DraftReviewed,
    DueOutOfYear,
    OwnerUnknown,
    PartsReviewed,
    ReasonWanted,
    RowsUnknown,
    TargetUnitOther,
    WordsPersonal,
)
from yiwang.plan.review import queries as review
from yiwang.plan.review import steps as reviewing
from yiwang.plan.review.facts import Confirmed
from yiwang.plan.tests.test_keeping import CALL, CONTENTS, ROWS, TEXT, keep
from yiwang.plan.wording import Wanted

pytestmark = pytest.mark.django_db

LEADER = replace(CALL, actor=Actor(ActorKind.STAFF, AccountId(UUID(int=7)), (Grant("leader", ScopeKind.TOWN),)))
RIVERS = Source(indicator="", of="", register="river", filled="", where=(), places=False)
OURS = replace(CONTENTS, keeper="party")


@pytest.fixture(autouse=True)
def plan() -> None:
    for code in ("party", "urban", "water"):
        people_teams.create_team(code, "department", name_zh=f"{code}办", name_en=code, call=CALL)
    steps.promise_year(2031, OURS, ROWS, call=CALL)
    keep()


def handler(team: str) -> Call:
    team_id = people_queries.team_by_code(CALL.actor, team).team_id
    return replace(
        LEADER, actor=Actor(ActorKind.STAFF, AccountId(UUID(int=8)), (Grant("handler", ScopeKind.TEAM, team_id),))
    )


def drafts() -> dict[str, UUID]:
    return {one.quote: one.draft_id for one in review.listed(VISITOR, 2031, view=review.EVERYTHING)}


def said(row: str) -> list[tuple[str, bool]]:
    return [(one.quote, one.confirmed) for one in queries.drafts(VISITOR, 2031, row=row)]


def confirm(*pairs: tuple[str, tuple[str, ...]], call: Call = LEADER):
    return reviewing.confirm(2031, [Confirmed(drafts()[quote], rows) for quote, rows in pairs], call=call)


def test_nothing_counts_as_checked_until_a_person_confirmed_it_and_then_only_what_they_said():
    assert said("1.02") == [("完成西河疏浚", False)]
    assert review.progress(VISITOR, 2031).reviewed == 0
    confirm(("完成西河疏浚", ("1.10", "1.01")))
    assert said("1.02") == []
    assert said("1.10") == [("完成西河疏浚", True)]
    assert said("1.01") == [("新建绿地3.5亩", False), ("完成西河疏浚", True)]
    assert review.progress(VISITOR, 2031) == review.Progress(4, 1, 0)


def test_several_words_are_merged_in_one_promise_and_each_keeps_its_place():
    confirm(("新建绿地3.5亩", ("1.01",)), ("举办运动会", ("1.01",)))
    kept = queries.drafts(VISITOR, 2031, row="1.01")
    assert [(TEXT[one.start : one.end], one.confirmed) for one in kept] == [
        ("新建绿地3.5亩", True),
        ("举办运动会", True),
    ]


def test_what_another_person_decided_meanwhile_stays_and_only_the_rest_is_taken():
    confirm(("完成西河疏浚", ("1.02",)))
    fact = confirm(("完成西河疏浚", ("1.10",)), ("新增养老床位", ("2.01",)))
    assert len(fact.confirmed) == 1
    assert said("1.10") == []
    with pytest.raises(DraftReviewed):
        confirm(("完成西河疏浚", ("1.10",)))


def test_words_that_promise_nothing_are_named_with_the_reason_and_are_left_over_no_more():
    with pytest.raises(ReasonWanted):
        reviewing.dismiss(2031, [drafts()["举办运动会"]], reason=" ", call=LEADER)
    reviewing.dismiss(2031, [drafts()["举办运动会"]], reason="只是活动", call=LEADER)
    (one,) = review.listed(VISITOR, 2031, view="dismissed")
    assert (one.quote, one.why_not) == ("举办运动会", "只是活动")
    assert queries.unmatched(VISITOR, 2031).drafts == ()


def test_words_are_split_where_they_stand_and_become_whole_again_unless_a_part_was_decided():
    whole = drafts()["新建绿地3.5亩"]
    reviewing.split(2031, whole, ["新建", "绿地3.5亩"], call=LEADER)
    parts = review.parts(VISITOR, 2031, whole)
    assert [(TEXT[one.start : one.end], len(one.figures)) for one in parts] == [("新建", 0), ("绿地3.5亩", 1)]
    assert [quote for quote, _ in said("1.01")] == ["新建", "绿地3.5亩"]
    assert review.progress(VISITOR, 2031).drafts == 5
    reviewing.confirm(2031, [Confirmed(parts[1].draft_id, ("1.01",))], call=LEADER)
    with pytest.raises(PartsReviewed):
        reviewing.reopen(2031, [whole], call=LEADER)
    reviewing.reopen(2031, [parts[1].draft_id], call=LEADER)
    reviewing.reopen(2031, [whole], call=LEADER)
    assert said("1.01") == [("新建绿地3.5亩", False)]
    with pytest.raises(DraftReviewed):
        reviewing.reopen(2031, [whole], call=LEADER)


def wanted(**other) -> Wanted:
    both = Words("办好运动会", "Hold the games")
    return replace(Wanted(both, both, "urban", date(2031, 10, 1), "signed", both), **other)


def test_a_new_promise_is_made_of_words_and_a_file_never_takes_it_over():
    fact = reviewing.make_promise(
        2031, [drafts()["举办运动会"]], wanted(), Goal(Decimal(1), "count", ">="), call=LEADER
    )
    assert fact.confirmed[0].rows == ("1.11",)
    made = queries.promises_of(VISITOR, 2031)["1.11"]
    assert (made.promise.zh, made.owner, made.edited) == ("办好运动会", "urban", (wording.MADE,))
    assert said("1.11") == [("举办运动会", True)]
    theirs = (*ROWS, replace(ROWS[1], row="1.11"))
    assert steps.promise_year(2031, OURS, theirs, call=CALL) is None
    assert queries.promises_of(VISITOR, 2031)["1.11"] == made
    assert queries.kept_by_hand(VISITOR, 2031, theirs) == (wording.Kept("1.11", (wording.MADE,)),)


@pytest.mark.parametrize(
    ("other", "fault"), [({"owner": "nobody"}, OwnerUnknown), ({"due": date(2030, 1, 1)}, DueOutOfYear)]
)
def test_a_promise_without_a_known_owner_or_with_a_day_before_its_year_is_refused(other, fault):
    with pytest.raises(fault):
        reviewing.make_promise(2031, [drafts()["举办运动会"]], wanted(**other), None, call=LEADER)
    assert said("1.11") == []


def reword(row: str = "1.02", reason: str = "口径变了", call: Call = LEADER, **other):
    before = queries.promises_of(VISITOR, 2031)[row]
    now = Wanted(before.promise, before.measure, before.owner, before.due, before.evidence, before.shown_by)
    return reviewing.reword(2031, row, replace(now, **other), reason=reason, version=wording.version(before), call=call)


def test_words_owner_and_day_change_with_a_reason_and_a_file_read_again_leaves_them_and_is_named():
    reword(promise=Words("西河全线疏浚", "Dredge all"), owner="water", due=date(2031, 6, 30))
    changed = queries.promises_of(VISITOR, 2031)["1.02"]
    assert changed.edited == ("promise", "owner", "due")
    theirs = (replace(ROWS[1], measure={"zh-Hans": "按方量", "en": "By volume"}),)
    steps.promise_year(2031, OURS, theirs, call=CALL)
    after = queries.promises_of(VISITOR, 2031)["1.02"]
    assert (after.promise.zh, after.owner, after.due) == ("西河全线疏浚", "water", date(2031, 6, 30))
    assert after.measure.zh == "按方量"
    assert queries.kept_by_hand(VISITOR, 2031, theirs) == (wording.Kept("1.02", ("promise", "owner", "due")),)
    past = queries.wordings(VISITOR, 2031, "1.02")
    assert [(one.reason, one.by_hand) for one in past] == [("", False), ("口径变了", True), ("", False)]
    before = Entry.objects.count()
    assert steps.promise_year(2031, OURS, theirs, call=CALL) is None
    assert Entry.objects.count() == before


def test_the_same_words_again_change_nothing_and_without_a_reason_or_after_another_it_is_refused():
    assert reword() is None
    with pytest.raises(ReasonWanted):
        reword(reason="", owner="water")
    seen = wording.version(queries.promises_of(VISITOR, 2031)["1.02"])
    reword(owner="water")
    with pytest.raises(ChangedMeanwhile):
        reviewing.reword(2031, "1.02", wanted(), reason="又改", version=seen, call=LEADER)


def retarget(goal: Goal | None, number: str):
    seen = wording.version(queries.promises_of(VISITOR, 2031)["1.01"])
    return reviewing.retarget(2031, "1.01", goal, document_number=number, version=seen, call=LEADER)


def test_a_number_to_reach_changes_by_a_documents_number_only_and_old_and_new_stay_readable():
    with pytest.raises(DocumentNumberUnclear):
        retarget(Goal(Decimal(3), "mu", ">="), "领导说的")
    assert retarget(Goal(Decimal("3.50"), "mu", ">="), "某府〔2031〕7号") is None
    retarget(Goal(Decimal(3), "mu", ">="), "某府〔2031〕7号")
    retarget(None, "某府〔2031〕9号")
    changes = wording.target_changes(queries.wordings(VISITOR, 2031, "1.01"))
    assert [
        (one.before and one.before.value, one.after and one.after.value, one.document_number) for one in changes
    ] == [
        (Decimal("3.5"), Decimal(3), "某府〔2031〕7号"),
        (Decimal(3), None, "某府〔2031〕9号"),
    ]
    assert steps.promise_year(2031, OURS, ROWS, call=CALL) is None
    with pytest.raises(DocumentNumberWanted):
        steps.promise_year(2031, OURS, (replace(ROWS[1], target=Target(Decimal(9), "mu", ">=")),), call=CALL)


def test_where_figures_come_from_by_themselves_their_unit_stays_and_another_kind_of_evidence_leaves_it_behind():
    counted = replace(ROWS[1], evidence=replace(ROWS[1].evidence, kind="register", source=RIVERS))
    steps.promise_year(2031, OURS, (counted,), call=CALL)
    seen = wording.version(queries.promises_of(VISITOR, 2031)["1.02"])
    given = {"document_number": "某府〔2031〕7号", "version": seen, "call": LEADER}
    with pytest.raises(TargetUnitOther):
        reviewing.retarget(2031, "1.02", Goal(Decimal(3), "mu", ">="), **given)
    reviewing.retarget(2031, "1.02", Goal(Decimal(3), "count", ">="), **given)
    reword(evidence="signed")
    steps.promise_year(2031, OURS, (counted,), call=CALL)
    now = queries.promises_of(VISITOR, 2031)["1.02"]
    assert (now.evidence, now.source, now.goal) == ("signed", None, Goal(Decimal(3), "count", ">="))


def test_leaders_and_the_people_of_the_keeper_review_and_nobody_else():
    confirm(("完成西河疏浚", ("1.02",)), call=handler("party"))
    for call in (handler("water"), CALL):
        with pytest.raises(NotAllowed):
            confirm(("新增养老床位", ("2.01",)), call=call)
    with pytest.raises(LogInFirst):
        confirm(("新增养老床位", ("2.01",)), call=replace(CALL, actor=VISITOR))
    assert queries.may_review(LEADER.actor, 2031)
    assert queries.may_review(handler("party").actor, 2031)
    assert not queries.may_review(handler("water").actor, 2031)
    assert [queries.reviews(one) for one in (LEADER.actor, handler("party").actor, handler("water").actor)] == [
        True,
        True,
        False,
    ]


def test_another_keeper_in_the_file_is_another_from_then_on():
    steps.promise_year(2031, replace(OURS, keeper="water"), ROWS, call=CALL)
    confirm(("完成西河疏浚", ("1.02",)), call=handler("water"))
    with pytest.raises(NotAllowed):
        confirm(("新增养老床位", ("2.01",)), call=handler("party"))


def test_what_is_not_there_is_not_found_and_words_mean_promises_of_the_year():
    with pytest.raises(NotFound):
        reviewing.confirm(2031, [Confirmed(UUID(int=1), ("1.02",))], call=LEADER)
    with pytest.raises(NotFound):
        reviewing.dismiss(2031, [], reason="没有", call=LEADER)
    for rows in (("9.99",), ()):
        with pytest.raises(RowsUnknown):
            confirm(("完成西河疏浚", rows))


def test_the_review_built_again_from_the_journal_is_the_same():
    confirm(("完成西河疏浚", ("1.02",)), ("新增养老床位", ("2.01",)))
    reviewing.split(2031, drafts()["新建绿地3.5亩"], ["新建", "绿地3.5亩"], call=LEADER)
    reviewing.make_promise(2031, [drafts()["举办运动会"]], wanted(), None, call=LEADER)
    reviewing.reopen(2031, [drafts()["新增养老床位"]], call=LEADER)
    reviewing.dismiss(2031, [drafts()["新增养老床位"]], reason="重复", call=LEADER)
    reword(owner="water")
    retarget(Goal(Decimal(3), "mu", ">="), "某府〔2031〕7号")
    sequencer.sequence_once()
    outcome = replay()
    assert outcome.differences == ()
    assert {"plan", "commitment", "plan_draft"} <= set(outcome.tables)


def test_the_clock_of_a_call_is_the_time_of_the_decision():
    confirm(("完成西河疏浚", ("1.02",)), call=replace(LEADER, now=datetime(2031, 5, 6, 1, 0, tzinfo=UTC)))
    (one,) = queries.drafts(VISITOR, 2031, row="1.02")
    assert one.reviewed_at == datetime(2031, 5, 6, 1, 0, tzinfo=UTC)


def test_no_number_of_a_person_gets_into_what_everybody_reads():
    before = queries.promises_of(VISITOR, 2031)["1.01"]
    told, version = "按 13900000001 的来电改", wording.version(before)
    keep = Wanted(before.promise, before.measure, before.owner, before.due, before.evidence, before.shown_by)
    with pytest.raises(WordsPersonal):
        reviewing.reword(2031, "1.01", replace(keep, owner="water"), reason=told, version=version, call=LEADER)
    for name in ("promise", "measure", "shown_by"):
        worded = replace(keep, **{name: Words("找 139 0000 0001", "Green")})
        with pytest.raises(WordsPersonal):
            reviewing.reword(2031, "1.01", worded, reason="改措辞", version=version, call=LEADER)
    goal = Goal(Decimal(4), "mu", ">=")
    for number, reason in (("某府13900000001号", ""), ("某府〔2031〕7号", told)):
        with pytest.raises(WordsPersonal):
            reviewing.retarget(2031, "1.01", goal, document_number=number, reason=reason, version=version, call=LEADER)
    with pytest.raises(WordsPersonal):
        reviewing.dismiss(2031, [drafts()["举办运动会"]], reason=told, call=LEADER)
    with pytest.raises(WordsPersonal):
        reviewing.make_promise(
            2031, [drafts()["举办运动会"]], wanted(measure=Words("打 13900000001", "Call")), None, call=LEADER
        )
    assert queries.promises_of(VISITOR, 2031)["1.01"] == before
