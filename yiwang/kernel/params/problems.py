"""What can be wrong in a file of rules: each refusal names file and line, why it matters, and what to write instead."""

from typing import Any, ClassVar

from yiwang.kernel.problems import Problem
from yiwang.kernel.wording import problem_text


class RuleFileProblem(Problem):
    """A file that holds rules as data cannot be used. Parameters: file, line (1 is the first), and the subclass's own."""

    slug: ClassVar[str] = "rule-file"

    def __init__(self, *, file: str, line: int, **parameters: Any) -> None:
        self.file, self.line = file, line
        self.further: list[RuleFileProblem] = []
        """What else was found wrong in the same reading: the first fault is raised and carries the others."""
        super().__init__(file=file, line=line, **parameters)

    def everything(self) -> "list[RuleFileProblem]":
        """This fault and all that it carries, in the order in which they were found."""
        return [self, *(fault for one in self.further for fault in one.everything())]

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: " + " ".join(problem_text(self, "en").values())


class UnreadableYaml(RuleFileProblem):
    """The file is not YAML, or not UTF-8, or uses what we do not allow (aliases, two documents). Parameter: why."""

    slug = "rule-file-unreadable"


class UnreadableToml(RuleFileProblem):
    """The file is not TOML, or not UTF-8. Parameter: why."""

    slug = "rule-file-unreadable-toml"


class NotUtf8(RuleFileProblem):
    """The file is saved in another encoding, mostly GBK. The line is that of the first byte that shows it."""

    slug = "rule-file-not-utf-8"


class TabIndents(RuleFileProblem):
    """A line is indented by a tab, which YAML does not allow."""

    slug = "rule-file-tab"


class FullWidthSign(RuleFileProblem):
    """A colon, comma, quotation mark or bracket was typed full-width where the file needs the half-width one. Parameter: sign."""

    slug = "rule-file-full-width"


class UnknownKey(RuleFileProblem):
    """A key that nobody reads: mostly a slip of the pen. Parameters: key, known."""

    slug = "rule-file-unknown-key"


class MissingKey(RuleFileProblem):
    """A key without which the entry means nothing. Parameter: key."""

    slug = "rule-file-missing-key"


class DoubleKey(RuleFileProblem):
    """The same key, or the same id, stands twice. Parameters: key, first (file and line of the first)."""

    slug = "rule-file-double-key"


class WrongKind(RuleFileProblem):
    """A value of another kind than the key asks for. Parameters: found, wanted (an example)."""

    slug = "rule-file-wrong-kind"


class UnknownChoice(RuleFileProblem):
    """A word that is not among the allowed ones. Parameters: found, known."""

    slug = "rule-file-unknown-choice"


class DatesBackwards(RuleFileProblem):
    """A span that ends before it begins. Parameters: start, end."""

    slug = "rule-file-dates-backwards"


class DatesOverlap(RuleFileProblem):
    """Two values hold on the same day. Parameters: rule, day, other."""

    slug = "rule-file-dates-overlap"


class DatesGap(RuleFileProblem):
    """No value holds on some days between two values. Parameters: rule, start, end."""

    slug = "rule-file-dates-gap"


class RuleWanted(RuleFileProblem):
    """A rule that the program reads is in none of the files. Parameters: rule, near."""

    slug = "rule-wanted"


class RuleUnknown(Problem):
    """No loaded file has a rule of this id. Parameters: rule, near."""

    slug = "rule-unknown"
    status = 404


class RuleNotInForce(Problem):
    """The rule has no value on the day of the fact. Parameters: rule, day, first, last."""

    slug = "rule-not-in-force"
