"""Devices on which somebody proved before who they are: a signed word in their browser, and nothing in our tables (record 0014).

The cookie holds a few entries `mark~month~signature`. An entry belongs to one account, but does not say to which: only whoever
comes with that username or phone can be recognised by it, on that device. It has no moment of logging in, only the month when it ends.
"""

from datetime import datetime, timedelta
from hmac import compare_digest

from yiwang.kernel import ids, secrecy, walltime

COOKIE = "yiwang_device"
KEPT = timedelta(days=180)
MOST = 10
"""Accounts that one browser is known for: colleagues share a computer. The one that was there longest ago goes first."""
_PARTS = 3


def known(cookie: str, subject: str, secret: str, now: datetime) -> bytes | None:
    """The keyed hash of this device's mark, when the account proved itself here before; None for a stranger's device.

    `subject` names the account (the keyed hash of its username or phone, as hex), `secret` is what ends all its devices when it
    changes: the password's hash.
    """
    for entry in _entries(cookie, now):
        if _belongs(entry, subject, secret):
            return secrecy.keyed_hash(f"device:{entry}")
    return None


def remembered(cookie: str, subject: str, secret: str, now: datetime) -> str:
    """The cookie after the account proved itself: a fresh entry for it in front, the others as they were."""
    others = [entry for entry in _entries(cookie, now) if not _belongs(entry, subject, secret)]
    mark, until = ids.device_mark(), _month(now + KEPT)
    return ".".join([f"{mark}~{until}~{_signature(mark, until, subject, secret)}", *others[: MOST - 1]])


def _entries(cookie: str, now: datetime) -> list[str]:
    """The entries whose time is not over, whether they are ours or not."""
    entries = [entry.split("~") for entry in cookie.split(".")[:MOST]]
    return ["~".join(parts) for parts in entries if len(parts) == _PARTS and _month(now) < parts[1]]


def _belongs(entry: str, subject: str, secret: str) -> bool:
    mark, until, signature = entry.split("~")
    return compare_digest(signature.encode(), _signature(mark, until, subject, secret).encode())


def _signature(mark: str, until: str, subject: str, secret: str) -> str:
    return secrecy.keyed_hash(f"device:{mark}:{until}:{subject}:{secret}").hex()[:32]


def _month(moment: datetime) -> str:
    return f"{walltime.town_day(moment):%Y-%m}"
