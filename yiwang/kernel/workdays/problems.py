"""What can be refused about days and hours."""

from yiwang.kernel.params.problems import RuleFileProblem
from yiwang.kernel.problems import Problem


class OutsideCalendar(Problem):
    """A day for which the town has given no office hours, or further away than anyone plans. Parameters: day, first, last."""

    slug = "outside-calendar"


class NotADay(Problem):
    """Words that are not a calendar day. Parameter: found."""

    slug = "not-a-day"


class NotACount(Problem):
    """Words that are not a whole number of days from 0 to 5,000. Parameter: found."""

    slug = "not-a-count"


class NoticeOfAnotherYear(RuleFileProblem):
    """The file's name and its year differ: then two files could speak of one year. Parameters: year, name."""

    slug = "notice-of-another-year"


class NoticeDayTwice(RuleFileProblem):
    """One notice says of one day twice what it is. Parameter: day."""

    slug = "notice-day-twice"


class NoticeYearMissing(RuleFileProblem):
    """Years before and after have a notice, this one has none: its days would count as Monday to Friday. Parameter: year."""

    slug = "notice-year-missing"


class NoticeFileProblem(RuleFileProblem):
    """A notice that contradicts itself. Parameters: file, line, why-words in `day`."""

    slug = "notice-file"
