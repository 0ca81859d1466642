"""Instruments that show themselves over HTTP: the station's key and password, as Basic authentication has them (RFC 7617).

A wrong password counts: who was wrong often has to wait, by key and network address, so that a stranger cannot keep the instrument out.
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from hmac import compare_digest
from threading import Lock
from typing import NamedTuple

from django.db import close_old_connections, connection
from django.http import HttpRequest

from yiwang.gateways.sensorthings_api.problems import PasswordWrong, TooManyTries
from yiwang.intake.sensing import queries
from yiwang.intake.sensing.guesses import Guesses
from yiwang.intake.sensing.queries import Instrument
from yiwang.kernel.people.origins import origin_of
from yiwang.kernel.terms import Actor, ActorKind

DOOR = "sensorthings"
SYSTEM = Actor(ActorKind.SYSTEM)
GUESSES = Guesses()
LONGEST_KEY = 100
Version = tuple[int, int, int]
"""Of all stations: queries.stations_version."""


class _Kept(NamedTuple):
    version: Version
    instruments: Mapping[str, Instrument]


_kept: _Kept | None = None
_looking = Lock()
"""One looks at a time, so that no flood of wrong passwords takes the pages' connections to the database."""


class Shown(NamedTuple):
    """An instrument that has shown its password, and of which version of the stations both are."""

    instrument: Instrument
    version: Version


def shown(request: HttpRequest, now: datetime, *, from_memory: bool = False) -> Shown | None:
    """The instrument that a request shows itself as; None where it shows nothing. Raises PasswordWrong, TooManyTries.

    `from_memory`: a right password of before counts, and no database is asked; whoever stores compares the version then.
    """
    said = request.headers.get("Authorization", "")
    if not said.lower().startswith("basic "):
        return None
    key, _, password = _unpacked(said[6:].strip()).partition(":")
    place = place_of(request, key)
    if seconds := GUESSES.wait_s(*place, now):
        raise TooManyTries(seconds=seconds)
    found = _known(_kept, key, password) if from_memory else None
    found = found or _known(_looked_up(), key, password)
    if found is None:
        GUESSES.wrong(*place, now)
        raise PasswordWrong()
    GUESSES.right(*place)
    return found


def place_of(request: HttpRequest, key: str) -> tuple[str, str]:
    """By what wrong passwords for an instrument's key are counted."""
    return key[:LONGEST_KEY], origin_of(request).address or ""


def _known(kept: _Kept | None, key: str, password: str) -> Shown | None:
    """The instrument of a key, where the password is its own."""
    known = kept.instruments.get(key) if kept else None
    right = compare_digest((known.password if known else "").encode(), password.encode())
    return Shown(known, kept.version) if kept and known and known.password and right else None


def _unpacked(said: str) -> str:
    try:
        return base64.b64decode(said, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _looked_up() -> _Kept:
    """The door's instruments by key, read anew when a station has changed."""
    global _kept
    with _looking:
        try:
            version, kept = queries.stations_version(SYSTEM), _kept
            if kept is None or kept.version != version:
                kept = _kept = _Kept(version, queries.instruments(SYSTEM, DOOR))
            return kept
        finally:
            give_back()


def give_back() -> None:
    """Let others have this thread's connection to the database, where no transaction goes on."""
    if not connection.in_atomic_block:
        close_old_connections()
