"""A plan is read in once, its promises change only openly, and the journal says the same as the tables."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from yiwang.kernel.journal import sequencer
from yiwang.kernel.journal.models import Entry
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.problems import LogInFirst, NotFound
from yiwang.kernel.terms import VISITOR, Actor, ActorKind, Call
from yiwang.plan import queries, steps
from yiwang.plan.commitments import Commitment, Evidence, Target
from yiwang.plan.facts import ItemNamed, Words
from yiwang.plan.items import Contents
from yiwang.plan.parsing.outline import parse
from yiwang.plan.problems import DocumentNumberWanted, NothingPromised, OtherDocument, OtherYear

pytestmark = pytest.mark.django_db

CALL = Call(Actor(ActorKind.SYSTEM), datetime(2031, 3, 2, 4, 0, tzinfo=UTC), "command")
TEXT = "2031年某镇工作要点\n要把事办好。\n一、改善环境\n(1)绿化。新建绿地3.5亩,完成西河疏浚。举办运动会。\n(2)养老。新增养老床位。\n"
CONTENTS = Contents(
    2031,
    tuple(
        ItemNamed(no, Words(name, name), "一" if no else "", Words("环境", "Environment"))
        for no, name in enumerate(("前言", "绿化", "养老"))
    ),
)


def row(number: str, words: str, target: Target | None = None) -> Commitment:
    both = {"zh-Hans": words, "en": words}
    return Commitment(
        number, int(number.split(".")[0]), both, ("S14",), ("target",), "urban", both, target, (12, 31), 0,
        Evidence("signed", both), None,
    )  # fmt: skip


ROWS = (
    row("1.01", "新建绿地的面积不少于计划数", Target(Decimal("3.5"), "mu", ">=")),
    row("1.02", "西河完成疏浚"),
    row("1.10", "古树名木挂牌"),
    row("2.01", "养老床位增加"),
)


def keep(text: str = TEXT, year: int = 2031):
    return steps.keep_document(year, parse(text), text=text, filename="a.txt", sha256=f"{hash(text):x}", call=CALL)


def test_a_plan_is_kept_with_its_words_matched_and_what_means_nothing_named_both_ways():
    steps.promise_year(2031, CONTENTS, ROWS, call=CALL)
    keep()
    found = {one.quote: one.rows for one in queries.drafts(VISITOR, 2031)}
    assert found == {
        "新建绿地3.5亩": ("1.01",),
        "完成西河疏浚": ("1.02",),
        "举办运动会": (),
        "新增养老床位": ("2.01",),
    }
    left = queries.unmatched(VISITOR, 2031)
    assert [one.quote for one in left.drafts] == ["举办运动会"]
    assert [one.row for one in left.promises] == ["1.10"]
    assert all(TEXT[one.start : one.end] == one.quote for one in queries.drafts(VISITOR, 2031))
    assert [one.figures[0]["quote"] for one in queries.drafts(VISITOR, 2031) if one.figures] == ["3.5亩"]


def test_the_same_again_changes_nothing():
    assert steps.promise_year(2031, CONTENTS, ROWS, call=CALL)
    assert keep()
    before = Entry.objects.count()
    assert steps.promise_year(2031, CONTENTS, ROWS, call=CALL) is None
    assert keep() is None
    assert Entry.objects.count() == before


def test_a_number_to_reach_changes_only_by_a_paper_and_both_stay_readable():
    steps.promise_year(2031, CONTENTS, ROWS, call=CALL)
    other = (replace(ROWS[0], target=Target(Decimal(3), "mu", ">=")), *ROWS[1:])
    with pytest.raises(DocumentNumberWanted, match=r"1\.01"):
        steps.promise_year(2031, CONTENTS, other, call=CALL)
    steps.promise_year(2031, CONTENTS, other, document_number="某府〔2031〕7号", call=CALL)
    seen = [(one.promise.goal.value, one.document_number) for one in queries.wordings(VISITOR, 2031, "1.01")]
    assert seen == [(Decimal("3.5"), ""), (Decimal(3), "某府〔2031〕7号")]
    assert queries.promise(VISITOR, 2031, "1.01", date(2031, 5, 1)).promise.goal.value == 3


def test_words_may_change_without_a_paper_and_the_promise_keeps_its_identity():
    steps.promise_year(2031, CONTENTS, ROWS, call=CALL)
    before = queries.promises_of(VISITOR, 2031)["1.02"].commitment_id
    steps.promise_year(2031, CONTENTS, (ROWS[0], row("1.02", "西河全线疏浚")), call=CALL)
    after = queries.promises_of(VISITOR, 2031)
    assert after["1.02"].commitment_id == before
    assert [one.promise.promise.zh for one in queries.wordings(VISITOR, 2031, "1.02")] == [
        "西河完成疏浚",
        "西河全线疏浚",
    ]
    assert list(after) == ["1.01", "1.02", "1.10", "2.01"]


def test_promises_carried_over_to_another_year_quote_the_document_of_their_own():
    steps.promise_year(2031, CONTENTS, ROWS, call=CALL)
    keep()
    steps.promise_year(2034, CONTENTS, ROWS, call=CALL)
    assert [(one.year, one.carried_over) for one in queries.plans(VISITOR)] == [(2034, True), (2031, False)]
    assert [one.quote for one in queries.drafts(VISITOR, 2034, row="1.02")] == ["完成西河疏浚"]
    assert queries.promise(VISITOR, 2034, "1.02", date(2034, 1, 1)).promise.due == date(2034, 12, 31)


def test_nothing_shown_is_grey_in_the_year_and_a_year_that_is_over_is_judged_on_its_last_day():
    steps.promise_year(2031, CONTENTS, ROWS, call=CALL)
    for today in (date(2031, 6, 1), date(2040, 1, 1)):
        colours = {one.judgement.colour for item in queries.board(VISITOR, 2031, today) for one in item.promises}
        assert colours == {"grey"}


def test_another_document_of_a_year_or_one_with_other_items_is_refused():
    steps.promise_year(2031, CONTENTS, ROWS, call=CALL)
    with pytest.raises(NothingPromised):
        keep(TEXT.replace("(2)", "(7)"))
    with pytest.raises(NothingPromised):
        keep(year=2032)
    keep()
    with pytest.raises(OtherDocument):
        keep(TEXT + "完成。\n")
    with pytest.raises(OtherYear):
        steps.promise_year(2031, replace(CONTENTS, year=2030), ROWS, call=CALL)


def test_the_plan_built_again_from_the_journal_is_the_same():
    steps.promise_year(2031, CONTENTS, ROWS, call=CALL)
    keep()
    steps.promise_year(2031, CONTENTS, (row("1.02", "西河全线疏浚"),), call=CALL)
    sequencer.sequence_once()
    outcome = replay()
    assert outcome.differences == ()
    assert {"plan", "plan_item", "commitment", "plan_draft"} <= set(outcome.tables)


def test_everybody_reads_the_plan_and_only_the_town_reads_one_in():
    with pytest.raises(NotFound):
        queries.plan(VISITOR, 2031)
    with pytest.raises(LogInFirst):
        steps.promise_year(2031, CONTENTS, ROWS, call=replace(CALL, actor=VISITOR))
