"""Taking back what the journal holds about a person. The entries and their hashes stay; the words and the salt go.

A module that has a verb of its own for this (an account is erased) records its own fact, whose applier blanks the
module's rows, and calls `erase_private` in the same step. A module that has none declares `@blanks(kind)` in its
apply.py, and the administrator's step `erase` does the rest.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from yiwang.kernel.access import permission
from yiwang.kernel.journal import codec
from yiwang.kernel.journal.facts import EntryErased
from yiwang.kernel.journal.models import Entry, EntryPrivate
from yiwang.kernel.journal.problems import ErasedByItsModule, ErasureNeedsGround, NothingToErase
from yiwang.kernel.journal.registry import BLANKERS
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.terms import TOWN_WIDE, Call, FactKind


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


@step("entry.erase_again")
def erase_again(told: tuple[Any, ...], *, call: Call) -> Any:
    """After an older backup was put back: say again the facts of erasure that the journal of later told, oldest first.

    Left out is what concerns nothing that is here, and what was erased here too: doing it twice changes nothing. `told` are
    facts of verbs that take something away, without private fields. Gives the last fact that was recorded, None when all
    is erased. Raises ErasureNeedsGround without a reason (when, and why, the backup was put back).
    """
    permission.require(call.actor, "entry.erase_again", TOWN_WIDE)
    if not call.reason.strip():
        raise ErasureNeedsGround
    last = None
    for fact in told:
        again = _still_here(fact)
        if again is not None:
            record(again, call=call)
            last = again
    return last


def _still_here(fact: Any) -> Any:
    """The fact as it concerns this journal; None when there is nothing left to erase by it.

    Numbers of entries that were written after the backup belong to others now, so only those of the same subject count.
    """
    if isinstance(fact, EntryErased):
        held = EntryPrivate.objects.filter(
            entry__in=fact.entry_ids, entry__subject_kind=fact.erased_kind, entry__subject_id=fact.erased_id
        )
        ids = tuple(held.order_by("entry_id").values_list("entry_id", flat=True))
        return replace(fact, entry_ids=ids) if ids else None
    kind: FactKind = fact.fact_kind
    of_subject = Entry.objects.filter(subject_kind=kind.subject_kind, subject_id=str(getattr(fact, kind.subject_field)))
    public, _ = codec.dump(fact)
    done = of_subject.filter(verb=kind.verb, body=public).exists()
    return fact if of_subject.exists() and not done else None
