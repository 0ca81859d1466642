"""A case that was closed with its main one, follows it again and is handled by itself after all is a new turn of its department."""

from uuid import UUID

import pytest

from yiwang.cases.facts import CaseDisputed, CaseReturned
from yiwang.cases.lineage.facts import CaseFollowedAgain
from yiwang.cases.models import Case
from yiwang.cases.steps import forward, lineage, sideways
from yiwang.cases.tests.conftest import at
from yiwang.kernel.journal import codec
from yiwang.kernel.journal.models import Entry
from yiwang.kernel.journal.registry import APPLIERS
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.terms import AccountId


def objected(town, case_id, proposed):
    return sideways.object_to(
        case_id, reason_code="other-department", legal_basis="三定方案", proposed_team=town.teams[proposed],
        explanation="不归我们", call=town.call("handler", team="sanitation"),
    )  # fmt: skip


@pytest.fixture
def apart(town, gathered, handling):
    """Makes a follower, first given to a department, of a main case that closes, is reopened days later, and goes on alone."""

    def make(first, returned):
        main, other = handling(), gathered(reporter=AccountId(UUID(int=78)))
        forward.accept(other, type_code="E-01-01", title="菜场门口垃圾", call=town.call("operator"))
        forward.dispatch(other, town.teams[first], call=town.call("dispatcher"))
        if returned:
            objected(town, other, "water")
        lineage.merge(other, main, call=town.call("operator"))
        forward.report_back(
            main, outcome="solved", result="已清", no_photo_reason="夜间", call=town.call("handler", team="sanitation")
        )
        forward.verify(main, finding="看过", no_photo_reason="当场", call=town.call("verifier"))
        forward.close(main, called_back="solved", answer="已清走", call=town.call("operator"))
        town.now = at("2019-04-08 09:00")
        sideways.reopen(main, ground="not-mended", call=town.call("operator"))
        lineage.unmerge(other, explanation="是另一处", call=town.call("operator"))
        return other

    return make


@pytest.mark.parametrize(
    ("first", "returned", "kind"),
    [("water", False, CaseReturned), ("sanitation", False, CaseReturned), ("sanitation", True, CaseDisputed)],
)
def test_who_has_it_from_now_on_may_return_it_within_the_window_from_now(town, apart, first, returned, kind):
    other = apart(first, returned)
    assert isinstance(objected(town, other, "water"), kind)
    assert replay().differences == ()


def test_an_entry_from_before_there_were_turns_leaves_round_and_day_of_dispatch_as_they_were(town, gathered, handling):
    main, other = handling(), handling(reporter=AccountId(UUID(int=78)))
    lineage.merge(other, main, call=town.call("dispatcher"))
    before = Case.objects.get(pk=other)
    body = {"case_id": str(other), "main_id": str(main), "main_number": "", "demand": "", "clocks": []}
    APPLIERS[CaseFollowedAgain](
        codec.load("case.followed_again", 1, body, None), Entry.objects.filter(subject_id=str(other)).first()
    )
    after = Case.objects.get(pk=other)
    assert (after.round, after.dispatched_at) == (before.round, before.dispatched_at)
    assert before.dispatched_at is not None
