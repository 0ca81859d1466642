"""What can be refused about the plan. The words are in texts/."""

from typing import ClassVar

from yiwang.kernel.params.problems import RuleFileProblem
from yiwang.kernel.problems import Problem


class ItemUnknown(RuleFileProblem):
    """A promise stands in an item that the contents do not have. Parameters: row, item, contents."""

    slug = "plan-item-unknown"


class NothingPromised(Problem):
    """The document has no chapter, or an item that the town's promises do not know. Parameters: items, year."""

    slug = "plan-nothing-promised"


class OtherDocument(Problem):
    """Another document of this year was read in before. Parameters: year, filename."""

    slug = "plan-other-document"
    status = 409


class OtherYear(Problem):
    """The promises of this year came from another plan. Parameters: year, before, now."""

    slug = "plan-other-year"
    status = 409


class PromiseOver(Problem):
    """The promise belongs to a year that is over. Parameters: year, row."""

    slug = "plan-promise-over"
    status = 409


class SupervisedAlready(Problem):
    """A supervision of the promise is open. Parameters: number (of its case), row."""

    slug = "plan-supervised-already"
    status = 409


class ExplanationWanted(Problem):
    """An explanation without words."""

    slug = "plan-explanation-wanted"


class ExplanationTooLong(Problem):
    """Parameters: length, limit (characters)."""

    slug = "plan-explanation-too-long"


class ExplanationPersonal(Problem):
    """A mobile or identity number stands in what everybody will read."""

    slug = "plan-explanation-personal"


class ExpectedDayUnfit(Problem):
    """The day by which something will be shown is over, or more than a year away. Parameters: day, today."""

    slug = "plan-expected-day-unfit"


class DocumentNumberWanted(Problem):
    """A number to reach differs, and no paper is named that changed it. Parameters: rows."""

    slug = "plan-document-number-wanted"


class DraftReviewed(Problem):
    """Somebody has decided about these words meanwhile, or nothing was decided that could be taken back."""

    slug = "plan-draft-reviewed"
    status = 409


class PartsReviewed(Problem):
    """Words that were split cannot be whole again: about a part of them something was decided."""

    slug = "plan-parts-reviewed"
    status = 409


class RowsUnknown(Problem):
    """Words are to mean a promise that the year does not have, or none. Parameters: rows."""

    slug = "plan-rows-unknown"


class PiecesWanted(Problem):
    """Words are cut into at least two pieces and not too many. Parameters: most."""

    slug = "plan-pieces-wanted"


class PieceMissing(Problem):
    """A piece does not stand so in the words that are to be cut. Parameters: piece."""

    slug = "plan-piece-missing"


class ReasonWanted(Problem):
    """What everybody reads needs a reason."""

    slug = "plan-reason-wanted"


class WordsPersonal(Problem):
    """A mobile or identity number stands in what everybody will read: words, a reason or a document's number."""

    slug = "plan-words-personal"


class DocumentNumberUnclear(Problem):
    """A number to reach changes by the number of a document, and this is none. Parameters: given."""

    slug = "plan-document-number-unclear"


class DueOutOfYear(Problem):
    """The last day of a promise lies before its year or long after it. Parameters: year, last."""

    slug = "plan-due-out-of-year"


class OwnerUnknown(Problem):
    """No team has this code. Parameters: owner."""

    slug = "plan-owner-unknown"


class TargetUnitOther(Problem):
    """A number to reach is to be in another unit than the figures that come by themselves. Parameters: unit, wanted (codes)."""

    slug = "plan-target-unit-other"
    coded: ClassVar = {"unit": "plan.unit", "wanted": "plan.unit"}
