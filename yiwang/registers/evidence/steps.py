"""The writes of signed evidence."""

from uuid import UUID

from yiwang.kernel import ids, walltime
from yiwang.kernel.access import permission
from yiwang.kernel.files import steps as files
from yiwang.kernel.files.facts import Purpose
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.terms import Call
from yiwang.registers import naming
from yiwang.registers.evidence import rules, subjects
from yiwang.registers.evidence.facts import EvidenceSigned, EvidenceWithdrawn
from yiwang.registers.evidence.problems import EvidenceUnknown, EvidenceWithdrawnAlready
from yiwang.registers.evidence.rules import Statement
from yiwang.registers.evidence.subjects import Subject
from yiwang.registers.models import SignedEvidence


@step("evidence.sign")
def sign(subject: Subject, said: Statement, *, call: Call) -> EvidenceSigned:
    """Sign how a subject stood on a day. It counts at once; whoever signed answers for it.

    Raises EvidenceSubjectUnknown, NotAllowed for who is not of the department that answers for the subject, FileGone, and what
    rules.sign raises.
    """
    wanted = subjects.wanted(call.actor, subject)
    where = naming.ground_of(call.actor, wanted.owner)
    permission.require(call.actor, "evidence.sign", where)
    role = permission.role_for(call.actor, "evidence.sign", where)
    today = walltime.town_day(call.now)
    fact = rules.sign(ids.new_id(call.now), subject, wanted, said, role=role, today=today)
    for sha256 in fact.files:
        files.use_file(sha256, "evidence", str(fact.evidence_id), Purpose.DOCUMENT, call=call)
    record(fact, call=call)
    return fact


@step("evidence.withdraw")
def withdraw(evidence_id: UUID, reason: str, *, call: Call) -> EvidenceWithdrawn:
    """Say that signed evidence does not count any more, and why. What was signed stays readable.

    Raises EvidenceUnknown, NotAllowed, EvidenceWithdrawnAlready, and BadFields for the reason.
    """
    row = SignedEvidence.objects.select_for_update().filter(pk=evidence_id).first()
    if row is None:
        raise EvidenceUnknown
    where = naming.ground_of(call.actor, row.owner)
    permission.require(call.actor, "evidence.withdraw", where)
    if row.withdrawn_at is not None:
        raise EvidenceWithdrawnAlready(day=walltime.town_day(row.withdrawn_at).isoformat())
    role = permission.role_for(call.actor, "evidence.withdraw", where)
    fact = EvidenceWithdrawn(evidence_id, rules.reason(reason), role)
    record(fact, call=call)
    return fact
