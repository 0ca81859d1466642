"""What can be wrong with a sheet of samples or a cell of it."""

from yiwang.kernel.problems import Problem


class FileNotThere(Problem):
    """There is no such file. Parameter: file."""

    slug = "waters-file-not-there"


class NoItemColumns(Problem):
    """No column of the sheet is an item of table 1. Parameters: filename, header."""

    slug = "waters-no-item-columns"


class ColumnTwice(Problem):
    """Two columns are the same thing, and nobody knows which counts. Parameters: first, second."""

    slug = "waters-column-twice"


class WordUnknown(Problem):
    """A cell names a kind of water or a class that is none. Parameters: column, given, known."""

    slug = "waters-word-unknown"
