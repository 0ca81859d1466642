"""Taking back what the journal holds about a person. The entries and their hashes stay; the words and the salt go.

A module that has a verb of its own for this (an account is erased) records its own fact, whose applier blanks the
module's rows, and calls `erase_private` in the same step. A module that has none declares `@blanks(kind)` in its
apply.py, and the administrator's step `erase` does the rest.
"""

from collections.abc import Iterable

from yiwang.kernel.access import permission
from yiwang.kernel.journal.facts import EntryErased
from yiwang.kernel.journal.models import Entry, EntryPrivate
from yiwang.kernel.journal.problems import ErasedByItsModule, ErasureNeedsGround, NothingToErase
from yiwang.kernel.journal.registry import BLANKERS
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.terms import TOWN_WIDE, Call


@step("entry.erase")
def erase(subject_kind: str, subject_id: object, *, ground: str, call: Call) -> EntryErased:
    """Erase everything private that the journal and its module hold of one subject, on a named legal ground.

    Raises ErasureNeedsGround without reason or ground, NothingToErase when nothing private is (still) there, and
    ErasedByItsModule for a kind of subject that its module erases with a verb of its own.
    """
    permission.require(call.actor, "entry.erase", TOWN_WIDE)
    if subject_kind not in BLANKERS:
        raise ErasedByItsModule(subject_kind=subject_kind)
    fact = erase_private(subject_kind, subject_id, ground=ground, call=call)
    if fact is None:
        raise NothingToErase(subject_kind=subject_kind, subject_id=str(subject_id))
    return fact


def erase_private(subject_kind: str, subject_id: object, *, ground: str, call: Call) -> EntryErased | None:
    """Erase the private payloads of all entries of one subject, inside a step that has asked its own permission.

    Gives the recorded fact; None when nothing private was there. Raises ErasureNeedsGround.
    """
    of_subject = Entry.objects.filter(subject_kind=subject_kind, subject_id=str(subject_id), private__isnull=False)
    facts = erase_entries(of_subject.values_list("id", flat=True), ground=ground, call=call)
    return facts[0] if facts else None


def erase_entries(entry_ids: Iterable[int], *, ground: str, call: Call) -> tuple[EntryErased, ...]:
    """Erase the private payloads of these entries, inside a step that has asked its own permission.

    Records one EntryErased for each subject among them; entries without a payload are passed over. `call.reason` says
    why, `ground` names the law; both stay for good, so neither may repeat what is erased. Raises ErasureNeedsGround.
    """
    if not (ground.strip() and call.reason.strip()):
        raise ErasureNeedsGround
    held = EntryPrivate.objects.filter(entry__in=list(entry_ids)).order_by("entry_id")
    by_subject: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for kind, subject_id, entry_id, verb in held.values_list(
        "entry__subject_kind", "entry__subject_id", "entry_id", "entry__verb"
    ):
        by_subject.setdefault((kind, subject_id), []).append((entry_id, verb))
    facts = tuple(
        EntryErased(
            about=f"{kind}:{subject_id}",
            erased_kind=kind,
            erased_id=subject_id,
            entry_ids=tuple(entry_id for entry_id, _ in entries),
            verbs=tuple(sorted({verb for _, verb in entries})),
            ground=ground,
        )
        for (kind, subject_id), entries in by_subject.items()
    )
    for fact in facts:
        record(fact, call=call)
    return facts
