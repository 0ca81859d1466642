"""What can be wrong with a sheet as a file, with the quotation marks of its rows, with its columns, its dates and its values."""

from yiwang.kernel.problems import Problem


class FileNotThere(Problem):
    """There is no such file, or it is a folder. Parameter: file."""

    slug = "file-not-there"


class SheetKindNotRead(Problem):
    """Not CSV and not XLSX. Parameters: filename, kind."""

    slug = "sheet-kind-not-read"


class SheetTooLarge(Problem):
    """Larger than is read, packed or unpacked. Parameters: filename, limit_mb."""

    slug = "sheet-too-large"
    status = 413


class SheetTooManyRows(Problem):
    """More rows or columns than are read at once. Parameters: filename, rows, columns (the limits)."""

    slug = "sheet-too-many-rows"
    status = 413


class SheetEmpty(Problem):
    """No row that holds anything. Parameter: filename."""

    slug = "sheet-empty"


class SheetBroken(Problem):
    """The file cannot be unpacked or is damaged. Parameter: filename."""

    slug = "sheet-broken"


class SheetEncodingUnknown(Problem):
    """Neither UTF-8 nor GB18030. Parameter: filename."""

    slug = "sheet-encoding-unknown"


class SheetQuoteOpen(Problem):
    """The quotation marks of the header do not pair, so that nobody knows the columns. Parameters: filename, row."""

    slug = "sheet-quote-open"


class QuoteStray(Problem):
    """A quotation mark without its pair: nobody knows which cells, or which rows, these lines are.

    Parameters: first (line of the text file), lines (all of them).
    """

    slug = "row-quote-stray"


class QuoteOpen(Problem):
    """A quotation mark is opened and never closed: all that follows is one cell, and nobody knows where rows end in it.

    Parameters: column, line (of the text file, where the mark stands), count (lines from that one to the end of the file).
    """

    slug = "row-quote-open"


class ColumnsAlike(Problem):
    """Two columns hold the same thing under two headings, and nobody knows which counts. Parameters: first, second."""

    slug = "columns-alike"


class DayUnreadable(Problem):
    """What a command was given as a day, or a time of day, is none. Parameters: given, example."""

    slug = "day-unreadable"


class DateUnreadable(Problem):
    """Not written as a date. Parameters: column, given."""

    slug = "row-date-unreadable"


class DateNotThere(Problem):
    """Written as a date, but the calendar has no such day or the day no such hour. Parameters: column, given."""

    slug = "row-date-not-there"


class DateInFuture(Problem):
    """After the import. Parameters: column, given, now."""

    slug = "row-date-in-future"


class DateTooOld(Problem):
    """Before 2000. Parameters: column, given."""

    slug = "row-date-too-old"


class UnitUnknown(Problem):
    """A column's heading has a unit that cannot be turned into the item's. Parameters: column, unit, known."""

    slug = "cell-unit-unknown"


class ValueUnreadable(Problem):
    """A cell is no measured value. Parameters: column, given."""

    slug = "cell-value-unreadable"


class ValueImpossible(Problem):
    """A value that cannot be: below nothing, pH above 14, water of 70 °C. Parameters: column, given, least, most."""

    slug = "cell-value-impossible"


class NoDetectionLimit(Problem):
    """Not detected, without the detection limit: nobody knows below what. Parameters: column, given."""

    slug = "cell-no-detection-limit"
