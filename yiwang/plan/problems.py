"""What can be refused about the plan. The words are in texts/."""

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


class DocumentNumberWanted(Problem):
    """A number to reach differs, and no paper is named that changed it. Parameters: rows."""

    slug = "plan-document-number-wanted"
