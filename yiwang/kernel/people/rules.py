"""Decisions about people, teams, codes and shifts. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from yiwang.kernel.people.problems import (
    BadPhone,
    BadShift,
    BadTeam,
    BadUsername,
    CodeSpent,
    NameMissing,
    RoleNeedsGround,
    TooManyCodes,
    TooManyPasswords,
    UnknownRole,
    WrongCode,
)
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import ScopeKind

TEAM_KINDS = ("department", "team", "committee")
NOT_GIVEN = ("visitor", "resident", "system")
"""Roles that everybody of a kind has without a grant (access.rules.grants_of)."""

CODE_LIFE = timedelta(minutes=5)
CODE_TRIES = 5
CODES = ((timedelta(minutes=1), 1), (timedelta(hours=1), 5), (timedelta(days=1), 10))
"""At most so many codes to one phone in each span. With five tries a code that is 50 guesses a day at a million codes."""
CODES_COUNTED = max(span for span, _ in CODES)
"""How far back codes are counted, and so kept."""
PASSWORD_SPAN = timedelta(minutes=15)
PASSWORD_TRIES = 8
LONGEST_SHIFT = timedelta(days=3)

_PHONE = re.compile(r"1\d{10}|0\d{9,11}")
_USERNAME = re.compile(r"[a-z][a-z0-9.-]{2,31}")


def phone(text: str) -> str:
    """A phone number as digits only: full-width digits, spaces, dashes and +86 are understood. Raises BadPhone."""
    digits = re.sub(r"[\s\-—()]", "", unicodedata.normalize("NFKC", text))
    digits = re.sub(r"^(\+86|0086)", "", digits)
    if not _PHONE.fullmatch(digits):
        raise BadPhone
    return digits


def code(text: str) -> str:
    """A one-time code as digits only, however it was typed or pasted."""
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", text))


def username(text: str) -> str:
    """A username in its one spelling (small letters). Raises BadUsername."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if not _USERNAME.fullmatch(plain):
        raise BadUsername(username=text)
    return plain


def person_name(text: str) -> str:
    """A name without spaces around it and in one spelling. Raises NameMissing when nothing is left."""
    plain = unicodedata.normalize("NFC", text).strip()
    if not plain:
        raise NameMissing
    return plain


def team(code: str, kind: str, committee_id: UUID | None) -> None:
    """Raises BadTeam for an unknown kind, or for a committee's place on another kind."""
    if kind not in TEAM_KINDS or (committee_id is not None and kind != "committee"):
        raise BadTeam(code=code, kind=kind)


def grant(known: Mapping[str, object], role: str, scope: ScopeKind, scope_id: UUID | None) -> None:
    """Whether a role may be given so. Raises UnknownRole, or RoleNeedsGround when scope and ground do not fit."""
    if role not in known or role in NOT_GIVEN:
        raise UnknownRole(role=role)
    grounded = scope in (ScopeKind.TEAM, ScopeKind.COMMITTEE)
    if scope == ScopeKind.OWN or grounded != (scope_id is not None):
        raise RoleNeedsGround(role=role, scope=str(scope))


def shift(begins_at: datetime, ends_at: datetime) -> None:
    """Raises BadShift when it ends before it begins or lasts over three days."""
    if not timedelta(0) < ends_at - begins_at <= LONGEST_SHIFT:
        raise BadShift


def reachable(planned: bool, on_shift: bool, office_open: bool) -> bool:
    """Whether a team can be reached: on a shift when it has any planned, else while the office is open."""
    return on_shift if planned else office_open


def may_send_code(earlier: Sequence[datetime], now: datetime) -> None:
    """Whether one more code may go to a phone that got codes at `earlier`. Raises TooManyCodes with the seconds to wait."""
    waits = [
        sorted(sent)[-most] + span - now
        for span, most in CODES
        if len(sent := [moment for moment in earlier if now - moment < span]) >= most
    ]
    if waits:
        seconds = max(1, -(-max(waits) // timedelta(seconds=1)))
        raise TooManyCodes(seconds=seconds, minutes=-(-seconds // 60))


def may_try_password(refused: Iterable[datetime], now: datetime) -> None:
    """Whether a password may be tried after those refusals. Raises TooManyPasswords with the minutes to wait."""
    recent = sorted(moment for moment in refused if now - moment < PASSWORD_SPAN)
    if len(recent) >= PASSWORD_TRIES:
        left = recent[-PASSWORD_TRIES] + PASSWORD_SPAN - now
        raise TooManyPasswords(minutes=max(1, -(-left // timedelta(minutes=1))))


@dataclass(frozen=True, slots=True)
class SentCode:
    """The newest code of a phone, as it stands."""

    expires_at: datetime
    wrong: int
    used: bool


def judge_code(sent: SentCode | None, fits: bool, now: datetime) -> Problem | None:
    """What is wrong with a code that was handed in; None when it holds. A code holds until before `expires_at`."""
    if sent is None or sent.used or sent.wrong >= CODE_TRIES or now >= sent.expires_at:
        return CodeSpent()
    if fits:
        return None
    left = CODE_TRIES - sent.wrong - 1
    return WrongCode(left=left) if left else CodeSpent()
