"""Decisions about people, teams, codes and shifts. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from uuid import UUID

from yiwang.kernel.people.problems import (
    AdministratorsApart,
    BadEmail,
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
    TooManyPhotosHere,
    TooManyReportsHere,
    TooManySecondFactors,
    UnknownRole,
    WrongCode,
)
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import ScopeKind

TEAM_KINDS = ("department", "team", "committee")
NOT_GIVEN = ("visitor", "resident", "system")
"""Roles that everybody of a kind has without a grant (access.rules.grants_of)."""

APART = ("administrator", "security_administrator", "auditor")
"""三员分立: who keeps the system, who guards it and who examines both are three people (GB/T 22239-2019, level 3: 8.1.5.1 to 8.1.5.3,
8.1.7.2 b; record 0033)."""

CODE_LIFE = timedelta(minutes=5)
CODE_TRIES = 5
CODES = ((timedelta(minutes=1), 1), (timedelta(hours=1), 5), (timedelta(days=1), 10))
"""At most so many codes to one phone in each span, so at most five of them hold at once. Each is compared with at most five wrong
tries, whichever of them they were meant for: 50 guesses a day at a million codes, however many hold at once."""
CODES_COUNTED = max(span for span, _ in CODES)
"""How far back codes are counted, and so kept."""
HOUR = timedelta(hours=1)
PASSWORDS_HERE = (timedelta(minutes=15), 8)
"""Refused passwords for one account from one address (or on one known device) after which it has to wait."""
PASSWORDS_ANYWHERE = (HOUR, 40)
"""The same for one account from all strangers together: a thousand guesses a day, however many addresses somebody has."""
PASSWORDS_FROM_HERE = (HOUR, 40)
"""The same from one address for all accounts together. An office with one address for everybody stays far below it."""
SECOND_FACTORS = (HOUR, 10)
"""Refused codes of the second step for one account: 240 guesses a day, three codes of a million fit, and the password is known."""
PASSWORDS_COUNTED = HOUR
"""How far back refusals are counted, and so kept."""
LONGEST_SHIFT = timedelta(days=3)

_PHONE = re.compile(r"1\d{10}|0\d{9,11}")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
LONGEST_EMAIL = 254
_USERNAME = re.compile(r"[a-z][a-z0-9.-]{2,31}")


def phone(text: str) -> str:
    """A phone number as digits only: full-width digits, spaces, dashes and +86 are understood. Raises BadPhone."""
    digits = re.sub(r"[\s\-—()]", "", unicodedata.normalize("NFKC", text))
    digits = re.sub(r"^(\+86|0086)", "", digits)
    if not _PHONE.fullmatch(digits):
        raise BadPhone
    return digits


def email(text: str) -> str:
    """A mail address as it is written on an envelope, in half-width characters. Raises BadEmail."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if len(plain) > LONGEST_EMAIL or not _EMAIL.fullmatch(plain):
        raise BadEmail
    return plain


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


def not_apart(roles: Iterable[str]) -> bool:
    """Whether somebody holds two of the three that stay apart."""
    return len(set(roles) & set(APART)) > 1


def kept_apart(role: str, held: Iterable[str]) -> None:
    """Whether who holds `held` may be given `role` too. Raises AdministratorsApart."""
    if role in APART and set(held) & set(APART) - {role}:
        raise AdministratorsApart


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


@dataclass(frozen=True, slots=True)
class CodeLimits:
    """The most codes in an hour, to all phones together. A town may set them in its town.yaml (`codes`)."""

    address_an_hour: int = 20
    """Asked for from one address. Some families, or a telephone company's customers, share one."""
    town_an_hour: int = 300
    """Asked for by everybody: what a flood can cost at worst."""


def may_send_from_here(
    from_here: Sequence[datetime], in_town: Sequence[datetime], limits: CodeLimits, now: datetime
) -> None:
    """Whether one more code may go out, after those that one address and the town asked for.

    Raises TooManyCodesHere, TooManyCodesInTown.
    """
    if left := wait(from_here, (HOUR, limits.address_an_hour), now):
        raise TooManyCodesHere(minutes=_minutes(left), most=limits.address_an_hour)
    if left := wait(in_town, (HOUR, limits.town_an_hour), now):
        raise TooManyCodesInTown(minutes=_minutes(left))


class Sending(StrEnum):
    """What somebody who is not logged in sends, as far as it is counted."""

    REPORT = "report"
    PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class VisitorLimits:
    """The most that one address may send in an hour without logging in. A town may set them in its town.yaml (`visitors`).

    Ours, and wide: a committee's office where residents queue at one computer, or an internet cafe, stays below them.
    """

    reports_an_hour: int = 60
    photos_an_hour: int = 300

    def most(self, what: Sending) -> int:
        """The limit of one kind."""
        return self.reports_an_hour if what == Sending.REPORT else self.photos_an_hour


def may_send_more(what: Sending, earlier: Iterable[datetime], limits: VisitorLimits, now: datetime) -> None:
    """Whether an address that sent such things at `earlier` may send one more. `now` is on the town's clock, to name a moment by.

    Raises TooManyReportsHere, TooManyPhotosHere.
    """
    if left := wait(earlier, (HOUR, limits.most(what)), now):
        refusal = TooManyReportsHere if what == Sending.REPORT else TooManyPhotosHere
        at = now + left + timedelta(seconds=59)  # told by the minute, and then it must be over
        raise refusal(minutes=_minutes(left), at=f"{at:%H:%M}", most=limits.most(what))


def may_try_password(
    *, here: Iterable[datetime], anywhere: Iterable[datetime], from_here: Iterable[datetime], now: datetime
) -> None:
    """Whether a stranger may try a password after the refusals of strangers: of this account from this address, of this account
    wherever from, from this address whatever the account. Raises TooManyPasswords with the minutes to wait.
    """
    left = max(
        wait(here, PASSWORDS_HERE, now),
        wait(anywhere, PASSWORDS_ANYWHERE, now),
        wait(from_here, PASSWORDS_FROM_HERE, now),
    )
    if left:
        raise TooManyPasswords(minutes=_minutes(left))


def may_try_second_factor(refused: Iterable[datetime], now: datetime) -> None:
    """Whether another code of the second step may be tried after those refused. Raises TooManySecondFactors."""
    if left := wait(refused, SECOND_FACTORS, now):
        raise TooManySecondFactors(minutes=_minutes(left))


def wait(earlier: Iterable[datetime], limit: tuple[timedelta, int], now: datetime) -> timedelta:
    """How long to wait until there were fewer than so many in the span; zero when there are."""
    span, most = limit
    recent = sorted(moment for moment in earlier if now - moment < span)
    return recent[-most] + span - now if len(recent) >= most else timedelta(0)


def _minutes(left: timedelta) -> int:
    return max(1, -(-left // timedelta(minutes=1)))


Network = IPv4Network | IPv6Network


def address(remote: str, forwarded: Sequence[str], proxies: Sequence[Network]) -> str | None:
    """The address that a request is counted by; None for this machine itself and for what is no address (a socket).

    What a stranger claims counts for nothing: X-Forwarded-For (`forwarded`, in its order) is believed from the right as far as
    proxies of ours wrote it. Each of `proxies` stands for one proxy on the way and is believed once: where one is a network that
    clients are in too, what these claim is not believed as well. Of IPv6 the first 64 bits count: one customer has all the rest.
    """
    found = _parsed(remote)
    left = sorted(proxies, key=lambda network: -network.prefixlen)  # a proxy named by its own address stands for itself
    for claimed in reversed(forwarded):
        ours = next((network for network in left if found in network), None) if found is not None else None
        if ours is None:
            break
        left.remove(ours)
        further = _parsed(claimed)
        if further is None or further.is_loopback:  # nobody comes from there by way of a proxy: somebody made it up
            break
        found = further
    if found is None or found.is_loopback:
        return None
    return str(found) if found.version == 4 else str(ip_network((found, 64), strict=False))


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """The address without port and brackets; an IPv4 address written as IPv6 is an IPv4 address."""
    plain = text.strip()
    bracketed = re.fullmatch(r"\[(.*)\](:\d+)?", plain)
    with_port = re.fullmatch(r"([\d.]+):\d+", plain)
    try:
        found = ip_address(bracketed[1] if bracketed else with_port[1] if with_port else plain)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


@dataclass(frozen=True, slots=True)
class SentCode:
    """A code of a phone, as it stands."""

    expires_at: datetime
    wrong: int
    used: bool


def holds(sent: SentCode, now: datetime) -> bool:
    """Whether a code may still be confirmed: until before `expires_at`, once, and with tries left. Another one does not end it."""
    return not sent.used and sent.wrong < CODE_TRIES and now < sent.expires_at


def judge_code(tried: Sequence[int], fits: bool) -> Problem | None:
    """What is wrong with a code that was handed in; None when it is one of the phone's codes that hold.

    `tried` has the wrong tries of each of those so far. A wrong one counts for all of them, as it could have been any.
    """
    left = CODE_TRIES - min(tried, default=CODE_TRIES)
    if left and fits:
        return None
    return WrongCode(left=left - 1) if left > 1 else CodeSpent()


TEXT_PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
)
"""Between the tries of a text that was not taken: seven tries within some seventeen hours. Ours; no source prescribes them."""


def next_try(tries: int, now: datetime) -> datetime | None:
    """When a text that failed for the `tries`-th time is tried again; None when it is given up."""
    return now + TEXT_PAUSES[tries - 1] if tries <= len(TEXT_PAUSES) else None
