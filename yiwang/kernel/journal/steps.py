"""Writing the journal. `record` is the only way a fact comes into being, and with it the rows that follow from it.

The one verb of the journal itself beside erasing: a new key for its seal, told under the old tree, so that nobody can pass a
stranger's key off as the town's.
"""

import logging
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from yiwang.kernel import ids, marks, secrecy
from yiwang.kernel.access import permission
from yiwang.kernel.journal import codec, recorded
from yiwang.kernel.journal.facts import SealKeyRenewed
from yiwang.kernel.journal.problems import RenewalNeedsReason
from yiwang.kernel.journal.registry import APPLIERS, Entry
from yiwang.kernel.journal.step import step
from yiwang.kernel.terms import TOWN_WIDE, Call, FactKind

log = logging.getLogger("yiwang.journal")

# One round trip for entry, private payload and pending mark: a report is written hundreds of times a second.
_INSERT = """
WITH written AS (
    INSERT INTO entry (happened_at, recorded_at, actor, door, reason, verb, v, subject_kind, subject_id, body,
                       private_hash, hash)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s) RETURNING id
), sealed AS (
    INSERT INTO entry_private (entry_id, salt, ciphertext)
    SELECT id, %s::bytea, %s::bytea FROM written WHERE %s::bytea IS NOT NULL
), waiting AS (
    INSERT INTO entry_pending (entry_id) SELECT id FROM written
)
SELECT id FROM written
"""


def record(fact: Any, *, call: Call, happened_at: datetime | None = None) -> Entry:
    """Write one fact to the journal and its rows to their tables, in the caller's transaction.

    `happened_at` is when it happened in the world, where that differs from the call's `now` (an imported message).
    A step that changes an existing row locks that row before it records: entries of one subject then have ids in the
    order of their commits, which is the order in which replay applies them (docs/adr/0003-appliers.md).
    Raises AssertionError outside a transaction, for a fact that nobody applies, and for a moment without an offset: all
    are a programmer's mistakes.
    """
    happened_at = happened_at or call.now
    assert None not in (happened_at.tzinfo, call.now.tzinfo), "a moment without an offset means nothing here"  # noqa: S101
    assert type(fact) in APPLIERS, f"nobody applies {type(fact).__qualname__}; declare it in the module's apply.py"  # noqa: S101
    assert transaction.get_connection().in_atomic_block, "a fact is recorded only inside a step's transaction"  # noqa: S101
    kind: FactKind = fact.fact_kind
    public, payload = codec.dump(fact)
    salt = ciphertext = private_hash = None
    if payload:
        plain = codec.canonical(payload)
        salt, ciphertext = ids.salt(), secrecy.seal(plain.decode())
        private_hash = codec.private_commitment(salt, plain)
    header: dict[str, Any] = {
        "happened_at": happened_at,
        "recorded_at": call.now,
        "actor": call.actor.name,
        "door": call.door,
        "reason": call.reason,
        "verb": kind.verb,
        "v": kind.version,
        "subject_kind": kind.subject_kind,
        "subject_id": str(getattr(fact, kind.subject_field)),
    }
    digest = codec.entry_hash(header, public, private_hash)
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            [*header.values(), codec.canonical(public).decode(), private_hash, digest, salt, ciphertext, salt],
        )
        entry_id = cursor.fetchone()[0]
    entry = Entry(entry_id, **{key: value for key, value in header.items() if key != "v"})
    recorded.note(fact, entry_id)
    APPLIERS[type(fact)](fact, entry)
    if (
        marks.current() != marks.NONE
    ):  # what joins the log's lines of a request to the journal; imports and timers would flood it
        log.info("recorded %s as entry %s", kind.verb, entry_id)
    return entry


@step("seal.renew")
def renew_key(old: str, new: str, *, call: Call) -> SealKeyRenewed:
    """Say that from now on heads are signed with another key; `old` is empty where nothing was signed yet.

    Raises RenewalNeedsReason without a reason. The file itself is changed by the command that calls this.
    """
    permission.require(call.actor, "seal.renew", TOWN_WIDE)
    if not call.reason.strip():
        raise RenewalNeedsReason
    fact = SealKeyRenewed("seal", old, new)
    record(fact, call=call)
    return fact
