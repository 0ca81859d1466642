"""The permission table's arithmetic: which rows a grant reaches."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel.access import rules
from yiwang.kernel.terms import VISITOR, Actor, ActorKind, Grant, ScopeKind, Where

ME, OTHER = UUID(int=1), UUID(int=2)
MY_TEAM, THEIR_TEAM = UUID(int=11), UUID(int=12)
MY_COMMITTEE, THEIR_COMMITTEE = UUID(int=21), UUID(int=22)

GROUNDS = {
    "nothing in particular": Where(),
    "mine": Where(owners=frozenset({ME})),
    "another's": Where(owners=frozenset({OTHER})),
    "my team's": Where(teams=frozenset({MY_TEAM})),
    "their team's": Where(teams=frozenset({THEIR_TEAM})),
    "mine and their team's": Where(owners=frozenset({ME}), teams=frozenset({THEIR_TEAM})),
    "my committee's": Where(committee=MY_COMMITTEE),
    "their committee's": Where(committee=THEIR_COMMITTEE),
}
EVERYWHERE = set(GROUNDS)
OWN = {"mine", "mine and their team's"}
TEAM, COMMITTEE, TOWN = ScopeKind.TEAM, ScopeKind.COMMITTEE, ScopeKind.TOWN


@pytest.mark.parametrize(
    ("granted", "table_says", "reached"),
    [
        # a grant for         the table's widest   what it reaches
        (Grant("r", TOWN), TOWN, EVERYWHERE),
        (Grant("r", TOWN), ScopeKind.OWN, OWN),
        (Grant("r", TOWN), TEAM, set()),
        (Grant("r", TOWN), COMMITTEE, set()),
        (Grant("r", TEAM, MY_TEAM), TOWN, {"my team's"}),
        (Grant("r", TEAM, MY_TEAM), TEAM, {"my team's"}),
        (Grant("r", TEAM, MY_TEAM), COMMITTEE, set()),
        (Grant("r", TEAM, MY_TEAM), ScopeKind.OWN, OWN),
        (Grant("r", COMMITTEE, MY_COMMITTEE), TOWN, {"my committee's"}),
        (Grant("r", COMMITTEE, MY_COMMITTEE), COMMITTEE, {"my committee's"}),
        (Grant("r", COMMITTEE, MY_COMMITTEE), TEAM, set()),
        (Grant("r", COMMITTEE, MY_COMMITTEE), ScopeKind.OWN, OWN),
        (Grant("r", ScopeKind.OWN), TOWN, OWN),
        (Grant("other", TOWN), TOWN, set()),
    ],
)
def test_the_narrower_of_grant_and_table_counts(granted, table_says, reached):
    actor = Actor(ActorKind.STAFF, ME, (granted,))
    found = rules.reach({"case.read": {"r": table_says}}, actor, "case.read")
    assert {name for name, where in GROUNDS.items() if found.covers(where)} == reached


@pytest.mark.parametrize(
    ("actor", "reached"),
    [
        (VISITOR, {"for visitors"}),
        (Actor(ActorKind.RESIDENT, ME), {"for visitors", "for residents"}),
        (Actor(ActorKind.STAFF, ME), {"for visitors"}),
        (Actor(ActorKind.SYSTEM), {"for visitors", "for timers"}),
    ],
)
def test_some_roles_need_no_giving(actor, reached):
    table = {
        "for visitors": {"visitor": TOWN},
        "for residents": {"resident": ScopeKind.OWN},
        "for timers": {"system": TOWN},
        "for leaders": {"leader": TOWN},
    }
    assert {action for action in table if not rules.reach(table, actor, action).nothing} == reached


@pytest.mark.parametrize(
    ("grants", "where", "role"),
    [
        ((Grant("a", TEAM, MY_TEAM), Grant("b", TOWN)), "my team's", "a"),
        ((Grant("a", TEAM, MY_TEAM), Grant("b", TOWN)), "their team's", "b"),
        ((Grant("a", TEAM, MY_TEAM),), "their team's", ""),
        ((Grant("c", TOWN),), "mine", ""),
        ((), "mine", "resident"),
    ],
)
def test_an_act_names_the_role_that_allowed_it(grants, where, role):
    table = {"see": {"a": TEAM, "b": TOWN, "resident": ScopeKind.OWN}}
    kind = ActorKind.STAFF if grants else ActorKind.RESIDENT
    assert rules.role_for(table, Actor(kind, ME, grants), "see", GROUNDS[where]) == role


def test_an_action_that_nobody_declared_is_an_error_not_a_refusal():
    with pytest.raises(KeyError):
        rules.reach({}, VISITOR, "case.invent")


ids = st.integers(1, 4).map(lambda n: UUID(int=n))
grants = st.one_of(
    st.builds(Grant, st.sampled_from("ab"), st.sampled_from([TOWN, ScopeKind.OWN])),
    st.builds(Grant, st.sampled_from("ab"), st.sampled_from([TEAM, COMMITTEE]), ids),
)
grounds = st.builds(
    Where, st.none() | ids, st.frozensets(ids, max_size=3), st.frozensets(st.sampled_from([ME, OTHER]), max_size=2)
)
rows = st.dictionaries(st.sampled_from("ab"), st.sampled_from(ScopeKind), max_size=2)


def reaches(grant: Grant, widest: ScopeKind, where: Where) -> bool:
    """One grant against one row, said as plainly as can be."""
    on_my_ground = {
        TOWN: True,
        TEAM: grant.scope_id in where.teams,
        COMMITTEE: where.committee is not None and where.committee == grant.scope_id,
        ScopeKind.OWN: ME in where.owners,
    }
    if TOWN in (grant.scope, widest):
        narrower = grant.scope if widest == TOWN else widest
    elif ScopeKind.OWN in (grant.scope, widest):
        narrower = ScopeKind.OWN
    elif grant.scope == widest:
        narrower = widest
    else:  # a department's ground and a committee's are different grounds
        return False
    if grant.scope == TOWN and narrower in (TEAM, COMMITTEE):
        return False
    return on_my_ground[narrower]


@given(st.lists(grants, max_size=4), rows, grounds)
def test_reach_agrees_with_asking_every_grant_for_every_row(held, row, where):
    actor = Actor(ActorKind.STAFF, ME, tuple(held))
    expected = any(grant.role in row and reaches(grant, row[grant.role], where) for grant in held)
    assert rules.reach({"act": row}, actor, "act").covers(where) == expected


@given(st.lists(grants, max_size=4), grants, rows, grounds)
def test_one_more_grant_never_takes_anything_away(held, more, row, where):
    before = rules.reach({"act": row}, Actor(ActorKind.STAFF, ME, tuple(held)), "act")
    after = rules.reach({"act": row}, Actor(ActorKind.STAFF, ME, (*held, more)), "act")
    assert after.covers(where) or not before.covers(where)
