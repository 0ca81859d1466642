"""Facts to and from the journal's JSON, and the hash an entry is known by.

A fact's private fields (terms.private) are split off: the public body never holds them.
"""

import hashlib
import json
import math
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from yiwang.kernel.journal.registry import upcast
from yiwang.kernel.terms import FACTS

EXPONENT_FROM = 1e16
"""From here on Python writes a float with an exponent."""


@cache
def _adapter(cls: type) -> TypeAdapter[Any]:
    return TypeAdapter(cls)


@cache
def private_fields(cls: type) -> frozenset[str]:
    """The names of a fact's fields that are about a person."""
    return frozenset(f.name for f in fields(cls) if f.metadata.get("private"))


def dump(fact: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A fact as (public body, private payload); private fields that are None are left out."""
    cls: type = type(fact)
    whole = settled(_adapter(cls).dump_python(fact, mode="json"))
    apart = private_fields(cls)
    public = {key: value for key, value in whole.items() if key not in apart}
    return public, {key: whole[key] for key in sorted(apart) if whole[key] is not None}


def settled(value: Any) -> Any:
    """The value as PostgreSQL's jsonb gives it back, so that a hash taken before storing is right after reading.

    jsonb has no negative zero, and it writes large floats without an exponent, which Python reads as integers.
    """
    if isinstance(value, dict):
        return {key: settled(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [settled(inner) for inner in value]
    if isinstance(value, float) and math.isfinite(value):
        return int(value) if abs(value) >= EXPONENT_FROM else value + 0.0
    return value


def load(verb: str, version: int, body: dict[str, Any], payload: dict[str, Any] | None) -> Any:
    """The fact again, old versions through their upcasters. Without a payload (erased) private fields have their defaults."""
    version, whole = upcast(verb, version, {**body, **(payload or {})})
    return _adapter(FACTS[verb, version]).validate_json(json.dumps(whole))


def canonical(value: Any) -> bytes:
    """One spelling for one value: sorted keys, no spaces, UTF-8. Raises ValueError for what JSON cannot say (NaN, infinity)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def private_commitment(salt: bytes, payload: bytes) -> bytes:
    """SHA-256(salt ‖ payload): proves later what was said, and nothing after both are erased (design §3)."""
    return hashlib.sha256(salt + payload).digest()


def entry_hash(header: dict[str, Any], body: dict[str, Any], private_hash: bytes | None) -> bytes:
    """The hash an entry is known by: all of its columns but `id`, which only says where it is stored (its place among the
    others is proven by its position). `header` holds the plain columns; moments are written in UTC to the microsecond.
    """
    return hashlib.sha256(entry_text(header, body, private_hash)).digest()


def entry_text(header: dict[str, Any], body: dict[str, Any], private_hash: bytes | None) -> bytes:
    """What is hashed: `[plain columns, public body, private_hash in hexadecimal or null]`. Whoever checks it hashes it as it stands."""
    plain = {key: moment_text(value) if isinstance(value, datetime) else value for key, value in header.items()}
    return canonical([plain, body, private_hash.hex() if private_hash else None])


def moment_text(moment: datetime) -> str:
    """A moment in UTC to the microsecond, as text that never changes its form."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
