"""A sheet that was handed in on a page is taken in by the worker: once and as a whole, whatever is killed on the way."""

from contextlib import contextmanager

import pytest
from django.conf import settings

from yiwang.kernel import walltime
from yiwang.kernel.journal.models import Entry
from yiwang.kernel.people import queries as people
from yiwang.kernel.people.steps import accounts as people_steps
from yiwang.kernel.people.steps import teams as people_teams
from yiwang.kernel.places import loading
from yiwang.kernel.problems import LogInFirst, NotAllowed, NotFound
from yiwang.kernel.sheets import waiting
from yiwang.kernel.terms import VISITOR, Actor, ActorKind, Call
from yiwang.registers import handed_in, importing, queries, sheetqueue, steps
from yiwang.registers.models import RegisterRow, RegisterSheet

pytestmark = pytest.mark.django_db
SYSTEM = Actor(ActorKind.SYSTEM)
RIVERS = settings.ROOT / "towns" / "xinhai" / "registers" / "river.csv"
COUNT = len(RIVERS.read_text(encoding="utf-8").splitlines()) - 1


class Killed(BaseException):
    """What a SIGKILL looks like from inside: nothing after it runs."""


def call(actor: Actor = SYSTEM) -> Call:
    return Call(actor, walltime.now(), "test")


@pytest.fixture
def keeper() -> Actor:
    """A member of the department that keeps the register of rivers."""
    team = people_teams.create_team("water", "department", name_zh="水务管理站", name_en="Water", call=call())
    loading.load_places(RIVERS.parents[1] / "places", call=call())
    account_id = people_steps.create_account("night-water", "夜演示", call=call()).account_id
    people_steps.grant_role(account_id, "handler", scope_id=team.team_id, call=call())
    return people.account(SYSTEM, account_id).actor()


def hand_in(actor: Actor, content: bytes = RIVERS.read_bytes()):
    return steps.hand_in_sheet("river", content, "河道.csv", rows=COUNT, language="zh-Hans", call=call(actor))


def state(sheet_id):
    return queries.handed_in_sheet(SYSTEM, "river", sheet_id)


def test_a_sheet_is_taken_in_in_the_name_of_who_handed_it_in_and_its_file_goes(keeper):
    sheet_id = hand_in(keeper)
    assert (state(sheet_id).state, state(sheet_id).total) == ("waiting", COUNT)
    assert [one.sheet_id for one in queries.sheets_in_work(keeper, "river")] == [sheet_id]
    assert handed_in.work_off(walltime.now()) == 1
    done = state(sheet_id)
    assert (done.state, done.outcome["entered"], done.outcome["refused"]) == ("done", COUNT, 0)
    assert set(Entry.objects.filter(verb="register.rows_entered").values_list("actor", flat=True)) == {keeper.name}
    assert RegisterSheet.objects.get().content is None
    assert handed_in.work_off(walltime.now()) == 0


def test_a_worker_that_is_killed_leaves_no_half_and_the_next_one_does_it_once(keeper, monkeypatch):
    sheet_id = hand_in(keeper)

    @contextmanager
    def killing(sheet_id):
        def note(phase, done, total):
            if phase == importing.ROWS_ENTERED:
                raise Killed

        yield note

    with monkeypatch.context() as killed:
        killed.setattr(sheetqueue, "telling", killing)
        with pytest.raises(Killed):
            handed_in.work_off(walltime.now())
    assert state(sheet_id).state == "running"
    assert not RegisterRow.objects.exists()
    assert handed_in.work_off(walltime.now()) == 1
    assert state(sheet_id).state == "done"
    assert RegisterRow.objects.count() == COUNT


def test_a_sheet_that_breaks_the_worker_again_and_again_is_laid_aside(keeper):
    sheet_id = hand_in(keeper)
    RegisterSheet.objects.update(tries=waiting.MOST_TRIES)
    handed_in.work_off(walltime.now())
    assert state(sheet_id).state == "stuck"


def test_a_sheet_that_is_refused_as_a_whole_says_why_in_both_languages(keeper):
    sheet_id = hand_in(keeper, "河道,有公示牌\nR-X01,是\n".encode())
    handed_in.work_off(walltime.now())
    done = state(sheet_id)
    assert done.state == "refused"
    assert set(done.outcome["refusal"]) == {"zh-Hans", "en"}
    assert not RegisterRow.objects.exists()


def test_who_lost_the_office_meanwhile_takes_nothing_in(keeper):
    sheet_id = hand_in(keeper)
    (held,) = people.account(SYSTEM, keeper.account_id).roles
    people_steps.revoke_role(held.grant_id, call=call())
    handed_in.work_off(walltime.now())
    assert state(sheet_id).state == "refused"
    assert not RegisterRow.objects.exists()


def test_nobody_else_hands_in_or_looks(keeper):
    sheet_id = hand_in(keeper)
    with pytest.raises(NotAllowed):
        hand_in(SYSTEM)
    with pytest.raises(LogInFirst):
        hand_in(VISITOR)
    with pytest.raises(NotFound):
        queries.handed_in_sheet(keeper, "river", type(sheet_id)(int=1))
