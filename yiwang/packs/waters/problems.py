"""What can be wrong with a sheet of samples or a cell of it."""

from yiwang.kernel.problems import Problem


class NoItemColumns(Problem):
    """No column of the sheet is an item of table 1. Parameters: filename, header."""

    slug = "waters-no-item-columns"


class WordUnknown(Problem):
    """A cell names a kind of water or a class that is none. Parameters: column, given, known."""

    slug = "waters-word-unknown"
