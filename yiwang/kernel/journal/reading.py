"""From an entry's row back to the fact it holds, and to the hash it must have."""

import hashlib
import json
from typing import Any

from yiwang.kernel import secrecy
from yiwang.kernel.journal import codec
from yiwang.kernel.journal.models import Entry, EntryPrivate

HEADER = ("happened_at", "recorded_at", "actor", "door", "reason", "verb", "v", "subject_kind", "subject_id")
"""The plain columns that an entry's hash covers, beside body and private_hash."""


def opened(private: EntryPrivate) -> dict[str, Any]:
    """The private payload as it was recorded."""
    payload: dict[str, Any] = json.loads(secrecy.unseal(bytes(private.ciphertext)))
    return payload


def fact_of(entry: Entry) -> Any:
    """The fact that an entry holds, with its private part where that was not erased."""
    private = EntryPrivate.objects.filter(entry=entry).first() if entry.private_hash else None
    return fact_in(entry, private)


def fact_in(entry: Entry, private: EntryPrivate | None) -> Any:
    """The fact from rows already read; without `private` its private fields have their defaults."""
    return codec.load(entry.verb, entry.v, entry.body, opened(private) if private else None)


def hash_of(entry: Entry) -> bytes:
    """The hash that the entry's columns give; it equals `entry.hash` unless somebody changed them."""
    return hashlib.sha256(text_of(entry)).digest()


def text_of(entry: Entry) -> bytes:
    """The canonical text that the entry's columns give: what its hash is taken of, and what an export holds."""
    header = {name: getattr(entry, name) for name in HEADER}
    return codec.entry_text(header, entry.body, bytes(entry.private_hash) if entry.private_hash else None)
