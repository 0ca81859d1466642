"""Who may see the files of a thing: asked of the module that the thing belongs to.

Files lie below every module and know none of them. A module that hangs files on its things says here, per kind of
subject, how it decides; without a guard nobody sees them.
"""

from collections.abc import Callable
from typing import TypeVar

from yiwang.kernel.terms import Actor

Guard = Callable[[Actor, str], bool]
G = TypeVar("G", bound=Guard)

GUARDS: dict[str, Guard] = {}


def guards(subject_kind: str) -> Callable[[G], G]:
    """Declare the one function that decides whether an actor may see the files of a subject (its id as text)."""

    def declare(function: G) -> G:
        if subject_kind in GUARDS:
            raise TypeError(f"files of {subject_kind} have a guard already: {GUARDS[subject_kind]!r}")
        GUARDS[subject_kind] = function
        return function

    return declare


def may_see(actor: Actor, subject_kind: str, subject_id: str) -> bool:
    """Whether the actor may see the files of this subject. A kind without a guard is a programmer's mistake (KeyError)."""
    return GUARDS[subject_kind](actor, subject_id)
