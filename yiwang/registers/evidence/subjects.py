"""What can be shown by signed evidence: an open table of kinds. Each module that has such things says here how they are found.

Registers lie below the plan and know none of its promises. A kind that nobody declared has no evidence.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from yiwang.kernel.terms import Actor
from yiwang.registers.evidence.problems import EvidenceSubjectUnknown


@dataclass(frozen=True, slots=True)
class Subject:
    """What evidence is about: a kind such as `promise`, and its reference within the kind, such as `2026/1.03`."""

    kind: str
    ref: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which department answers for a subject (its code), in which units it is measured, from which day it counts and up to which."""

    owner: str
    units: tuple[str, ...]
    begins: date
    ends: date = date.max


Resolver = Callable[[Actor, str], Wanted | None]
R = TypeVar("R", bound=Resolver)
SUBJECTS: dict[str, Resolver] = {}


def subjects(kind: str) -> Callable[[R], R]:
    """Declare the one function that finds a subject of this kind by its reference; None when there is none."""

    def declare(function: R) -> R:
        if kind in SUBJECTS:
            raise TypeError(f"subjects of kind {kind} are declared already: {SUBJECTS[kind]!r}")
        SUBJECTS[kind] = function
        return function

    return declare


def wanted(actor: Actor, subject: Subject) -> Wanted:
    """What is wanted to show a subject. Raises EvidenceSubjectUnknown."""
    resolver = SUBJECTS.get(subject.kind)
    found = resolver(actor, subject.ref) if resolver else None
    if found is None:
        raise EvidenceSubjectUnknown(kind=subject.kind, ref=subject.ref)
    return found
