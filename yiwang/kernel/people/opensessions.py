"""The sessions of staff that are open: what each shows of itself to its holder (record 0033).

A row is passing: it is there while the session is, and goes with it. Nobody but its holder sees it, and nothing counts it.
steps/opensessions.py opens and ends them.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yiwang.kernel import secrecy
from yiwang.kernel.access.door import enter
from yiwang.kernel.people.lasting import ended
from yiwang.kernel.people.models import OpenSession
from yiwang.kernel.terms import Actor


@dataclass(frozen=True, slots=True)
class Shown:
    """An open session, as its holder sees it. `address`: empty for this machine."""

    id: UUID
    opened_at: datetime
    used_at: datetime
    device: str
    address: str


def own(actor: Actor, now: datetime) -> tuple[Shown, ...]:
    """One's own open sessions, the one used last first."""
    enter(actor, "session.end")
    if actor.account_id is None:
        return ()
    rows = OpenSession.objects.filter(account=actor.account_id).order_by("-used_at", "-opened_at")
    return tuple(
        Shown(row.id, row.opened_at, row.used_at, row.device, _address(row))
        for row in rows
        if not ended(row.opened_at, row.used_at, now)
    )


def _address(row: OpenSession) -> str:
    return secrecy.unseal(row.address_cipher) if row.address_cipher else ""


BROWSERS = (
    ("MicroMessenger", "微信"), ("Edg/", "Edge"), ("QQBrowser", "QQ"), ("360SE", "360"), ("OPR/", "Opera"), ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("Trident/", "Internet Explorer"),
)  # fmt: skip
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("HarmonyOS", "HarmonyOS"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


def device_named(user_agent: str) -> str:
    """A browser and a system in two words, enough to know one's own again; empty for a program. Pure."""
    found = [next((name for sign, name in table if sign in user_agent), "") for table in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, found))
