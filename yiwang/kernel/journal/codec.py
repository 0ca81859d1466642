"""Facts to and from the journal's JSON, and the hash an entry is known by.

A fact's private fields (terms.private) are split off: the public body never holds them.
"""

import hashlib
import json
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from yiwang.kernel.journal.registry import upcast
from yiwang.kernel.terms import FACTS


@cache
def _adapter(cls: type) -> TypeAdapter[Any]:
    return TypeAdapter(cls)


@cache
def private_fields(cls: type) -> frozenset[str]:
    """The names of a fact's fields that are about a person."""
    return frozenset(f.name for f in fields(cls) if f.metadata.get("private"))


def dump(fact: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A fact as (public body, private payload); private fields that are None are left out."""
    whole = _adapter(type(fact)).dump_python(fact, mode="json")
    apart = private_fields(type(fact))
    public = {key: value for key, value in whole.items() if key not in apart}
    return public, {key: whole[key] for key in sorted(apart) if whole[key] is not None}


def load(verb: str, version: int, body: dict[str, Any], payload: dict[str, Any] | None) -> Any:
    """The fact again, old versions through their upcasters. Without a payload (erased) private fields have their defaults."""
    version, whole = upcast(verb, version, {**body, **(payload or {})})
    return _adapter(FACTS[verb, version]).validate_json(json.dumps(whole))


def canonical(value: Any) -> bytes:
    """One spelling for one value: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def private_commitment(salt: bytes, payload: bytes) -> bytes:
    """SHA-256(salt ‖ payload): proves later what was said, and nothing after both are erased (design §3)."""
    return hashlib.sha256(salt + payload).digest()


def entry_hash(header: dict[str, Any], body: dict[str, Any], private_hash: bytes | None) -> bytes:
    """The hash an entry is known by. `header` holds its columns; moments are written in UTC to the microsecond."""
    plain = {key: moment_text(value) if isinstance(value, datetime) else value for key, value in header.items()}
    return hashlib.sha256(canonical([plain, body, private_hash.hex() if private_hash else None])).digest()


def moment_text(moment: datetime) -> str:
    """A moment in UTC to the microsecond, as text that never changes its form."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
