"""Who turns a fact into rows (appliers), and who reads an old fact as a new one (upcasters). Filled when modules load."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar


@dataclass(frozen=True, slots=True)
class Entry:
    """The journal's frame around a fact, as appliers and readers see it."""

    id: int
    happened_at: datetime
    recorded_at: datetime
    actor: str
    door: str
    reason: str
    verb: str
    subject_kind: str
    subject_id: str


Applier = Callable[[Any, Entry], None]
Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
Blanker = Callable[[Any, Entry], None]
A = TypeVar("A", bound=Applier)
U = TypeVar("U", bound=Upcaster)
B = TypeVar("B", bound=Blanker)

APPLIERS: dict[type, Applier] = {}
UPCASTERS: dict[tuple[str, int], Upcaster] = {}
BLANKERS: dict[str, Blanker] = {}


def applies(fact_class: type) -> Callable[[A], A]:
    """Declare the one function that writes a fact's rows, live and on replay. It may use only the fact and its entry."""

    def declare(function: A) -> A:
        if fact_class in APPLIERS:
            raise TypeError(f"{fact_class.__name__} has an applier already: {APPLIERS[fact_class]!r}")
        APPLIERS[fact_class] = function
        return function

    return declare


def blanks(subject_kind: str) -> Callable[[B], B]:
    """Declare, in a module's apply.py, how its rows of one subject lose what is about a person.

    The function takes the EntryErased fact (`erased_id`, `entry_ids`, `verbs`) and its entry. It is an applier like any
    other: called live and on replay, where the facts themselves come back with the defaults of their private fields.
    Its effect must be the same as if those fields had been at their defaults from the start.
    """

    def declare(function: B) -> B:
        if subject_kind in BLANKERS:
            raise TypeError(f"{subject_kind} has a blanker already: {BLANKERS[subject_kind]!r}")
        BLANKERS[subject_kind] = function
        return function

    return declare


def upcasts(verb: str, *, from_version: int) -> Callable[[U], U]:
    """Declare how the body of an old version becomes that of the next one."""

    def declare(function: U) -> U:
        if (verb, from_version) in UPCASTERS:
            raise TypeError(f"{verb} v{from_version} has an upcaster already")
        UPCASTERS[verb, from_version] = function
        return function

    return declare


def upcast(verb: str, version: int, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """The body brought to the newest version there is an upcaster to, and that version's number."""
    while (verb, version) in UPCASTERS:
        body = UPCASTERS[verb, version](body)
        version += 1
    return version, body
