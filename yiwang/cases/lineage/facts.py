"""并案 and 拆案 (ADR 0016): what can happen between cases, in the past tense. Pure."""

from dataclasses import dataclass

from yiwang.cases.facts import Clocks
from yiwang.kernel.terms import AccountId, CaseId, TeamId, fact


@fact("case.merged", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseMerged:
    """并案: the same matter as its main case, and done with it. It keeps number, reporter, photos and rating of its own."""

    case_id: CaseId
    main_id: CaseId
    main_number: str
    state_before: str
    explanation: str
    clocks: Clocks


@fact("case.unmerged", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseUnmerged:
    """It follows no longer and is where it was before (`state`). `ground` is undone or main-ended."""

    case_id: CaseId
    main_id: CaseId
    main_number: str
    state: str
    ground: str
    explanation: str
    clocks: Clocks


@fact("case.closed_with", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseClosedWith:
    """Its main case was closed, and it with that: the same answer, by the same department. Its own reporter is still to be
    called back (`called_back` empty), or `nobody` is known. `type_code` is the main's for what had none."""

    case_id: CaseId
    main_id: CaseId
    main_number: str
    team_id: TeamId | None
    handler: AccountId | None
    type_code: str
    outcome: str
    called_back: str
    answer: str
    clocks: Clocks


@fact("case.split", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseSplit:
    """拆案: one of the matters that it holds is a case of its own from now on."""

    case_id: CaseId
    child_id: CaseId
    child_number: str
    explanation: str
    clocks: Clocks = ()


@fact("case.split_off", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseSplitOff:
    """It is one of the matters of another case: the same reporter, received when that was, its photos hang on both."""

    case_id: CaseId
    parent_id: CaseId
    parent_number: str
    clocks: Clocks = ()


@fact("case.taken_back", subject="case_id")
@dataclass(frozen=True, slots=True)
class CaseTakenBack:
    """撤销拆案: it is no matter of its own after all, and follows the case that it was split off from."""

    case_id: CaseId
    main_id: CaseId
    main_number: str
    state_before: str
    explanation: str
    clocks: Clocks


@fact("case.followed_again", subject="case_id", v=2)
@dataclass(frozen=True, slots=True)
class CaseFollowedAgain:
    """Its main case was reopened, and it follows it again: nobody had rated it, so the answer stands for nobody.

    `new_turn`: handled by itself after all, it is a new turn of whoever answered. The first version did not know of turns.
    """

    case_id: CaseId
    main_id: CaseId
    main_number: str
    demand: str
    clocks: Clocks
    new_turn: bool = True
