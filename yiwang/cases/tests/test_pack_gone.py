"""A case whose pack was taken away lives on to its end by what the clocks of its type were recorded with."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from yiwang.cases import law, limits
from yiwang.cases.classes import Catalogue, TypeUnknown
from yiwang.cases.models import Case, Clock
from yiwang.cases.steps import forward, joint, lineage, remarks, sideways
from yiwang.cases.tests.conftest import at
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.terms import AccountId

DONE = {"result": "已清", "no_photo_reason": "夜间"}


@pytest.fixture
def gone(monkeypatch):
    """Takes every pack away."""

    def take() -> None:
        monkeypatch.setattr(law, "catalogue", lambda: Catalogue(()))

    return take


def closed(town, case_id):
    lead = town.call("handler", team="sanitation")
    if Case.objects.get(pk=case_id).state == "dispatched":
        forward.sign(case_id, call=lead)
    forward.report_back(case_id, outcome="solved", **DONE, call=lead)
    forward.verify(case_id, finding="看过", no_photo_reason="当场", call=town.call("verifier"))
    forward.close(case_id, called_back="solved", answer="已清走", call=town.call("operator"))


def clock(case_id, stage):
    row = Clock.objects.filter(case=case_id, stage=stage).order_by("id").last()
    return row and (row.rule, row.rule_version, row.rule_hash, row.amount, row.unit)


def test_a_closed_case_is_reopened_with_its_days_and_goes_through_to_a_second_close(town, handling, gone):
    case_id = handling()
    closed(town, case_id)
    before = {stage: clock(case_id, stage) for stage in ("handle", "verify", "close")}
    gone()
    town.now = at("2019-04-03 09:00")
    sideways.reopen(case_id, ground="not-mended", call=town.resident())
    closed(town, case_id)
    assert Case.objects.get(pk=case_id).state == "closed"
    assert {stage: clock(case_id, stage) for stage in before} == before
    assert Clock.objects.filter(case=case_id, stage="handle").count() == 2
    assert replay().differences == ()


def test_an_open_case_is_dispatched_assisted_reported_back_verified_and_closed(town, gathered, handling, gone):
    closed(town, handling())  # one of its type came through before: that tells the days of each stage
    case_id = gathered(reporter=AccountId(UUID(int=78)))
    forward.accept(case_id, type_code="E-01-01", title="垃圾", call=town.call("operator"))
    gone()
    forward.dispatch(case_id, town.teams["sanitation"], call=town.call("dispatcher"))
    asked = joint.ask_assist(case_id, (town.teams["water"],), task="抽水", call=town.call("dispatcher"))
    helper = town.call("handler", team="water")
    joint.sign_part(case_id, asked.asked[0].part_id, call=helper)
    joint.answer_part(case_id, asked.asked[0].part_id, **DONE, call=helper)
    closed(town, case_id)
    assert clock(case_id, "assist")[0] == clock(case_id, "handle")[0] == "E-01-01.handle"
    assert clock(case_id, "verify")[0] == "E-01-01.verify"
    assert replay().differences == ()


def test_a_stage_that_no_case_of_the_type_came_to_has_no_clock_and_the_case_goes_on(town, handling, gone):
    case_id = handling()
    gone()
    closed(town, case_id)
    assert clock(case_id, "verify") is None
    assert Case.objects.get(pk=case_id).state == "closed"
    assert replay().differences == ()


def test_one_is_merged_and_closed_with_its_main_case_and_follows_again(town, gathered, handling, gone):
    main, other = handling("H-01-01"), gathered(reporter=AccountId(UUID(int=78)))
    forward.accept(other, type_code="H-01-01", title="垃圾", call=town.call("operator"))
    gone()
    lineage.merge(other, main, call=town.call("operator"))
    closed(town, main)
    sideways.reopen(main, ground="not-mended", call=town.call("operator"))
    assert Case.objects.get(pk=other).state == "merged"
    lineage.unmerge(other, explanation="是另一处", call=town.call("operator"))
    assert clock(other, "handle")[0] == "H-01-01.handle"
    assert replay().differences == ()


def test_nobody_gives_a_case_a_type_that_no_pack_has(town, gathered, handling, gone):
    waiting, open_one = gathered(), handling(reporter=AccountId(UUID(int=78)))
    gone()
    with pytest.raises(TypeUnknown):
        forward.accept(waiting, type_code="E-01-01", title="垃圾", call=town.call("operator"))
    with pytest.raises(TypeUnknown):
        remarks.correct(open_one, type_code="C-01-02", call=town.call("operator"))


def test_of_the_recorded_limits_those_hold_that_had_begun_on_the_day():
    catalogue = law.catalogue()
    stage, one = next(iter(catalogue["E-01-01"].limits_on(date(2019, 4, 2)).items()))
    rule = one.rule
    rows = [replace(one, version=f"{rule}@{day}", amount=n) for n, day in enumerate(("2019-01-01", "2024-01-01"), 1)]
    assert limits.kept(rows, date(2018, 12, 31)) == {}
    assert limits.kept(reversed(rows), date(2023, 12, 31))[stage].amount == 1
    assert limits.kept(rows, date(2024, 1, 1))[stage].amount == 2
