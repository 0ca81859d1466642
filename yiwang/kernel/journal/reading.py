"""From an entry's row back to the fact it holds."""

import json
from typing import Any

from yiwang.kernel import secrecy
from yiwang.kernel.journal import codec
from yiwang.kernel.journal.models import Entry, EntryPrivate


def opened(private: EntryPrivate) -> dict[str, Any]:
    """The private payload as it was recorded."""
    payload: dict[str, Any] = json.loads(secrecy.unseal(private.ciphertext))
    return payload


def fact_of(entry: Entry) -> Any:
    """The fact that an entry holds, with its private part where that was not erased."""
    private = EntryPrivate.objects.filter(entry=entry).first() if entry.private_hash else None
    return codec.load(entry.verb, entry.v, entry.body, opened(private) if private else None)
