"""Who knocks, and how often they did: what a proof or a sending is counted by, and whether one more may be tried (record 0014).

Counted are keyed hashes in passing rows. The limits are in rules.py, the rows are written in steps/proving.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from yiwang.kernel import secrecy, walltime
from yiwang.kernel.people import devices, rules
from yiwang.kernel.people.models import Account, OneTimeCode, RefusedPassword, VisitorSending
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import AccountId


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an asking comes from: the network address (None: this machine, or not known) and the device's cookie."""

    address: str | None = None
    devices: str = ""

    @property
    def address_hmac(self) -> bytes | None:
        """The address as it is counted: never readable."""
        return secrecy.keyed_hash(f"address:{self.address}") if self.address else None


NOWHERE = Origin()


@dataclass(frozen=True, slots=True)
class CodeSent:
    """A code is on its way; it holds until before `expires_at`."""

    phone_masked: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """Who was proved to be there and what their device may keep of it (devices.py), or what refuses it."""

    account_id: AccountId | None = None
    refused: Problem | None = None
    devices: str = ""


def password_counters(username_hmac: bytes, secret: str, origin: Origin, now: datetime) -> dict[str, bytes | None]:
    """What a guess at this account is counted by, for a row of RefusedPassword. Raises TooManyPasswords.

    A device on which the account proved itself before counts for itself. A stranger counts by account and address, by account
    wherever from, and by address whatever the account. A device that used up its own tries is a stranger like any other.
    """
    counters = {"username_hmac": username_hmac, "address_hmac": origin.address_hmac, "device_hmac": None}
    device = devices.known(origin.devices, username_hmac.hex(), secret, now)
    of_account = RefusedPassword.objects.filter(username_hmac=username_hmac)
    if device and not rules.wait(_refused(of_account.filter(device_hmac=device)), rules.PASSWORDS_HERE, now):
        return {**counters, "device_hmac": device}
    strangers = of_account.filter(device_hmac=None)
    rules.may_try_password(
        here=_refused(strangers.filter(address_hmac=origin.address_hmac)),
        anywhere=_refused(strangers),
        from_here=_refused(RefusedPassword.objects.filter(address_hmac=origin.address_hmac, device_hmac=None))
        if origin.address
        else [],
        now=now,
    )
    return counters


def may_try_second_factor(counted: bytes, now: datetime) -> None:
    """Whether one more code of the second step may be tried for the account that is counted so. Raises TooManySecondFactors.

    Only who gave the account's password gets so far, so this keeps no owner out for a stranger's sake.
    """
    rules.may_try_second_factor(_refused(RefusedPassword.objects.filter(username_hmac=counted)), now)


def code_counters(phone_hmac: bytes, origin: Origin, now: datetime) -> dict[str, bytes | None]:
    """What an asking for a code is counted by, for a row of OneTimeCode. Raises TooManyCodes, TooManyCodesHere, TooManyCodesInTown.

    A device that proved itself with this phone before asks beside the strangers who use the phone's number up, and is not held up
    by a flood from elsewhere.
    """
    device = devices.known(origin.devices, phone_hmac.hex(), "", now)
    counters = {"phone_hmac": phone_hmac, "address_hmac": origin.address_hmac, "device_hmac": device}
    of_phone = OneTimeCode.objects.filter(phone_hmac=phone_hmac, device_hmac__isnull=device is None)
    rules.may_send_code(_sent(of_phone), now)
    if device is None:
        town = OneTimeCode.objects.filter(requested_at__gt=now - rules.HOUR)
        from_here = _sent(town.filter(address_hmac=origin.address_hmac)) if origin.address else []
        rules.may_send_from_here(from_here, _sent(town), settings.CODE_LIMITS, now)
    return counters


def codes_that_hold(phone_hmac: bytes, now: datetime) -> list[OneTimeCode]:
    """The phone's codes that may still be confirmed, locked. Whoever asks for another one ends none of them."""
    rows = OneTimeCode.objects.select_for_update().filter(phone_hmac=phone_hmac, used=False, expires_at__gt=now)
    return [row for row in rows if rules.holds(rules.SentCode(row.expires_at, row.wrong, row.used), now)]


def fitting(rows: Sequence[OneTimeCode], given: str) -> OneTimeCode | None:
    """The one whose digits were given; all are compared."""
    hashes = [secrecy.keyed_hash(f"{row.id}:{given}") for row in rows]
    fits = [row for row, hashed in zip(rows, hashes, strict=True) if compare_digest(bytes(row.code_hash), hashed)]
    return fits[0] if fits else None


def sending_counters(what: rules.Sending, address_hmac: bytes, now: datetime) -> dict[str, Any]:
    """What a report or photo of a visitor is counted by, for a row of VisitorSending. Raises TooManyReportsHere, TooManyPhotosHere."""
    counters = {"what": str(what), "address_hmac": address_hmac}
    recent = VisitorSending.objects.filter(**counters, sent_at__gt=now - rules.HOUR)
    earlier = recent.values_list("sent_at", flat=True)
    rules.may_send_more(what, earlier, settings.VISITOR_LIMITS, walltime.in_town(now))
    return {**counters, "sent_at": now}


def _refused(rows: QuerySet[Any]) -> list[datetime]:
    return list(rows.values_list("refused_at", flat=True))


def _sent(rows: QuerySet[Any]) -> list[datetime]:
    return list(rows.values_list("requested_at", flat=True))


def renewed_device(account_id: AccountId, origin: Origin, now: datetime) -> str:
    """The cookie of the device on which an account was just given another password: the old one ended with the old password."""
    account = Account.objects.only("username", "password").get(pk=account_id)
    subject = secrecy.keyed_hash(f"username:{account.username}").hex()
    return devices.remembered(origin.devices, subject, account.password, now)
