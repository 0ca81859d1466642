"""Reading the security log: log-ins and exports, and among them what the journal says of accounts and roles. By the newest first.

A list, and never a sum: nobody's log-ins are counted (bright lines). Who looks for one account's lines leaves a line.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from yiwang.kernel import secrecy, walltime
from yiwang.kernel.access.door import enter
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.journal.queries import Placed
from yiwang.kernel.people.models import Account, SecurityEvent
from yiwang.kernel.people.securitylog import What
from yiwang.kernel.terms import AccountId, Actor

VERBS = {
    "account.created": "created",
    "account.password_set": "password",
    "account.second_factor_set": "app_set",
    "account.second_factor_reset": "app_reset",
    "account.deactivated": "closed",
    "account.reactivated": "opened",
    "account.role_granted": "granted",
    "account.role_revoked": "revoked",
}
"""Entries of the journal that are shown too, and what they are called (`security.what.…`)."""
KINDS = (*(str(one) for one in What), *VERBS.values())
PAGE_SIZE = 100
MOST = 100_000
"""Lines of one export: whoever has more narrows the days down."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for: one kind, one account (also what it did to others), days in the town's time, both included."""

    what: str = ""
    account_id: AccountId | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """The place of a line: its moment, 1 for a line of the journal, and its number there."""

    at: datetime
    source: int
    number: int

    @property
    def text(self) -> str:
        """As an address carries it."""
        return f"{int(self.at.timestamp())}.{self.at.microsecond:06}-{self.source}-{self.number}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `account`: whom it is about, by username, empty for a username that nobody has; `done_by`: who did it, if another."""

    mark: Mark
    what: str
    account: str
    done_by: str
    door: str
    address: str
    about: dict[str, str]


def account_of(actor: Actor, username: str) -> AccountId | None:
    """The account of staff with this username."""
    enter(actor, "security_log.read")
    found = Account.objects.filter(username=username.strip().lower(), kind="staff").values_list("id", flat=True).first()
    return AccountId(found) if found else None


def lines(actor: Actor, asked: Asked, *, before: Mark | None = None, size: int = PAGE_SIZE) -> tuple[Line, ...]:
    """The newest lines before that mark. Ask with a size one larger to know whether there are more."""
    enter(actor, "security_log.read")
    raw = sorted([*_own(asked, before, size), *_of_journal(asked, before, size)], key=lambda one: one[0], reverse=True)
    shown = raw[:size]
    named = _usernames({found for _, _, *who, _, _, _ in shown for found in who if found})
    return tuple(
        Line(mark, what, named.get(account, ""), named.get(by, ""), door, address, about)
        for mark, what, account, by, door, address, about in shown
    )


def everything(actor: Actor, asked: Asked) -> Iterator[Line]:
    """All lines that were asked for, at most MOST."""
    before: Mark | None = None
    for _ in range(MOST // 1000):
        found = lines(actor, asked, before=before, size=1000)
        yield from found
        if len(found) < 1000:
            return
        before = found[-1].mark


Raw = tuple[Mark, str, UUID | None, UUID | None, str, str, dict[str, str]]


def _own(asked: Asked, before: Mark | None, size: int) -> list[Raw]:
    if asked.what and asked.what not in set(What):
        return []
    rows = SecurityEvent.objects.filter(_between(asked, before, "happened_at", source=0))
    if asked.what:
        rows = rows.filter(what=asked.what)
    if asked.account_id:
        rows = rows.filter(Q(account=asked.account_id) | Q(done_by=asked.account_id))
    return [
        (
            Mark(row.happened_at, 0, row.id),
            row.what,
            row.account,
            row.done_by,
            row.door,
            secrecy.unseal(row.address_cipher) if row.address_cipher else "",
            row.about,
        )
        for row in rows.order_by("-happened_at", "-id")[:size]
    ]


def _of_journal(asked: Asked, before: Mark | None, size: int) -> list[Raw]:
    verbs = [verb for verb, what in VERBS.items() if asked.what in ("", what)]
    if not verbs:
        return []
    found = journal.of_verbs(
        verbs,
        size,
        since=_begins(asked.first),
        until=_begins(asked.last + timedelta(days=1) if asked.last else None),
        before=(before.at, before.number if before.source else 0) if before else None,
        about=asked.account_id,
    )
    return [_raw(one) for one in found]


def _raw(one: Placed) -> Raw:
    entry = one.entry
    kind, _, who = entry.actor.partition(":")
    subject, by = UUID(entry.subject_id), UUID(who) if who else None
    about = {"role": one.fact.role} if entry.verb == "account.role_granted" else {}
    about |= {"reason": entry.reason} if entry.reason and entry.verb == "account.second_factor_reset" else {}
    about |= {"by": "system"} if kind == "system" else {}
    return (
        Mark(entry.recorded_at, 1, entry.id),
        VERBS[entry.verb],
        subject,
        by if by != subject else None,
        entry.door,
        "",
        about,
    )


def _between(asked: Asked, before: Mark | None, column: str, source: int) -> Q:
    wanted = Q()
    if asked.first:
        wanted &= Q(**{f"{column}__gte": _begins(asked.first)})
    if asked.last:
        wanted &= Q(**{f"{column}__lt": _begins(asked.last + timedelta(days=1))})
    if before is not None:
        same = Q(**{column: before.at}) & (Q(id__lt=before.number) if before.source == source else Q())
        wanted &= Q(**{f"{column}__lt": before.at}) | same
    return wanted


def _begins(day: date | None) -> datetime | None:
    return walltime.day_begins(day) if day else None


def _usernames(ids: set[UUID]) -> dict[Any, str]:
    rows = Account.objects.filter(pk__in=ids).values_list("id", "username")
    return {account_id: username or str(account_id)[:8] for account_id, username in rows}
