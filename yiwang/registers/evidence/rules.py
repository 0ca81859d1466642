"""Whether something may be signed as it is said. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from yiwang.kernel.keeping import visible
from yiwang.kernel.personal import number_in
from yiwang.kernel.problems import BadFields, Problem
from yiwang.kernel.terms import FileHash
from yiwang.registers.evidence.facts import EvidenceSigned
from yiwang.registers.evidence.problems import (
    EvidenceAfterEnd,
    EvidenceBeforeBegin,
    EvidenceInFuture,
    EvidenceNothingSaid,
    EvidenceNumberUnfit,
    EvidencePersonal,
    EvidenceTooLong,
    EvidenceTwoThings,
    EvidenceUnitOther,
    EvidenceWhyWanted,
)
from yiwang.registers.evidence.subjects import Subject, Wanted

LONGEST_WHY = 500
LONGEST_NUMBER = 60
"""Characters of a document's number."""
PLACES = 6
DIGITS = 14
"""Before the point: a table keeps 20 in all."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody says of a subject as it stood at the end of the day `as_of`, and why it is right.

    One of: a `value` in `unit`, that it is `done`, or only a paper (its number, files of kernel/files) that shows how far it is.
    """

    as_of: date
    why: str
    value: Decimal | None = None
    unit: str = ""
    done: bool = False
    document_number: str = ""
    files: tuple[FileHash, ...] = ()


def sign(
    evidence_id: UUID, subject: Subject, wanted: Wanted, said: Statement, *, role: str, today: date
) -> EvidenceSigned:
    """The statement as signed evidence. Raises BadFields with the Problems of its fields, or EvidenceNothingSaid, EvidenceTwoThings."""
    faults = {name: fault for name, fault in _faults(wanted, said, today) if fault is not None}
    if faults:
        raise BadFields(faults)
    if said.done and said.value is not None:
        raise EvidenceTwoThings
    if not (said.done or said.value is not None or said.document_number.strip() or said.files):
        raise EvidenceNothingSaid
    return EvidenceSigned(
        evidence_id=evidence_id,
        subject_kind=subject.kind,
        subject_ref=subject.ref,
        owner=wanted.owner,
        as_of=said.as_of,
        why=said.why.strip(),
        role=role,
        value=said.value,
        unit=said.unit if said.value is not None else "",
        done=said.done,
        document_number=said.document_number.strip(),
        files=said.files,
    )


def reason(said: str) -> str:
    """Why evidence is withdrawn, as it is kept. Raises BadFields."""
    fault = EvidenceWhyWanted() if not visible(said) else _words(said, LONGEST_WHY)
    if fault:
        raise BadFields({"reason": fault})
    return said.strip()


def _faults(wanted: Wanted, said: Statement, today: date) -> list[tuple[str, Problem | None]]:
    return [
        ("as_of", _day(wanted, said.as_of, today)),
        ("value", _value(said.value)),
        ("unit", _unit(wanted, said)),
        ("why", EvidenceWhyWanted() if not visible(said.why) else _words(said.why, LONGEST_WHY)),
        ("document_number", _words(said.document_number, LONGEST_NUMBER)),
    ]


def _day(wanted: Wanted, day: date, today: date) -> Problem | None:
    if day > today:
        return EvidenceInFuture(day=day.isoformat(), today=today.isoformat())
    if day < wanted.begins:
        return EvidenceBeforeBegin(day=day.isoformat(), begins=wanted.begins.isoformat())
    if day > wanted.ends:
        return EvidenceAfterEnd(day=day.isoformat(), ends=wanted.ends.isoformat())
    return None


def _value(value: Decimal | None) -> Problem | None:
    if value is None:
        return None
    fits = value.is_finite() and 0 <= value < Decimal(10) ** DIGITS and value == round(value, PLACES)
    return None if fits else EvidenceNumberUnfit(given=str(value)[:40])


def _unit(wanted: Wanted, said: Statement) -> Problem | None:
    if said.value is None or said.unit in wanted.units:
        return None
    return EvidenceUnitOther(unit=said.unit, wanted=", ".join(wanted.units))


def _words(text: str, most: int) -> Problem | None:
    if len(text.strip()) > most:
        return EvidenceTooLong(length=len(text.strip()), limit=most)
    return EvidencePersonal() if number_in(text) else None
