"""The part of an assisting department (协办) in a case, as one literal table of arrows in the manner of stages.py. Pure.

The lead's part is the case's own way. Each other department that was asked has a part of its own: its state, its clock,
its answer. A part moves only while the case is open to it (OPEN_TO_PARTS).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from yiwang.cases.stages import Proof, State
from yiwang.kernel.terms import AccountId, PartId, TeamId


class PartState(StrEnum):
    ASKED = "asked"
    HANDLING = "handling"
    ANSWERED = "answered"
    RETURNED = "returned"
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"


OPEN_PARTS = frozenset({PartState.ASKED, PartState.HANDLING, PartState.RETURNED, PartState.DISPUTED})
"""States of a part that the lead waits for."""

WITH_ASSISTANT = frozenset({PartState.ASKED, PartState.HANDLING})
"""States in which the assisting department has to do something."""

OPEN_TO_PARTS = frozenset({State.DISPATCHED, State.HANDLING, State.RETURNED, State.DISPUTED})
"""States of a case in which its parts go on: while it is with departments, also when it is open who leads it."""

ASKABLE = frozenset({State.DISPATCHED, State.HANDLING})
"""States of a case in which somebody is asked to assist."""


@dataclass(frozen=True, slots=True)
class PartArrow:
    """One way of a part from state to state; authority and proofs as in stages.py. `clock` is what it does to the part's
    own clock: starts, pauses, stops, resumes, or nothing."""

    name: str
    leaves: frozenset[PartState]
    enters: PartState
    authority: str
    proofs: tuple[Proof, ...] = ()
    clock: str = ""


def _of(*states: PartState) -> frozenset[PartState]:
    return frozenset(states)


# fmt: off
_S, _P = PartState, Proof

PART_ARROWS: dict[str, PartArrow] = {
    arrow.name: arrow
    for arrow in (
        # name, leaves, enters, authority, proofs, clock
        PartArrow("ask_assist", _of(), _S.ASKED, "case.ask_assist", (_P.TEAM, _P.TASK), clock="starts"),
        PartArrow("part_sign", _of(_S.ASKED), _S.HANDLING, "case.assist"),
        PartArrow("part_answer", _of(_S.HANDLING), _S.ANSWERED, "case.assist", (_P.RESULT, _P.PHOTO_OR_REASON), clock="pauses"),
        PartArrow("part_return", WITH_ASSISTANT, _S.RETURNED, "case.return",
                  (_P.REASON, _P.LEGAL_BASIS, _P.FIRST_OBJECTION, _P.WITHIN_LIMIT)),
        PartArrow("part_dispute", WITH_ASSISTANT, _S.DISPUTED, "case.return", (_P.REASON, _P.LEGAL_BASIS, _P.WITHIN_LIMIT)),
        PartArrow("part_pass_on", WITH_ASSISTANT | {_S.RETURNED}, _S.ASKED, "case.dispatch", (_P.TEAM,)),
        PartArrow("part_rule", _of(_S.DISPUTED), _S.ASKED, "case.rule", (_P.LEGAL_BASIS,)),
        PartArrow("part_withdraw", OPEN_PARTS, _S.WITHDRAWN, "case.dispatch", (_P.REASON,), clock="stops"),
        PartArrow("part_send_back", _of(_S.ANSWERED), _S.HANDLING, "case.verify", (_P.REASON,), clock="resumes"),
    )
}
# fmt: on
"""Every arrow of a part by name: what is not written here cannot happen."""


@dataclass(frozen=True, slots=True)
class PartSnapshot:
    """A part at one moment. `round`: how often this department was asked in this case, counting this time. `given_at`: when it came to its
    present department; `proposed_team`: whose it is by the last objection; `ruled`: the arbiter said whose it is."""

    id: PartId
    team: TeamId
    round: int
    state: PartState
    task: str
    asked_at: datetime
    handler: AccountId | None
    result: str
    answered_at: datetime | None
    ended_why: str
    given_at: datetime
    objected_teams: frozenset[TeamId]
    proposed_team: TeamId | None
    ruled: bool

    @property
    def open(self) -> bool:
        """Whether the lead waits for it."""
        return self.state in OPEN_PARTS
