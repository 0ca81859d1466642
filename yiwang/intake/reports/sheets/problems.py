"""What can be wrong with a sheet of messages: its columns and its rows. What is wrong with any file, kernel/sheets says."""

from yiwang.kernel.problems import Problem


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


class CellEmpty(Problem):
    """A needed cell is empty. Parameter: column."""

    slug = "row-cell-empty"


class CellTooLong(Problem):
    """Parameters: column, length, limit (characters)."""

    slug = "row-cell-too-long"


class CellBroken(Problem):
    """Holds characters that are no text. Parameter: column."""

    slug = "row-cell-broken"


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
