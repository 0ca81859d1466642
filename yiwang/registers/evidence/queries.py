"""The reads of signed evidence. What was signed is public; who signed it is told to the staff only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Max, Q, QuerySet, TextField
from django.db.models.functions import Cast

from yiwang.kernel.access import permission
from yiwang.kernel.access.door import enter
from yiwang.kernel.files.guards import guards
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.terms import AccountId, Actor, ActorKind, FileHash
from yiwang.registers import naming
from yiwang.registers.evidence import subjects
from yiwang.registers.evidence.problems import EvidenceUnknown
from yiwang.registers.evidence.subjects import Subject
from yiwang.registers.models import SignedEvidence as Row


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """That evidence does not count any more: since when, why, by which office, and in which entry. `by` None to the public."""

    at: datetime
    reason: str
    role: str
    by: AccountId | None
    entry: int


@dataclass(frozen=True, slots=True)
class SignedEvidence:
    """How somebody said a subject stood on a day. `by` None to the public; `withdrawn` None as long as it counts."""

    evidence_id: UUID
    subject: Subject
    owner: str
    as_of: date
    value: Decimal | None
    unit: str
    done: bool
    why: str
    document_number: str
    files: tuple[FileHash, ...]
    role: str
    at: datetime
    by: AccountId | None
    entry: int
    withdrawn: Withdrawal | None = None


def signed_evidence(actor: Actor, subject: Subject, as_of: date) -> tuple[SignedEvidence, ...]:
    """What counts of a subject at the end of a day, the newest day first."""
    return signed_evidence_of(actor, subject.kind, (subject.ref,), as_of).get(subject.ref, ())


def signed_evidence_of(
    actor: Actor, kind: str, refs: Collection[str], as_of: date, *, known_at: datetime | None = None
) -> dict[str, tuple[SignedEvidence, ...]]:
    """The same of many subjects of a kind in one query, by reference; those of which nothing is signed are left out.

    `known_at`: as it was known at that moment, without what was signed or withdrawn later. Without it, by all that is known.
    """
    rows = _all(actor, kind, refs).filter(as_of__lte=as_of)
    if known_at is None:
        rows = rows.filter(withdrawn_at=None)
    else:
        rows = rows.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=known_at), signed_at__lte=known_at)
    found: dict[str, list[SignedEvidence]] = {}
    for row in rows:
        found.setdefault(row.subject_ref, []).append(_view(actor, row))
    return {ref: tuple(listed) for ref, listed in found.items()}


def moved_between(
    actor: Actor, kind: str, refs: Collection[str], since: datetime, until: datetime
) -> tuple[SignedEvidence, ...]:
    """What was signed or withdrawn of these subjects after `since` and up to `until`, also what was both, the newest day first."""
    signed = Q(signed_at__gt=since, signed_at__lte=until)
    rows = _all(actor, kind, refs).filter(signed | Q(withdrawn_at__gt=since, withdrawn_at__lte=until))
    return tuple(_view(actor, row) for row in rows)


def everything_signed(actor: Actor, subject: Subject) -> tuple[SignedEvidence, ...]:
    """All that was ever signed of a subject, also what was withdrawn, the newest day first."""
    return tuple(_view(actor, row) for row in _all(actor, subject.kind, (subject.ref,)))


def evidence(actor: Actor, evidence_id: UUID) -> SignedEvidence:
    """One of them. Raises EvidenceUnknown."""
    enter(actor, "evidence.read")
    row = Row.objects.filter(pk=evidence_id).first()
    if row is None:
        raise EvidenceUnknown
    return _view(actor, row)


def withdrawn_among(actor: Actor, refs: Collection[str]) -> frozenset[str]:
    """Those of these identifiers, as texts, under which something was signed that was withdrawn since."""
    enter(actor, "evidence.read")
    if not refs:
        return frozenset()
    gone = Row.objects.exclude(withdrawn_at=None).annotate(ref=Cast("id", TextField())).filter(ref__in=refs)
    return frozenset(gone.values_list("ref", flat=True))


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry of the journal about one piece of evidence. `position` None: not placed yet; `hash` in hexadecimal."""

    verb: str
    at: datetime
    entry: int
    position: int | None
    hash: str


def entries(actor: Actor, evidence_id: UUID) -> tuple[Recorded, ...]:
    """What the journal holds of it, oldest first: that it was signed, and withdrawn."""
    enter(actor, "evidence.read")
    found = journal.history("evidence", evidence_id)
    hashes = journal.hashes(one.entry.id for one in found)
    return tuple(
        Recorded(one.entry.verb, one.entry.recorded_at, one.entry.id, one.position, hashes[one.entry.id])
        for one in found
    )


def newest_entry(actor: Actor, kind: str) -> int:
    """The newest entry that signed or withdrew anything of a kind of subjects; 0 for none: has anything changed since?"""
    enter(actor, "evidence.read")
    found = Row.objects.filter(subject_kind=kind).aggregate(signed=Max("entry"), withdrawn=Max("withdrawn_entry"))
    return max(found["signed"] or 0, found["withdrawn"] or 0)


def may_sign(actor: Actor, subject: Subject) -> bool:
    """Whether the actor may sign evidence of a subject. Raises EvidenceSubjectUnknown."""
    where = naming.ground_of(actor, subjects.wanted(actor, subject).owner)
    return permission.reach(actor, "evidence.sign").covers(where)


def may_withdraw(actor: Actor, one: SignedEvidence) -> bool:
    """Whether the actor may withdraw it."""
    if one.withdrawn is not None:
        return False
    return permission.reach(actor, "evidence.withdraw").covers(naming.ground_of(actor, one.owner))


@guards("evidence")
def may_see_files(actor: Actor, subject_id: str) -> bool:
    """Who may open a paper behind evidence: the staff. It may hold more than the town publishes."""
    return not permission.reach(actor, "evidence.open_file").nothing


def _all(actor: Actor, kind: str, refs: Collection[str]) -> QuerySet[Row]:
    enter(actor, "evidence.read")
    return Row.objects.filter(subject_kind=kind, subject_ref__in=refs).order_by("-as_of", "-entry")


def _view(actor: Actor, row: Row) -> SignedEvidence:
    withdrawn = None
    if row.withdrawn_at is not None:
        assert row.withdrawn_entry is not None, "what was withdrawn was withdrawn in an entry"  # noqa: S101
        withdrawn = Withdrawal(
            row.withdrawn_at,
            row.withdrawn_reason,
            row.withdrawn_role,
            _told(actor, row.withdrawn_by),
            row.withdrawn_entry,
        )
    return SignedEvidence(
        evidence_id=row.id,
        subject=Subject(row.subject_kind, row.subject_ref),
        owner=row.owner,
        as_of=row.as_of,
        value=row.value,
        unit=row.unit,
        done=row.done,
        why=row.why,
        document_number=row.document_number,
        files=tuple(FileHash(one) for one in row.files),
        role=row.role,
        at=row.signed_at,
        by=_told(actor, row.signed_by),
        entry=row.entry,
        withdrawn=withdrawn,
    )


def _told(actor: Actor, account_id: UUID | None) -> AccountId | None:
    return AccountId(account_id) if account_id and actor.kind in (ActorKind.STAFF, ActorKind.SYSTEM) else None
