"""Several codes of one phone hold beside each other, through the doors of the portal and the API: a stranger's asking ends none."""

import pytest
from django.test import Client

from yiwang.kernel import walltime
from yiwang.kernel.people.models import OneTimeCode

pytestmark = pytest.mark.django_db
PHONE = "19900000002"
OWNER, STRANGER = "203.0.113.7", "198.51.100.9"


@pytest.fixture(autouse=True)
def _now(clock, monkeypatch):
    """The doors ask the clock themselves: here it is the test's. Codes leave after a commit that a test never makes."""
    clock.now = walltime.now()
    monkeypatch.setattr("django.db.transaction.on_commit", lambda function, *args, **kwargs: function())


@pytest.fixture
def ask(clock, outbox):
    """Have a code sent, by the API or the page; the digits that went to the phone."""

    def make(address: str = OWNER, *, page: bool = False) -> str:
        with walltime.at(clock.now):
            if page:
                answer = Client().post("/login", {"phone": PHONE}, REMOTE_ADDR=address)
            else:
                body = {"phone": PHONE}
                answer = Client().post("/api/session/code", body, content_type="application/json", REMOTE_ADDR=address)
        assert answer.status_code == 200, answer.content.decode()
        return outbox(PHONE)

    return make


@pytest.fixture
def give(clock):
    """Hand a code in, by the API or the page; 200 is in."""

    def make(code: str, address: str = OWNER, *, page: bool = False):
        with walltime.at(clock.now):
            if page:
                return Client().post("/login/code", {"phone": PHONE, "code": code}, REMOTE_ADDR=address)
            body = {"kind": "resident", "phone": PHONE, "code": code}
            return Client().post("/api/session", body, content_type="application/json", REMOTE_ADDR=address)

    return make


def other_than(*codes: str) -> str:
    return next(f"{number:06d}" for number in range(9) if f"{number:06d}" not in codes)


@pytest.mark.parametrize("page", [False, True])
def test_a_code_holds_although_a_stranger_has_another_one_sent(ask, give, clock, page):
    own = ask(page=page)
    clock.pass_(minutes=1)
    ask(STRANGER, page=page)
    assert give(own, page=page).status_code == (303 if page else 200)


def test_all_that_a_phone_may_get_hold_each_to_its_own_end_and_each_once(ask, give, clock):
    codes = [ask()]
    for _ in range(4):
        clock.pass_(minutes=1)
        codes.append(ask(STRANGER))
    assert [give(code).status_code for code in codes] == [200] * 5
    assert [give(code).status_code for code in codes] == [422] * 5


def test_a_later_code_does_not_make_an_earlier_one_hold_longer(ask, give, clock):
    own = ask()
    clock.pass_(minutes=4)
    later = ask(STRANGER)
    clock.pass_(minutes=1)
    if own != later:
        assert give(own).json()["type"] == "code-wrong"
    assert give(later).status_code == 200


def test_guesses_count_for_all_codes_that_hold_so_that_several_make_guessing_no_easier(ask, give, clock):
    own = ask()
    clock.pass_(minutes=1)
    second = ask(STRANGER)
    wrong = other_than(own, second)
    told = [give(wrong, STRANGER).json() for _ in range(5)]
    assert [one["type"] for one in told] == ["code-wrong"] * 4 + ["code-spent"]
    assert [one["parameters"].get("left") for one in told] == [4, 3, 2, 1, None]
    assert [give(code).json()["type"] for code in (own, second)] == ["code-spent"] * 2


def test_tries_made_before_a_code_was_sent_do_not_count_for_it(ask, give, clock):
    first = ask()
    for _ in range(3):
        give(other_than(first))
    clock.pass_(minutes=1)
    second = ask()
    assert give(other_than(first, second)).json()["parameters"]["left"] == 4
    assert sorted(OneTimeCode.objects.values_list("wrong", flat=True)) == [1, 4]
    give(other_than(first, second))
    if first != second:
        assert give(first).json()["type"] == "code-wrong"
    assert give(second).status_code == 200


def test_a_code_that_was_confirmed_does_not_end_the_other(ask, give, clock):
    own = ask()
    clock.pass_(minutes=1)
    other = ask(STRANGER)
    assert [give(code).status_code for code in (other, own)] == [200, 200]
