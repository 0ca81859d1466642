"""The words of a promise after a person changed them on the page: what a file may still say about it, and what it may not. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise

from yiwang.plan.facts import Goal, Promise, Words

WORDED = ("promise", "measure", "owner", "due", "evidence", "shown_by")
"""What a person changes with a reason."""
GOAL = "goal"
"""The number to reach, which a person changes by the number of a document only."""
MADE = "made"
"""Stands beside those in `Promise.edited` for a promise that was made on the page, of the published words, and is in no file."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a promise is to say: `owner` is a team's code, `due` its last day, `evidence` one of commitments.EVIDENCE."""

    promise: Words
    measure: Words
    owner: str
    due: date
    evidence: str
    shown_by: Words


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise that a file wants otherwise than a person left it, and in what; MADE: it has the number of one made on the page."""

    row: str
    fields: tuple[str, ...]


def settled(before: Promise, wanted: Promise) -> Promise:
    """What a file says of a promise, under the identifier it has already, and with all that a person changed on the page."""
    if MADE in before.edited:
        return before
    own = {name: getattr(before, name) for name in before.edited}
    if "evidence" in own or GOAL in own:
        own["source"] = before.source
    return replace(wanted, commitment_id=before.commitment_id, edited=before.edited, **own)


def kept(known: Mapping[str, Promise], wanted: Iterable[Promise]) -> tuple[Kept, ...]:
    """The promises in which a file says something else than a person did on the page, in the file's order."""
    found = []
    for one in wanted:
        before = known.get(one.row)
        if before is None:
            continue
        if MADE in before.edited:
            found.append(Kept(one.row, (MADE,)))
            continue
        differing = tuple(name for name in before.edited if getattr(before, name) != getattr(one, name))
        if differing:
            found.append(Kept(one.row, differing))
    return tuple(found)


def reworded(before: Promise, wanted: Wanted) -> Promise:
    """The promise in other words, with what differs marked as edited; the very same when nothing does.

    Another kind of evidence leaves the place behind from which figures came by themselves: its department signs until a file names one.
    """
    changed = {name: getattr(wanted, name) for name in WORDED if getattr(wanted, name) != getattr(before, name)}
    source = None if "evidence" in changed else before.source
    return replace(before, **changed, source=source, edited=_marked(before, changed)) if changed else before


def retargeted(before: Promise, goal: Goal | None) -> Promise:
    """The promise with another number to reach, or none; the very same when it is the same number."""
    return before if goal == before.goal else replace(before, goal=goal, edited=_marked(before, [GOAL]))


def _marked(before: Promise, names: Iterable[str]) -> tuple[str, ...]:
    marked = {*before.edited, *names}
    return tuple(name for name in (*WORDED, GOAL, MADE) if name in marked)


def version(promise: Promise) -> str:
    """A short name for what a promise says now: who changes it says by this what they saw."""
    goal = promise.goal
    said = [
        [getattr(promise, name).zh, getattr(promise, name).en] if isinstance(getattr(promise, name), Words)
        else str(getattr(promise, name))
        for name in WORDED
    ] + ([f"{goal.value.normalize():f}", goal.unit, goal.comparator] if goal else [])  # fmt: skip
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


# --- how it read from when on ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wording:
    """How a promise read from a moment on, and the number of the paper that changed its number to reach, if one did.

    `by_hand`: a person changed it on the page, for `reason`.
    """

    at: datetime
    promise: Promise
    document_number: str
    reason: str = ""
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class TargetChange:
    """A number to reach that was changed: before and after (None: no number), and the number of the document that did it."""

    at: datetime
    before: Goal | None
    after: Goal | None
    document_number: str


def target_changes(past: Sequence[Wording]) -> tuple[TargetChange, ...]:
    """Where among the wordings of a promise its number to reach changed."""
    return tuple(
        TargetChange(later.at, before.promise.goal, later.promise.goal, later.document_number)
        for before, later in pairwise(past)
        if before.promise.goal != later.promise.goal
    )
