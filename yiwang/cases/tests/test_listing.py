"""A page of a work list that is read reason by reason, or by walking along it, is the page that one filter over all gives."""

from datetime import timedelta
from itertools import product
from uuid import UUID

import pytest

from yiwang.cases import listing, queries
from yiwang.cases.bigrams import bigrams
from yiwang.cases.models import Case
from yiwang.cases.queries import ListFilter
from yiwang.cases.stages import STAGE_OF
from yiwang.kernel.ids import dice
from yiwang.kernel.terms import AccountId, Actor, ActorKind, Grant, ScopeKind

STATES = ("gathered", "dispatched", "handling", "closed", "rated")
COMMITTEES = (UUID(int=501), UUID(int=502), None)
TEXTS = ("路灯坏了，希望尽快处理，谢谢", "垃圾没人收，望早日解决", "希望路灯早日修好，尽快为好", "井盖丢了")
LONG = "希望尽快处理"


@pytest.fixture
def many(town) -> None:
    """Cases of two departments and two committees, some assisted by another department, with and without a clock."""
    chance, teams = dice("lists"), list(town.teams.values())[:3]
    Case.objects.bulk_create(
        Case(
            id=UUID(int=chance.getrandbits(128), version=4),
            number=f"XH{number:014}",
            source="P",
            origin_kind="test",
            origin_ref=str(number),
            state=(state := chance.choice(STATES)),
            stage=STAGE_OF[state],
            text=(text := chance.choice(TEXTS)),
            bigrams=bigrams(text),
            committee=chance.choice(COMMITTEES),
            lead_team_id=chance.choice([*teams, None]),
            assist_teams=[chance.choice(teams)] if chance.random() < 0.2 else [],
            opened_at=town.now - timedelta(minutes=chance.randrange(40)),
            changed_at=town.now,
            due_at=town.now + timedelta(minutes=chance.randrange(40)) if state == "handling" else None,
            rated_unsolved=state == "rated" and chance.random() < 0.5,
        )
        for number in range(90)
    )


def worker(town) -> Actor:
    """Sees a case because of its committee, because their department leads it, and because it assists."""
    grants = (
        Grant("handler", ScopeKind.TEAM, next(iter(town.teams.values()))),
        Grant("committee_worker", ScopeKind.COMMITTEE, COMMITTEES[0]),
    )
    return Actor(ActorKind.STAFF, AccountId(UUID(int=9)), grants)


def by_one_filter(actor: Actor, wanted: ListFilter) -> list[UUID]:
    found = queries.visible(actor)
    if wanted.states:
        found = found.filter(state__in=wanted.states)
    if wanted.unsolved:
        found = found.filter(rated_unsolved=True)
    pieces = set(bigrams(wanted.text))
    order = ("-opened_at", "-id") if wanted.newest_first else ("due_at", "-opened_at", "id")
    return [case.id for case in found.order_by(*order) if pieces <= set(case.bigrams)]


@pytest.mark.parametrize(
    ("text", "walked"), [("", 4000), ("路灯", 4000), (LONG, 2), (LONG, 20), (LONG, 4000), ("望尽早日", 20)]
)
def test_every_page_is_that_of_one_filter(town, many, monkeypatch, text, walked):
    """`walked` 2 soon gives up and looks the words up, 20 finds enough for a first page only."""
    monkeypatch.setattr(listing, "WALKED", walked)
    for states, newest, unsolved in product(((), ("closed",)), (False, True), (False, True)):
        wanted = ListFilter(states=states, newest_first=newest, unsolved=unsolved, text=text)
        for actor in (worker(town), town.call("operator").actor):
            pages, after = [], 0
            while after is not None:
                page = queries.work_list(actor, wanted, after=after, size=9)
                pages += [row.id for row in page.rows]
                after = page.next
            assert pages == by_one_filter(actor, wanted)
            assert queries.length_of(actor, wanted) == len(pages)
    assert by_one_filter(worker(town), ListFilter(text=text)) or text == "望尽早日"


@pytest.mark.django_db
def test_who_reaches_nothing_sees_an_empty_list():
    nobody = Actor(ActorKind.STAFF, AccountId(UUID(int=8)))
    assert queries.work_list(nobody, ListFilter()).rows == ()
