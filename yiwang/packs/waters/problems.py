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


class UnitUnknown(Problem):
    """A column's heading has a unit that cannot be turned into the item's. Parameters: column, unit, known."""

    slug = "waters-unit-unknown"


class ValueUnreadable(Problem):
    """A cell is no measured value. Parameters: column, given."""

    slug = "waters-value-unreadable"


class ValueImpossible(Problem):
    """A value that no water has: below nothing, pH above 14, water of 70 °C. Parameters: column, given."""

    slug = "waters-value-impossible"


class NoDetectionLimit(Problem):
    """Not detected, without the detection limit: nobody knows below what. Parameters: column, given."""

    slug = "waters-no-detection-limit"


class WordUnknown(Problem):
    """A cell names a kind of water or a class that is none. Parameters: column, given, known."""

    slug = "waters-word-unknown"
