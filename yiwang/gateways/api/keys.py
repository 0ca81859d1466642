"""Idempotency keys of visitors. All visitors are one actor to the journal, so a key alone could be two people's."""

import hashlib
from dataclasses import replace

from yiwang.kernel.terms import ActorKind, Call


def own_key(call: Call, content: bytes) -> Call:
    """The call with a visitor's key bound to what was sent: the same again is a retry, anything else another's asking."""
    if call.key is None or call.actor.kind != ActorKind.VISITOR:
        return call
    return replace(call, key=hashlib.sha256(call.key.encode() + b"\0" + content).hexdigest())
