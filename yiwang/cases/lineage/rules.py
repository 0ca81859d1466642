"""Which cases may follow which (并案), and what may be split off or taken back (拆案; ADR 0016). Pure: decides or raises."""

from yiwang.cases import problems
from yiwang.cases.snapshot import CaseSnapshot
from yiwang.cases.stages import ALARM, ENDED, SUPERVISION, State

MERGE = "merge"
"""The kind of a link from a follower to its main case."""

SPLIT = "split"
"""The kind of a link from a case to the one it was split off from."""

SPLIT_ORIGIN = "split"
"""The kind of origin of a case that was split off another one, whose identifier is the origin's name."""

LONGEST_WORDS = 5_000
"""So many characters, as a report has at most: what the clerk writes of one of its matters is no longer than all of them."""

UNDONE, MAIN_ENDED = "undone", "main-ended"
"""Why a case follows no longer: somebody undid it, or its main case was found to be no matter for the town."""


def alone(case: CaseSnapshot) -> None:
    """A supervision ends by its own evidence: it follows no case, leads none, and holds one matter. Raises SupervisionAlone."""
    if case.origin == SUPERVISION:
        raise problems.SupervisionAlone(number=case.number)


def may_lead(case: CaseSnapshot, main: CaseSnapshot, main_of_main: str) -> None:
    """Whether a case may follow that one: another, open and accepted, that follows none itself (`main_of_main` else).

    What is not accepted is not looked at yet, and would give its followers neither type nor days to answer in.
    The case of an alarm follows none, and may lead: with a main case it would close without the proof that it is back.
    Raises SupervisionAlone, AlarmFollowsNone, MergedIntoItself, MainFollows, MainNotAccepted or MainEnded.
    """
    for one in (case, main):
        alone(one)
    if case.origin == ALARM:
        raise problems.AlarmFollowsNone(number=case.number, main=main.number)
    if case.id == main.id:
        raise problems.MergedIntoItself(number=case.number)
    if main.state is State.MERGED:
        raise problems.MainFollows(number=main.number, main=main_of_main)
    if main.state is State.GATHERED:
        raise problems.MainNotAccepted(number=main.number)
    if main.state in ENDED:
        raise problems.MainEnded(number=main.number)


def untouched(case: CaseSnapshot) -> None:
    """A case is taken back only while nothing was done on it: it was not returned, nobody was asked to assist, and it
    was never closed. Else nothing is lost either: it is merged. Raises SplitTouched."""
    if case.objected_teams or case.parts or case.reopened:
        raise problems.SplitTouched(number=case.number)


def words_fit(text: str) -> None:
    """What is said of the matter is no longer than a report may be. Raises SplitWordsTooLong."""
    if len(text) > LONGEST_WORDS:
        raise problems.SplitWordsTooLong(length=len(text), most=LONGEST_WORDS)
