"""Decisions about phones, codes, roles and shifts, as tables."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel.access.permission import roles
from yiwang.kernel.people import rules
from yiwang.kernel.people.problems import (
    AdministratorsApart,
    BadPhone,
    BadShift,
    BadTeam,
    BadUsername,
    CodeSpent,
    NameMissing,
    RoleNeedsGround,
    TooManyCodes,
    TooManyCodesHere,
    TooManyCodesInTown,
    TooManyPasswords,
    UnknownRole,
    WrongCode,
)
from yiwang.kernel.terms import ScopeKind

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
GROUND = UUID(int=7)


def networks(text: str) -> tuple[rules.Network, ...]:
    return tuple(ip_network(one.strip()) for one in text.split(","))


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("19900000001", "19900000001"),
        ("199 0000 0001", "19900000001"),
        ("+86 199-0000-0001", "19900000001"),
        ("0086 19900000001", "19900000001"),
        ("\uff11\uff19\uff19\uff10\uff10\uff10\uff10\uff10\uff10\uff10\uff11", "19900000001"),  # full-width digits
        ("(021)59640000", "02159640000"),
    ],
)
def test_a_phone_is_understood_however_it_is_typed(typed, understood):
    assert rules.phone(typed) == understood


@pytest.mark.parametrize("typed", ["", "12345", "1990000000", "199000000012", "abc", "199o0000001", "+1 202 555 0100"])
def test_what_is_no_phone_of_china_is_refused(typed):
    with pytest.raises(BadPhone):
        rules.phone(typed)


def test_usernames_and_names_have_one_spelling():
    assert rules.username(" Zhang.Demo ") == "zhang.demo"
    assert rules.person_name(" 张演示 ") == "张演示"
    for typed in ("", "zh", "1zhang", "zhang demo", "张演示"):
        with pytest.raises(BadUsername):
            rules.username(typed)
    with pytest.raises(NameMissing):
        rules.person_name("  ")


@pytest.mark.parametrize(
    ("sent_before", "wait_seconds"),
    [
        ([], 0),
        ([60], 0),
        ([59], 1),
        ([1], 59),
        ([3000, 2000, 1000, 500], 0),
        ([3000, 2500, 2000, 1000, 500], 600),
        ([3599, 2500, 2000, 1000, 30], 30),
        ([3600, 2500, 2000, 1000, 500], 0),
        ([80_000 - 7_000 * n for n in range(10)], 6_400),
        ([86_400 - 7_000 * n for n in range(10)], 0),
    ],
)
def test_codes_to_one_phone_are_one_a_minute_five_an_hour_and_ten_a_day(sent_before, wait_seconds):
    earlier = [NOON - timedelta(seconds=seconds) for seconds in sent_before]
    if not wait_seconds:
        rules.may_send_code(earlier, NOON)
        return
    with pytest.raises(TooManyCodes) as refused:
        rules.may_send_code(earlier, NOON)
    assert refused.value.parameters == {"seconds": wait_seconds, "minutes": -(-wait_seconds // 60)}
    rules.may_send_code(earlier, NOON + timedelta(seconds=wait_seconds))


@given(st.lists(st.integers(0, 7200), max_size=12))
def test_the_wait_that_is_told_is_enough_and_not_a_second_too_long(seconds_ago):
    earlier = [NOON - timedelta(seconds=seconds) for seconds in seconds_ago]

    def allowed(now):
        try:
            rules.may_send_code(earlier, now)
        except TooManyCodes as refused:
            return refused.parameters["seconds"]
        return 0

    wait = allowed(NOON)
    assert allowed(NOON + timedelta(seconds=wait)) == 0
    if wait:
        assert allowed(NOON + timedelta(seconds=wait - 1)) == 1


SENT = rules.SentCode(expires_at=NOON + timedelta(minutes=5), wrong=0, used=False)


@pytest.mark.parametrize(
    ("sent", "after", "holds"),
    [
        (SENT, timedelta(0), True),
        (SENT, timedelta(minutes=5) - timedelta(microseconds=1), True),
        (SENT, timedelta(minutes=5), False),
        (rules.SentCode(SENT.expires_at, 4, False), timedelta(0), True),
        (rules.SentCode(SENT.expires_at, 5, False), timedelta(0), False),
        (rules.SentCode(SENT.expires_at, 0, True), timedelta(0), False),
    ],
)
def test_a_code_holds_five_minutes_five_tries_and_once(sent, after, holds):
    assert rules.holds(sent, NOON + after) is holds


@pytest.mark.parametrize(
    ("tried", "fits", "outcome"),
    [
        ((0,), True, None),
        ((4,), True, None),
        ((3, 0), True, None),
        ((0,), False, WrongCode),
        ((4, 3), False, WrongCode),
        ((4,), False, CodeSpent),
        ((4, 4), False, CodeSpent),
        ((), False, CodeSpent),
    ],
)
def test_a_code_is_judged_by_those_that_hold(tried, fits, outcome):
    refused = rules.judge_code(tried, fits)
    assert refused is None if outcome is None else isinstance(refused, outcome)


def test_a_wrong_code_tells_how_many_tries_are_left():
    lefts = [rules.judge_code(tried, False).parameters for tried in ((0,), (1,), (2,), (3,), (4, 2))]
    assert lefts == [{"left": 4}, {"left": 3}, {"left": 2}, {"left": 1}, {"left": 2}]


def test_at_most_five_codes_of_a_phone_hold_at_once_however_often_somebody_asks():
    sent, most = [], 0
    for second in range(2 * 3600):
        now = NOON + timedelta(seconds=second)
        try:
            rules.may_send_code(sent, now)
        except TooManyCodes:
            continue
        sent.append(now)
        most = max(most, sum(now < moment + rules.CODE_LIFE for moment in sent))
    assert most == 5


@pytest.mark.parametrize(("counted", "most", "waits"), [("here", 8, 8), ("anywhere", 40, 21), ("from_here", 40, 21)])
def test_guessing_a_password_becomes_slow(counted, most, waits):
    refusals = [NOON - timedelta(minutes=minutes) for minutes in range(most)]
    none: dict[str, list[datetime]] = {"here": [], "anywhere": [], "from_here": []}
    with pytest.raises(TooManyPasswords) as refused:
        rules.may_try_password(**{**none, counted: refusals}, now=NOON)
    assert refused.value.parameters == {"minutes": waits}
    rules.may_try_password(**{**none, counted: refusals}, now=NOON + timedelta(minutes=waits))
    rules.may_try_password(**{**none, counted: refusals[: most - 1]}, now=NOON)


@pytest.mark.parametrize(
    ("from_here", "in_town", "outcome"),
    [
        (range(19), range(299), None),
        (range(20), range(20), (TooManyCodesHere, {"minutes": 41, "most": 20})),
        ((), [minutes / 10 for minutes in range(300)], (TooManyCodesInTown, {"minutes": 31})),
        ([60] * 20, [60] * 300, None),
    ],
)
def test_codes_are_twenty_an_hour_from_one_address_and_three_hundred_in_the_town(from_here, in_town, outcome):
    sent = [[NOON - timedelta(minutes=minutes) for minutes in ago] for ago in (from_here, in_town)]
    if outcome is None:
        rules.may_send_from_here(*sent, rules.CodeLimits(), NOON)
        return
    with pytest.raises(outcome[0]) as refused:
        rules.may_send_from_here(*sent, rules.CodeLimits(), NOON)
    assert refused.value.parameters == outcome[1]


OURS = networks("10.0.0.0/8, 10.2.0.1, 127.0.0.1, fd00::/8")
"""Two proxies of the first network stand one behind another."""


@pytest.mark.parametrize(
    ("remote", "forwarded", "counted"),
    [
        ("203.0.113.7", [""], "203.0.113.7"),
        ("203.0.113.7", ["198.51.100.9"], "203.0.113.7"),  # whoever is no proxy of ours may claim what they like
        ("10.0.0.1", ["198.51.100.9"], "198.51.100.9"),
        ("10.0.0.1", ["1.1.1.1", " 198.51.100.9 "], "198.51.100.9"),  # the left one is what the client claimed
        ("10.0.0.1", ["198.51.100.9", "10.2.0.1"], "198.51.100.9"),
        ("10.0.0.1", ["10.3.0.1", "10.2.0.1"], "10.3.0.1"),
        ("10.0.0.1", ["nonsense", "10.2.0.1"], "10.2.0.1"),
        ("10.0.0.1", ["198.51.100.9", "10.7.7.7"], "10.7.7.7"),  # a client in the proxies' network made the left one up
        ("10.0.0.1", ["198.51.100.9", "10.3.0.1", "10.2.0.1"], "10.3.0.1"),
        ("10.2.0.1", ["198.51.100.9", "10.0.0.1"], "198.51.100.9"),
        (
            "10.0.0.1",
            ["127.0.0.1", "10.2.0.1"],
            "10.2.0.1",
        ),  # made up, to be counted as this machine itself: not at all
        ("10.0.0.1", [""], "10.0.0.1"),
        ("127.0.0.1", ["198.51.100.9:4711"], "198.51.100.9"),
        ("127.0.0.1", ["[2001:db8:1:2:3::4]:80"], "2001:db8:1:2::/64"),
        ("fd00::1", ["2001:db8:1:2:ffff::1"], "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", [""], "203.0.113.7"),
        ("127.0.0.1", [""], None),
        ("::1", [""], None),
        ("127.8.8.8", ["198.51.100.9"], None),
        ("", ["198.51.100.9"], None),
        ("unix:", [], None),
    ],
)
def test_the_address_is_the_one_that_our_own_proxies_saw(remote, forwarded, counted):
    assert rules.address(remote, forwarded, OURS) == counted


@pytest.mark.parametrize(
    ("role", "scope", "ground", "outcome"),
    [
        ("handler", ScopeKind.TEAM, GROUND, None),
        ("committee_worker", ScopeKind.COMMITTEE, GROUND, None),
        ("dispatcher", ScopeKind.TOWN, None, None),
        ("handler", ScopeKind.TEAM, None, RoleNeedsGround),
        ("dispatcher", ScopeKind.TOWN, GROUND, RoleNeedsGround),
        ("handler", ScopeKind.OWN, None, RoleNeedsGround),
        ("visitor", ScopeKind.TOWN, None, UnknownRole),
        ("resident", ScopeKind.TOWN, None, UnknownRole),
        ("system", ScopeKind.TOWN, None, UnknownRole),
        ("king", ScopeKind.TOWN, None, UnknownRole),
    ],
)
def test_a_role_is_given_where_it_has_ground(role, scope, ground, outcome):
    if outcome is None:
        rules.grant(roles(), role, scope, ground)
        return
    with pytest.raises(outcome):
        rules.grant(roles(), role, scope, ground)


@pytest.mark.parametrize(
    ("role", "held", "refused"),
    [
        ("administrator", ["security_administrator"], True),
        ("security_administrator", ["auditor", "leader"], True),
        ("auditor", ["administrator"], True),
        ("auditor", ["auditor", "leader"], False),
        ("leader", ["auditor"], False),
        ("administrator", [], False),
    ],
)
def test_administrator_security_administrator_and_auditor_are_three_people(role, held, refused):
    if not refused:
        rules.kept_apart(role, held)
        return
    with pytest.raises(AdministratorsApart):
        rules.kept_apart(role, held)


def test_only_committees_answer_for_a_place():
    rules.team("yuejin", "committee", GROUND)
    rules.team("urban", "department", None)
    for kind, ground in (("department", GROUND), ("team", GROUND), ("club", None)):
        with pytest.raises(BadTeam):
            rules.team("x", kind, ground)


def test_a_shift_lasts_more_than_nothing_and_at_most_three_days():
    rules.shift(NOON, NOON + timedelta(days=3))
    for ends_at in (NOON, NOON - timedelta(hours=1), NOON + timedelta(days=3, seconds=1)):
        with pytest.raises(BadShift):
            rules.shift(NOON, ends_at)


@pytest.mark.parametrize(
    ("planned", "on_shift", "office_open", "reachable"),
    [(False, False, True, True), (False, False, False, False), (True, True, False, True), (True, False, True, False)],
)
def test_a_team_without_shifts_is_reached_in_office_hours(planned, on_shift, office_open, reachable):
    assert rules.reachable(planned, on_shift, office_open) is reachable
