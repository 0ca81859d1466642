"""What the tests of people share: a clock that stands still, callers, and a quick hasher."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from yiwang.kernel.people import passwords
from yiwang.kernel.people.steps import accounts, proving, teams
from yiwang.kernel.terms import VISITOR, AccountId, Actor, ActorKind, Call, Grant, ScopeKind

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@dataclass
class Clock:
    """The moment at which the next call is made."""

    now: datetime = NOON

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def visit(clock):
    """A call by somebody not logged in, at the clock's moment."""
    return lambda: Call(VISITOR, clock.now, "web")


@pytest.fixture
def system(clock):
    """A call by a named command, at the clock's moment."""
    return lambda: Call(Actor(ActorKind.SYSTEM), clock.now, "command")


@pytest.fixture
def called_by(clock):
    """A call by an account with these grants."""

    def make(account_id: AccountId, *grants: Grant, kind: ActorKind = ActorKind.STAFF, reason: str = "") -> Call:
        return Call(Actor(kind, account_id, grants), clock.now, "web", None, reason)

    return make


@pytest.fixture(autouse=True)
def _quick_and_apart(settings, tmp_path: Path) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DATA_DIR = tmp_path


@pytest.fixture
def outbox(settings, django_capture_on_commit_callbacks):
    """Send what is due and read the newest code that went to a phone."""

    def newest(phone: str) -> str:
        texts = [path.read_text("utf-8") for path in sorted((settings.DATA_DIR / "outbox").glob("*.txt"))]
        mine = [text for text in texts if text.startswith(phone)]
        return "".join(filter(str.isdigit, mine[-1].splitlines()[1]))

    return newest


@pytest.fixture
def send(visit, django_capture_on_commit_callbacks):
    """Ask for a code, with what follows the commit."""

    def ask(phone: str):
        with django_capture_on_commit_callbacks(execute=True):
            return proving.request_code(phone, call=visit())

    return ask


@pytest.fixture
def handler(system):
    """张演示, a handler in the urban department; her account's id."""
    account = accounts.create_account(
        "zhang.demo", "张演示", password_hash=passwords.hashed("long-enough-2026"), phone="19900000001", call=system()
    )
    team = teams.create_team("urban", "department", name_zh="城建中心", name_en="Urban works", call=system())
    accounts.grant_role(account.account_id, "handler", scope_id=team.team_id, call=system())
    return account.account_id


def of_team(role: str, team_id) -> Grant:
    return Grant(role, ScopeKind.TEAM, team_id)


def town_wide(role: str) -> Grant:
    return Grant(role, ScopeKind.TOWN)


def later(call: Call, **span: float) -> Call:
    return replace(call, now=call.now + timedelta(**span))
