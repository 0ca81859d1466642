"""Instruments that show themselves over HTTP: the station's key and password, as Basic authentication has them (RFC 7617).

A wrong password counts: who was wrong often has to wait, by key and network address, so that a stranger cannot keep the instrument out.
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime, timedelta
from hmac import compare_digest

from django.http import HttpRequest

from yiwang.gateways.sensorthings_api.problems import PasswordWrong, TooManyTries
from yiwang.intake.sensing import queries
from yiwang.intake.sensing.queries import Instrument
from yiwang.kernel.people.origins import origin_of
from yiwang.kernel.terms import Actor, ActorKind

DOOR = "sensorthings"
SYSTEM = Actor(ActorKind.SYSTEM)
MOST_WRONG, WHILE = 10, timedelta(minutes=5)
"""[D]: so many wrong passwords within that time, from one address for one key, in one process."""
MOST_REMEMBERED = 10_000
_kept: tuple[tuple[int, int], Mapping[str, Instrument]] | None = None
_wrong: dict[tuple[str, str], list[datetime]] = {}


def shown(request: HttpRequest, now: datetime) -> Instrument | None:
    """The instrument that a request shows itself as; None where it shows nothing. Raises PasswordWrong, TooManyTries."""
    said = request.headers.get("Authorization", "")
    if not said.lower().startswith("basic "):
        return None
    key, _, password = _unpacked(said[6:].strip()).partition(":")
    place = (key[:100], origin_of(request).address or "")
    recent = [one for one in _wrong.get(place, ()) if one > now - WHILE]
    if len(recent) >= MOST_WRONG:
        raise TooManyTries(seconds=int((recent[0] + WHILE - now).total_seconds()) + 1)
    known = _instruments().get(key)
    right = compare_digest((known.password if known else "").encode(), password.encode())
    if known is None or not known.password or not right:
        if len(_wrong) >= MOST_REMEMBERED:
            _wrong.clear()
        _wrong[place] = [*recent, now]
        raise PasswordWrong()
    _wrong.pop(place, None)
    return known


def _unpacked(said: str) -> str:
    try:
        return base64.b64decode(said, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _instruments() -> Mapping[str, Instrument]:
    """The door's instruments by key, read anew when a station has changed."""
    global _kept
    version, kept = queries.stations_version(SYSTEM), _kept
    if kept is None or kept[0] != version:
        kept = _kept = (version, queries.instruments(SYSTEM, DOOR))
    return kept[1]
