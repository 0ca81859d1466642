"""The seven stages of a case (R-101) and the side paths, as one literal table. Pure.

Each arrow names the states it leaves, the state it enters, the authority (an action of permissions.yaml) and the proofs
without which it may not be taken, and what it does to the clocks. The diagram in docs/reference/case_stages.md is made
from this table, and so are the buttons on the desk.
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    GATHERED = "gathered"
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    RETURNED = "returned"
    DISPUTED = "disputed"
    HANDLING = "handling"
    SUSPENDED = "suspended"
    MERGED = "merged"
    HANDLED = "handled"
    VERIFIED = "verified"
    CLOSED = "closed"
    RATED = "rated"
    DECLINED = "declined"
    DISMISSED = "dismissed"
    VOIDED = "voided"


STAGE_OF = {
    State.GATHERED: 1,
    State.ACCEPTED: 2,
    State.DISPATCHED: 3,
    State.RETURNED: 3,
    State.DISPUTED: 3,
    State.HANDLING: 4,
    State.SUSPENDED: 4,
    State.MERGED: 4,
    State.HANDLED: 5,
    State.VERIFIED: 6,
    State.CLOSED: 6,
    State.RATED: 7,
    State.DECLINED: 1,
    State.DISMISSED: 2,
    State.VOIDED: 2,
}
"""Which of the seven stages of R-101 a state belongs to."""

ENDED = frozenset({State.CLOSED, State.RATED, State.DECLINED, State.DISMISSED, State.VOIDED})
"""States in which nobody at the town has anything to do."""

NOTHING_TO_DO = ENDED | {State.MERGED}
"""States in which nothing is to be done on the case itself: it has ended, or it is done with the main case it follows."""


WITHOUT_GROUND = frozenset({State.DECLINED, State.DISMISSED, State.VOIDED})
"""States of what was found to be no matter for the town, nothing to be done, or entered by mistake or for practice."""

WITH_DEPARTMENT = frozenset({State.DISPATCHED, State.HANDLING, State.SUSPENDED, State.HANDLED, State.VERIFIED})
"""States in which a case is in the hands of its lead department: given to it, and neither returned nor ended."""


TOLD_MORE = frozenset({State.CLOSED, State.RATED, State.DECLINED, State.DISMISSED, State.VOIDED})
"""States of which the one who reported reads more than the number alone gives: an answer, a reason, a rating."""


def standing_word(state: State, *, own: bool) -> str:
    """The key of the plain sentence on where a case stands: `own` for the one who reported, else for whoever has the number."""
    return f"case.{'own' if own and state in TOLD_MORE else 'plain'}.{state}"


class ClockStage(StrEnum):
    """What a clock measures. `answer` runs for the resident, from receipt to close, and never begins anew before that; what
    is reopened is answered again, on a clock of its own from the reopening (R-111, 回访复核).

    Each part of an assisting department has an `assist` clock of its own."""

    ACCEPT = "accept"
    DISPATCH = "dispatch"
    HANDLE = "handle"
    VERIFY = "verify"
    CLOSE = "close"
    RULING = "ruling"
    CONTACT = "contact"
    ANSWER = "answer"
    ASSIST = "assist"


class Proof(StrEnum):
    """What an arrow requires before it may be taken."""

    TYPE = "type"
    REASON = "reason"
    LEGAL_BASIS = "legal_basis"
    RESULT = "result"
    PHOTO_OR_REASON = "photo_or_reason"
    OTHER_PERSON = "other_person"
    CALL_BACK = "call_back"
    FIRST_OBJECTION = "first_objection"
    WITHIN_LIMIT = "within_limit"
    PASSED_TO = "passed_to"
    TEAM = "team"
    TASK = "task"
    PARTS_ANSWERED = "parts_answered"
    WORDS = "words"
    EVIDENCE = "evidence"
    RETURN = "return"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Arrow:
    """One way from state to state. `enters` None: the state stays as it is.

    `unmet`: of the clocks it stops, those of a duty that is then not done any more, and is said so (R-111). `back`: it
    enters the state that the case was in before.
    `origin`: only a case of this origin can take it; empty: any.
    """

    name: str
    leaves: frozenset[State]
    enters: State | None
    authority: str
    proofs: tuple[Proof, ...] = ()
    stops: tuple[ClockStage, ...] = ()
    starts: tuple[ClockStage, ...] = ()
    pauses: tuple[ClockStage, ...] = ()
    resumes: tuple[ClockStage, ...] = ()
    unmet: tuple[ClockStage, ...] = ()
    back: bool = False
    origin: str = ""


SUPERVISION = "supervision"
"""The origin of a case that a leader opened over a promise of the plan (督办): its end has to be shown by signed evidence."""

ALARM = "alarm"
"""The origin of a case that an instrument's readings opened by a rule of a pack."""


def _of(*states: State) -> frozenset[State]:
    return frozenset(states)


# fmt: off
_S, _C, _P = State, ClockStage, Proof
_OPEN = frozenset(State) - NOTHING_TO_DO
_OFFICE = tuple(stage for stage in _C if stage not in (_C.ANSWER, _C.CONTACT))  # what runs for the resident goes on

ARROWS: dict[str, Arrow] = {
    arrow.name: arrow
    for arrow in (
        # name, leaves, enters, authority, proofs, clocks
        Arrow("accept", _of(_S.GATHERED), _S.ACCEPTED, "case.accept", (_P.TYPE,), stops=(_C.ACCEPT,),
              starts=(_C.DISPATCH, _C.ANSWER)),
        Arrow("decline", _of(_S.GATHERED), _S.DECLINED, "case.decline", (_P.REASON,), stops=tuple(_C)),
        Arrow("settle", _of(_S.GATHERED, _S.ACCEPTED), _S.HANDLED, "case.settle", (_P.TYPE, _P.RESULT, _P.PHOTO_OR_REASON),
              stops=(_C.ACCEPT, _C.DISPATCH), starts=(_C.VERIFY, _C.ANSWER)),
        Arrow("dismiss", _of(_S.ACCEPTED, _S.RETURNED), _S.DISMISSED, "case.dismiss", (_P.REASON, _P.PASSED_TO),
              stops=tuple(_C)),
        Arrow("void", _of(_S.GATHERED, _S.ACCEPTED), _S.VOIDED, "case.void", (_P.REASON,), stops=tuple(_C)),
        Arrow("dispatch", _of(_S.ACCEPTED, _S.RETURNED), _S.DISPATCHED, "case.dispatch", stops=(_C.DISPATCH,),
              starts=(_C.HANDLE,)),
        Arrow("redirect", _of(_S.DISPATCHED, _S.HANDLING), _S.DISPATCHED, "case.dispatch", (_P.REASON,)),
        Arrow("sign", _of(_S.DISPATCHED), _S.HANDLING, "case.handle"),
        Arrow("return", _of(_S.DISPATCHED, _S.HANDLING), _S.RETURNED, "case.return",
              (_P.REASON, _P.LEGAL_BASIS, _P.FIRST_OBJECTION, _P.WITHIN_LIMIT), starts=(_C.DISPATCH,)),
        Arrow("dispute", _of(_S.DISPATCHED, _S.HANDLING), _S.DISPUTED, "case.return",
              (_P.REASON, _P.LEGAL_BASIS, _P.WITHIN_LIMIT), starts=(_C.RULING,)),
        Arrow("rule", _of(_S.DISPUTED), _S.DISPATCHED, "case.rule", (_P.LEGAL_BASIS,), stops=(_C.RULING,)),
        # also after the end: what no text could tell them is told by telephone
        Arrow("contact", frozenset(State), None, "case.contact", stops=(_C.CONTACT,)),
        Arrow("report_back", _of(_S.HANDLING), _S.HANDLED, "case.handle",
              (_P.RESULT, _P.PHOTO_OR_REASON, _P.PARTS_ANSWERED, _P.EVIDENCE), pauses=(_C.HANDLE,), starts=(_C.VERIFY,)),
        Arrow("verify", _of(_S.HANDLED), _S.VERIFIED, "case.verify", (_P.OTHER_PERSON, _P.PHOTO_OR_REASON),
              stops=(_C.VERIFY,), starts=(_C.CLOSE,)),
        Arrow("rework", _of(_S.HANDLED, _S.VERIFIED), _S.HANDLING, "case.verify", (_P.OTHER_PERSON, _P.REASON),
              stops=(_C.VERIFY, _C.CLOSE), starts=(_C.HANDLE,), resumes=(_C.HANDLE,)),
        Arrow("close", _of(_S.VERIFIED), _S.CLOSED, "case.close", (_P.CALL_BACK, _P.EVIDENCE, _P.RETURN),
              stops=tuple(_C), unmet=(_C.CONTACT,)),
        # 督办: whoever leads looks at the evidence themselves
        Arrow("discharge", _of(_S.HANDLED, _S.VERIFIED), _S.CLOSED, "case.supervise",
              (_P.OTHER_PERSON, _P.EVIDENCE, _P.REASON), stops=tuple(_C), origin=SUPERVISION),
        Arrow("press", _of(_S.HANDLED, _S.VERIFIED), _S.HANDLING, "case.supervise", (_P.OTHER_PERSON, _P.REASON),
              stops=(_C.VERIFY, _C.CLOSE), starts=(_C.HANDLE,), resumes=(_C.HANDLE,), origin=SUPERVISION),
        Arrow("call_back", _of(_S.VERIFIED, _S.CLOSED), None, "case.close"),
        Arrow("rate", _of(_S.CLOSED, _S.RATED), _S.RATED, "case.rate"),
        Arrow("reopen", _of(_S.CLOSED, _S.RATED), _S.DISPATCHED, "case.reopen", (_P.REASON, _P.WITHIN_LIMIT),
              starts=(_C.HANDLE, _C.ANSWER)),
        Arrow("suspend", _of(_S.HANDLING, _S.SUSPENDED), _S.SUSPENDED, "case.suspend", (_P.REASON,),
              pauses=(_C.HANDLE, _C.ANSWER, _C.ASSIST)),
        Arrow("resume", _of(_S.SUSPENDED), _S.HANDLING, "case.suspend", (_P.REASON,),
              resumes=(_C.HANDLE, _C.ANSWER, _C.ASSIST)),
        Arrow("ask_extension", _of(_S.DISPATCHED, _S.HANDLING), None, "case.handle", (_P.REASON, _P.WITHIN_LIMIT)),
        Arrow("grant_extension", _of(_S.DISPATCHED, _S.HANDLING), None, "case.extend", (_P.REASON,)),
        Arrow("refuse_extension", _of(_S.DISPATCHED, _S.HANDLING), None, "case.extend", (_P.REASON,)),
        Arrow("correct", _OPEN - {_S.GATHERED}, None, "case.correct", (_P.TYPE,)),
        Arrow("approve_complex", _OPEN - {_S.GATHERED}, None, "case.approve_complex", (_P.REASON,)),
        Arrow("note", frozenset(State), None, "case.note"),
        # 并案 (ADR 0016): a duplicate follows its main case, and what becomes of that becomes of it
        Arrow("merge", _of(_S.GATHERED, _S.ACCEPTED, _S.RETURNED, _S.DISPATCHED, _S.HANDLING), _S.MERGED, "case.merge",
              starts=(_C.ANSWER,), pauses=_OFFICE),
        Arrow("unmerge", _of(_S.MERGED), None, "case.merge", (_P.REASON,), resumes=_OFFICE, back=True),
        # 拆案: a report that holds several matters is one case for each; undone while nothing was done on it
        Arrow("split", _OPEN - {_S.GATHERED}, None, "case.split", (_P.TYPE, _P.WORDS)),
        Arrow("unsplit", _of(_S.ACCEPTED, _S.DISPATCHED), _S.MERGED, "case.split", (_P.REASON,), pauses=_OFFICE),
        Arrow("close_with", _of(_S.MERGED), _S.CLOSED, "case.close", stops=tuple(_C), unmet=(_C.CONTACT,)),
        Arrow("follow_again", _of(_S.CLOSED), _S.MERGED, "case.reopen", starts=(_C.ANSWER,)),
        # 报警: without proof that it is back to normal a leader may close it, and the case says that nothing proves it
        Arrow("close_unproven", _of(_S.HANDLED, _S.VERIFIED), _S.CLOSED, "case.close_unproven",
              (_P.OTHER_PERSON, _P.REASON, _P.GONE), stops=tuple(_C), origin=ALARM),
        Arrow("show_sample", _of(_S.DISPATCHED, _S.HANDLING, _S.SUSPENDED, _S.HANDLED, _S.VERIFIED), None, "case.show_sample",
              (_P.RESULT,), origin=ALARM),
        # what late readings took back is no matter for anybody, as long as nobody has taken it up
        Arrow("retract", _of(_S.GATHERED, _S.ACCEPTED, _S.DISPATCHED, _S.RETURNED, _S.DISPUTED), _S.DISMISSED, "case.notice",
              (_P.REASON,), stops=tuple(_C), origin=ALARM),
        Arrow("recheck", _of(_S.CLOSED, _S.RATED), None, "case.recheck", (_P.OTHER_PERSON, _P.PHOTO_OR_REASON)),
    )
}
# fmt: on
"""Every arrow by name. A state machine is one literal table: what is not written here cannot happen."""


BY_THEMSELVES = frozenset({"dispute", "close_with", "follow_again", "retract"})
"""Arrows that nobody takes by name: the rules make a return a dispute, what becomes of a main case takes its followers, and late
readings take back the case of an alarm."""


def arrows_from(state: State, origin: str = "") -> tuple[Arrow, ...]:
    """The arrows that leave a state of a case of this origin, in the order of the table."""
    return tuple(arrow for arrow in ARROWS.values() if state in arrow.leaves and arrow.origin in ("", origin))
