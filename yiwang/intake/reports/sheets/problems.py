"""What can be wrong with a sheet, its columns and its rows. The words stand in ../texts/*.yaml."""

from yiwang.kernel.problems import Problem

# --- the file --------------------------------------------------------------------------------------------------------


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


# --- the columns -----------------------------------------------------------------------------------------------------


class ColumnMissing(Problem):
    """A needed column is not there. Parameters: columns (what is missing, with usual names), header (what is there)."""

    slug = "sheet-column-missing"


class DatumNeeded(Problem):
    """There are coordinates, and nobody says what they refer to. Parameter: columns (that hold them)."""

    slug = "sheet-datum-needed"


class ColumnTwice(Problem):
    """Two columns of one name, and the name is used. Parameter: column."""

    slug = "sheet-column-twice"


class ColumnFieldUnknown(Problem):
    """A remembered or chosen mapping names a field that does not exist. Parameters: field, known."""

    slug = "sheet-field-unknown"


# --- a row -----------------------------------------------------------------------------------------------------------


class CellEmpty(Problem):
    """A needed cell is empty. Parameter: column."""

    slug = "row-cell-empty"


class CellTooLong(Problem):
    """Parameters: column, length, limit (characters)."""

    slug = "row-cell-too-long"


class CellBroken(Problem):
    """Holds characters that are no text. Parameter: column."""

    slug = "row-cell-broken"


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


class RowShifted(Problem):
    """More cells than the header has columns: an unquoted comma moved the rest. Parameters: cells, columns."""

    slug = "row-shifted"


class KeyDamaged(Problem):
    """A number of more digits than a spreadsheet keeps: its end is lost. Parameters: column, given."""

    slug = "row-key-damaged"


class KeyTwice(Problem):
    """An earlier row has this number. Parameters: column, key, first."""

    slug = "row-key-twice"


class KeyOfAnother(Problem):
    """Another message came in under this number before. Parameters: column, key, number (that one's)."""

    slug = "row-key-of-another"


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


class ReplyBeforeMessage(Problem):
    """Parameters: column, given, message (when it came in)."""

    slug = "row-reply-before-message"


class ReplyHalf(Problem):
    """A reply without its time, or a time without a reply. Parameters: column (the empty one), other (the filled one)."""

    slug = "row-reply-half"


class PhoneNotUsable(Problem):
    """A warning: nothing in the cell can be dialled; it is kept as private text. Parameter: column."""

    slug = "row-phone-not-usable"


class PhoneHasMore(Problem):
    """A warning: one number is used, and the cell holds more than it. Parameter: column."""

    slug = "row-phone-has-more"


class PointHalf(Problem):
    """Only one of longitude and latitude. Parameters: column (the empty one), other."""

    slug = "row-point-half"


class PointNotNumber(Problem):
    """Parameters: column, given."""

    slug = "row-point-not-number"
