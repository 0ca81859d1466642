"""Who hears of something: decided from grants and the permission table alone."""

from uuid import UUID

from yiwang.kernel.notices import rules
from yiwang.kernel.notices.rules import News
from yiwang.kernel.terms import AccountId, Actor, ActorKind, Grant, ScopeKind, TeamId, Where

WATER, ROADS = TeamId(UUID(int=1)), TeamId(UUID(int=2))
TABLE = {
    "thing.handle": {"handler": ScopeKind.TEAM, "chief": ScopeKind.TOWN},
    "thing.send": {"sender": ScopeKind.TOWN, "chief": ScopeKind.TOWN},
}


def person(number: int, role: str, team: TeamId | None = None) -> Actor:
    scope = ScopeKind.TEAM if team else ScopeKind.TOWN
    return Actor(ActorKind.STAFF, AccountId(UUID(int=100 + number)), (Grant(role, scope, team),))


ANN, BEN, CAT = person(1, "handler", WATER), person(2, "handler", ROADS), person(3, "handler", WATER)
SENDER, CHIEF = person(4, "sender"), person(5, "chief")
STAFF = (ANN, BEN, CAT, SENDER, CHIEF)


def heard(news: News, by: str = "") -> set[Actor]:
    found = rules.hearers(news, STAFF, TABLE, by)
    return {one for one in STAFF if one.account_id in found}


def test_those_hear_who_may_do_the_act_on_that_ground():
    assert heard(News(action="thing.handle", where=Where(teams=frozenset({WATER})))) == {ANN, CAT, CHIEF}


def test_named_roles_narrow_it():
    assert heard(News(action="thing.send")) == {SENDER, CHIEF}
    assert heard(News(action="thing.send", roles=frozenset({"sender"}))) == {SENDER}


def test_a_role_alone_is_not_enough_where_it_may_not_act():
    assert heard(News(action="thing.send", roles=frozenset({"handler"}))) == set()


def test_who_did_it_hears_nothing():
    water = News(action="thing.handle", where=Where(teams=frozenset({WATER})))
    assert heard(water, by=ANN.name) == {CAT, CHIEF}
    assert heard(News(accounts=frozenset({ANN.account_id})), by=ANN.name) == set()


def test_named_accounts_hear_alone_and_their_department_when_they_left():
    water = Where(teams=frozenset({WATER}))
    assert heard(News(frozenset({ANN.account_id}), "thing.handle", water)) == {ANN}
    assert heard(News(frozenset({AccountId(UUID(int=9))}), "thing.handle", water)) == {ANN, CAT, CHIEF}


def test_who_names_nobody_and_no_act_tells_nobody():
    assert heard(News()) == set()


def test_only_known_kinds_are_chosen_each_once():
    assert rules.known(("a", "b"), ["b", "b", "c"]) == ("b",)
