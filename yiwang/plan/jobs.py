"""Timers of the plan: what is signed for a promise becomes the proof of its supervision; inquiries are asked for, and climb."""

from datetime import datetime
from typing import Any

from yiwang.kernel.journal import readers
from yiwang.kernel.journal.queries import Placed
from yiwang.kernel.terms import SYSTEM, Call
from yiwang.plan import showing
from yiwang.plan.inquiries import steps as inquiries
from yiwang.plan.supervision import steps as supervision
from yiwang.registers.evidence import queries as evidence
from yiwang.registers.evidence.facts import EvidenceSigned, EvidenceWithdrawn

READER = "supervisions"


def follow_evidence(now: datetime) -> int:
    """Take in what was signed or withdrawn since the last time; returns how many entries were read."""
    call = Call(SYSTEM, now, door="timer")
    done = 0
    while read := readers.advance(READER, lambda batch: _handle(batch, call)):
        done += read
    return done


def _handle(batch: tuple[Placed, ...], call: Call) -> None:
    for placed in batch:
        if isinstance(placed.fact, EvidenceSigned | EvidenceWithdrawn):
            _follow(placed, placed.fact.evidence_id, call)


def _follow(placed: Placed, evidence_id: Any, call: Call) -> None:
    subject = evidence.evidence(SYSTEM, evidence_id).subject
    named = showing.promise_named(subject.ref) if subject.kind == showing.PROMISE else None
    if named is None:
        return
    if isinstance(placed.fact, EvidenceSigned):
        supervision.prove(*named, evidence_id, signed_at=placed.entry.happened_at, call=call)
    else:
        supervision.disprove(*named, evidence_id, call=call)


def sweep_inquiries(now: datetime) -> int:
    """Ask for the inquiries that are due, and let those climb whose grace is over; returns how many were written down."""
    return inquiries.sweep(Call(SYSTEM, now, door="timer"))


SWEEPS = {"evidence of supervisions": (0.5, follow_evidence), "inquiries": (300, sweep_inquiries)}
"""Seconds between two calls, and the sweeper: run by project/worker.py."""
