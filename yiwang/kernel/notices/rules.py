"""Who hears of something, and how long a notice is kept. Pure: staff and the permission table are arguments."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from yiwang.kernel.access.rules import Table, reach
from yiwang.kernel.terms import TOWN_WIDE, AccountId, Actor, Where
from yiwang.kernel.zone import in_town

NEWS_WITHIN = timedelta(days=3)
"""Older news makes no notice any more: a town restored or moved must not tell everybody everything again."""
READ_KEPT = timedelta(days=30)
"""How long a notice stays that was read or that nothing waits for any more."""
UNREAD_KEPT = timedelta(days=90)
"""How long a notice stays that nobody read: what it is about is in the case and its history for good."""


@dataclass(frozen=True, slots=True)
class News:
    """For whom something is news: accounts by name or, where none of them works here (any more), whoever may do `action` on
    the ground `where`.

    `roles`, where any are named, narrows the latter to those who hold one of them. `detail` is the key of a word that
    says more (such as which clock), `about` the thing that is opened: by default what the entry is about.
    """

    accounts: frozenset[AccountId] = frozenset()
    action: str = ""
    where: Where = TOWN_WIDE
    roles: frozenset[str] = frozenset()
    detail: str = ""
    about: tuple[str, UUID] | None = None


def hearers(news: News, staff: Iterable[Actor], table: Table, by: str) -> frozenset[AccountId]:
    """The accounts of these members of staff who hear of it: never whoever did it themselves (`by`, as the journal names them)."""
    here = tuple(staff)
    concerned = [actor for actor in here if actor.account_id in news.accounts]
    concerned = concerned or [actor for actor in here if _may(news, actor, table)]
    return frozenset(actor.account_id for actor in concerned if actor.account_id and actor.name != by)


def _may(news: News, actor: Actor, table: Table) -> bool:
    if not news.action or (news.roles and not actor.has_role(*news.roles)):
        return False
    return reach(table, actor, news.action).covers(news.where)


def is_news(recorded_at: datetime, now: datetime) -> bool:
    """Whether something is recent enough to tell anybody of it."""
    return now - recorded_at < NEWS_WITHIN


AT_ONCE, MORNING = "at_once", "morning"
PACES = (AT_ONCE, MORNING)
"""When notices go out by mail: soon, a few together; or those of a day in one mail the next morning."""
GATHERED = timedelta(minutes=1)
"""So long the first of several waits for the others: what comes together goes in one mail."""
MORNING_AT = time(8, 30)
"""When the mail of the morning goes, by the town's clock."""


def mail_due(pace: str, oldest: datetime, now: datetime) -> bool:
    """Whether what waits to go out by mail, the oldest since `oldest`, goes now."""
    if pace == AT_ONCE:
        return now - oldest >= GATHERED
    return pace == MORNING and oldest <= last_morning(now)


def last_morning(now: datetime) -> datetime:
    """The last moment at or before `now` at which the mail of the morning goes."""
    here = in_town(now)
    morning = here.replace(hour=MORNING_AT.hour, minute=MORNING_AT.minute, second=0, microsecond=0)
    return morning if morning <= here else morning - timedelta(days=1)


def known_pace(text: str) -> str:
    """A pace that there is; empty (no mail) for anything else."""
    return text if text in PACES else ""


def known(kinds: Iterable[str], chosen: Iterable[str]) -> tuple[str, ...]:
    """Those of the chosen kinds that there are, each once, in their order."""
    wanted = set(chosen)
    return tuple(kind for kind in kinds if kind in wanted)
