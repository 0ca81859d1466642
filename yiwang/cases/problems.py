"""What can be refused about a case. The words are in texts/."""

from collections.abc import Mapping
from typing import ClassVar

from yiwang.kernel.problems import Problem


class WrongStage(Problem):
    """The arrow does not leave the state the case is in. Parameters: number, state, arrow, allowed."""

    slug = "case-wrong-stage"
    status = 409
    coded: ClassVar[Mapping[str, str]] = {"state": "case.state", "arrow": "case.arrow", "allowed": "case.arrow"}


class ProofMissing(Problem):
    """Something that the arrow requires was not given. Parameters: arrow, proof."""

    slug = "case-proof-missing"
    coded: ClassVar[Mapping[str, str]] = {"arrow": "case.arrow", "proof": "case.proof"}


class MergedIntoItself(Problem):
    """A case is to follow itself. Parameter: number."""

    slug = "case-merged-into-itself"


class MainFollows(Problem):
    """The case that others are to follow follows another one itself. Parameters: number, main."""

    slug = "case-main-follows"
    status = 409


class MainNotAccepted(Problem):
    """The case that others are to follow is not accepted yet. Parameter: number."""

    slug = "case-main-not-accepted"
    status = 409


class MainEnded(Problem):
    """The case that others are to follow has ended. Parameter: number."""

    slug = "case-main-ended"
    status = 409


class NotSplitOff(Problem):
    """A case is to be taken back that was not split off another one. Parameter: number."""

    slug = "case-not-split-off"
    status = 409


class AlarmFollowsNone(Problem):
    """The case of an alarm is to follow another one, with which it would close unproven. Parameters: number, main."""

    slug = "case-alarm-follows-none"
    status = 409


class SplitTouched(Problem):
    """A case that was split off is to be taken back, and something was done on it already. Parameter: number."""

    slug = "case-split-touched"
    status = 409


class SplitWordsTooLong(Problem):
    """What is said of a matter to split off is longer than a report may be. Parameters: length, most."""

    slug = "case-split-words-too-long"


class ScenePhotoAgain(Problem):
    """A photo of the report is given for how it looks now. Parameters: number, nth (which of those given, from 1)."""

    slug = "case-scene-photo-again"


class HandledPhotoAgain(Problem):
    """A photo that a handler gave before is given again. Parameters: number, nth (which of those given, from 1)."""

    slug = "case-handled-photo-again"


class CheckPhotoAgain(Problem):
    """A photo of an earlier verification or re-check is given again. Parameters: number, nth (which of those given, from 1)."""

    slug = "case-check-photo-again"


class ComplexNeedsApproval(Problem):
    """A demand is called complex by somebody who only says so: that takes an approval. Parameter: number."""

    slug = "case-complex-needs-approval"
    status = 409


class NoDemand(Problem):
    """Approval as complex is for demands (R-111), and the case is none. Parameter: number."""

    slug = "case-no-demand"
    status = 409


class ComplexBefore(Problem):
    """The demand was approved as complex before. Parameter: number."""

    slug = "case-complex-before"
    status = 409


class PhotoTwice(Problem):
    """The same photo is given twice in one step. Parameters: number, nth and first (which of those given, from 1)."""

    slug = "case-photo-twice"


class ProofAgain(Problem):
    """What is to be attached hangs on the case already, as whatever kind of proof. Parameters: number, ref."""

    slug = "case-proof-again"
    status = 409


class ReturnedOnce(Problem):
    """The department has returned this case before, and it was reopened since. Parameter: number."""

    slug = "case-returned-once"
    status = 409


class RulingIsFinal(Problem):
    """The arbiter has ruled whose the case is. Parameter: number."""

    slug = "case-ruling-is-final"
    status = 409


class TooLateToReturn(Problem):
    """The time for returning is over. Parameters: number, until."""

    slug = "case-too-late-to-return"
    status = 409


class TypeIsSet(Problem):
    """Who settles an accepted case names another type than it was accepted with. Parameters: number, code, given."""

    slug = "case-type-is-set"
    status = 409


class NeverGiven(Problem):
    """Nobody gave the case to the department: its own people settled it, so there is nothing to return. Parameter: number."""

    slug = "case-never-given"
    status = 409


class NotTheirCase(Problem):
    """The proposed department is the one that returns. Parameter: number."""

    slug = "case-propose-another"


class OwnWork(Problem):
    """Nobody verifies what they handled themselves. Parameter: number."""

    slug = "case-own-work"
    status = 409


class OwnDepartment(Problem):
    """Nobody verifies the work of their own department. Parameter: number."""

    slug = "case-own-department"
    status = 409


class OwnCheck(Problem):
    """Nobody re-checks what they verified themselves. Parameter: number."""

    slug = "case-own-check"
    status = 409


class OwnMatter(Problem):
    """Nobody decides on more time, a rest or a dispute of their own department. Parameter: number."""

    slug = "case-own-matter"
    status = 409


class ArbiterThere(Problem):
    """A duty officer rules on a dispute though an arbiter may. Parameters: number, names (of the arbiters)."""

    slug = "case-arbiter-there"
    status = 409


class ReporterIsKnown(Problem):
    """A case whose reporter is known is closed as if there were nobody to call. Parameter: number."""

    slug = "case-reporter-is-known"


class NobodyToCall(Problem):
    """A call-back is claimed for a case whose reporter nobody knows. Parameter: number."""

    slug = "case-nobody-to-call"


class NotReached(Problem):
    """The desk notes a rating of somebody whom no call-back reached. Parameter: number."""

    slug = "case-not-reached"
    status = 409


class RatedBefore(Problem):
    """The one who reported has rated the case, or the desk has noted their rating already. Parameter: number."""

    slug = "case-rated-before"
    status = 409


class RecheckedBefore(Problem):
    """The drawn case was looked at again before. Parameter: number."""

    slug = "case-rechecked-before"
    status = 409


class NoFailedRecheck(Problem):
    """A case is reopened on the ground of a failed re-check that there is not. Parameter: number."""

    slug = "case-no-failed-recheck"
    status = 409


class TooLateToReopen(Problem):
    """The time for reopening is over. Parameters: number, until (the last day)."""

    slug = "case-too-late-to-reopen"
    status = 409


class ExtendedOnce(Problem):
    """The clock was extended before, or a request is waiting. Parameter: number."""

    slug = "case-extended-once"
    status = 409


class ExtensionRefusedOnce(Problem):
    """More time was asked for in this round of handling, and refused. Parameter: number."""

    slug = "case-extension-refused-once"
    status = 409


class ExtensionTooLong(Problem):
    """More time was asked for than can be granted. Parameters: asked, most, unit."""

    slug = "case-extension-too-long"
    coded: ClassVar[Mapping[str, str]] = {"unit": "time-unit"}


class TooLateToExtend(Problem):
    """The clock ran out before more time was asked for. Parameters: number, due."""

    slug = "case-too-late-to-extend"
    status = 409


class NoExtensionAsked(Problem):
    """Nobody has asked for more time. Parameter: number."""

    slug = "case-no-extension-asked"
    status = 409


class SameDepartment(Problem):
    """The case is this department's already. Parameter: number."""

    slug = "case-same-department"


class UnknownReason(Problem):
    """The reason code is not in the list of reasons for this arrow. Parameters: code, known."""

    slug = "case-unknown-reason"


class CaseUnknown(Problem):
    """There is no case of this number, or it is not open to the one who asks. Parameter: number."""

    slug = "case-unknown"
    status = 404


class BadChoice(Problem):
    """A value that is not in its closed list. Parameters: field, given, known."""

    slug = "case-bad-choice"


class BadReviewDay(Problem):
    """The day on which a suspended case is looked at again is past or too far off. Parameters: day, today."""

    slug = "case-bad-review-day"


class MonthNotOver(Problem):
    """A month is drawn from for re-check when it is over. Parameters: month, last."""

    slug = "case-month-not-over"
    status = 409


class NotDrawn(Problem):
    """Only a case that was drawn is re-checked. Parameter: number."""

    slug = "case-not-drawn"
    status = 409


class NumberOfAPerson(Problem):
    """A text of the office holds a resident's mobile phone or identity number. Parameters: field, found."""

    slug = "case-number-of-a-person"
    coded: ClassVar[Mapping[str, str]] = {"field": "case.field", "found": "case.number"}


class PhoneClosed(Problem):
    """A department opens a person's telephone only while the case is in its hands. Parameter: number."""

    slug = "case-phone-closed"
    status = 403


class StillOpen(Problem):
    """What is needed to handle an open case is kept until it has ended. Parameter: number."""

    slug = "case-still-open"
    status = 409


class NotSupervised(Problem):
    """The arrow is only for a case that a leader opened over a promise of the plan. Parameter: number."""

    slug = "case-not-supervised"
    status = 409


class EvidenceWanted(Problem):
    """Nothing was signed for the promise since the supervision was opened, or it was withdrawn. Parameter: number."""

    slug = "case-evidence-wanted"


class NotAlarm(Problem):
    """The arrow is only for a case that an instrument's alarm opened. Parameter: number."""

    slug = "case-not-alarm"
    status = 409


class ReturnWanted(Problem):
    """Nothing shows that what the instrument noticed is back to normal. Parameter: number."""

    slug = "case-return-wanted"


class SupervisionAlone(Problem):
    """A supervision is neither merged nor split. Parameter: number."""

    slug = "case-supervision-alone"
    status = 409


class TypeOfSupervision(Problem):
    """A supervision is of a type of its own, which no other case can have. Parameters: number, code."""

    slug = "case-type-of-supervision"


class NotWithLead(Problem):
    """Departments are asked to assist only while the case is with its lead department. Parameters: number, state."""

    slug = "case-not-with-lead"
    status = 409
    coded: ClassVar[Mapping[str, str]] = {"state": "case.state"}


class LeadCannotAssist(Problem):
    """The department that leads the case is asked to assist itself. Parameters: number, team."""

    slug = "case-lead-cannot-assist"
    status = 409


class AssistsAlready(Problem):
    """The department was asked and has not answered yet. Parameters: number, team."""

    slug = "case-assists-already"
    status = 409


class PartWrongStage(Problem):
    """The arrow does not leave the state the part is in, or the case is not open to parts. Parameters: number, state, part, arrow."""

    slug = "case-part-wrong-stage"
    status = 409
    coded: ClassVar[Mapping[str, str]] = {"state": "case.state", "part": "case.part", "arrow": "case.arrow"}


class PartsOpen(Problem):
    """The lead reports back before every assisting department has answered. Parameters: number, teams."""

    slug = "case-parts-open"
    status = 409
