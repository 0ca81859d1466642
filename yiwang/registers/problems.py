"""What can be wrong with a declaration of registers (told with file and line), with a row, and with a sheet of rows."""

from yiwang.kernel.params.problems import RuleFileProblem
from yiwang.kernel.problems import Problem

# --- registers.yaml --------------------------------------------------------------------------------------------------


class KeyNotAField(RuleFileProblem):
    """The key names no field, or one that may be left empty. Parameters: field, known."""

    slug = "register-key-not-a-field"


class ChoicesMisplaced(RuleFileProblem):
    """A choice without choices, or choices of something else. Parameter: field."""

    slug = "register-choices-misplaced"


class BoundsCrossed(RuleFileProblem):
    """The least value of a field is above its greatest: no row could ever be right. Parameters: field, least, most."""

    slug = "register-bounds-crossed"


class UnitMissing(RuleFileProblem):
    """A decimal number without a unit says nothing. Parameter: field."""

    slug = "register-unit-missing"


class PlaceKindMisplaced(RuleFileProblem):
    """A place whose kind is not said, or a kind of something that is no place. Parameter: field."""

    slug = "register-place-kind-misplaced"


class PlaceFieldMissing(RuleFileProblem):
    """The register lies at places, and has no field that says which. Parameter: register."""

    slug = "register-place-field-missing"


class FieldReserved(RuleFileProblem):
    """A field has a name that every register has already. Parameter: field."""

    slug = "register-field-reserved"


class PersonalNotYet(RuleFileProblem):
    """A field about a person: registers do not hold people. Parameter: field."""

    slug = "register-personal-field"


class FactAskedTwice(RuleFileProblem):
    """Two fields ask for the same fact, or have the same name of the same subject. Parameters: fact, first (file and line)."""

    slug = "register-fact-asked-twice"


# --- a register and its rows -----------------------------------------------------------------------------------------


class RegisterUnknown(Problem):
    """No installed pack declares it. Parameter: register."""

    slug = "register-unknown"
    status = 404


class RegisterIsMirror(Problem):
    """Its rows come from another system's list, and are changed there. Parameter: source."""

    slug = "register-is-mirror"


class RowUnknown(Problem):
    """The register has no row under this key. Parameter: key."""

    slug = "register-row-unknown"
    status = 404


class RowUnchanged(Problem):
    """The register says this already on that day. Parameters: key, day."""

    slug = "register-row-unchanged"


class RowEndedAlready(Problem):
    """The last row of the key has an end. Parameters: key, day."""

    slug = "register-row-ended"


class EndBeforeBegin(Problem):
    """A row cannot end on or before the day from which it holds. Parameters: key, day."""

    slug = "register-end-before-begin"


class ValueMissing(Problem):
    """A needed value is empty. Parameter: column."""

    slug = "register-value-missing"


class ValueUnreadable(Problem):
    """Not of the field's type. Parameters: column, given, wanted (an example)."""

    slug = "register-value-unreadable"


class ValueNotOffered(Problem):
    """Not among the field's choices. Parameters: column, given, known."""

    slug = "register-value-not-offered"


class ValueOutOfBounds(Problem):
    """Smaller or larger than the field allows. Parameters: column, given, bounds."""

    slug = "register-value-out-of-bounds"


class ValueTooLong(Problem):
    """Parameters: column, length, limit (characters)."""

    slug = "register-value-too-long"


class KeyTooLong(Problem):
    """The fields under which a row is known are together longer than a key may be. Parameters: column, length, limit (characters)."""

    slug = "register-key-too-long"


class KeySign(Problem):
    """A sign that cannot stand in what a row is known under. Parameters: column, sign."""

    slug = "register-key-sign"


class ValuePersonal(Problem):
    """A mobile or identity number: registers hold nothing about a person. Parameter: column."""

    slug = "register-value-personal"


class NameUnknown(Problem):
    """No place of the kind, or no team, has this code or name. Parameters: column, given."""

    slug = "register-name-unknown"


class PointOutside(Problem):
    """The point does not lie in the town. Parameter: metres."""

    slug = "register-point-outside"


# --- a sheet of rows -------------------------------------------------------------------------------------------------


class ColumnsMissing(Problem):
    """Needed columns are not in the header. Parameters: columns, header."""

    slug = "register-columns-missing"


class ColumnTwice(Problem):
    """Two columns of one field. Parameter: column."""

    slug = "register-column-twice"


class RowTwice(Problem):
    """An earlier row of the sheet has this key and day. Parameters: key, first (its number)."""

    slug = "register-row-twice"


class CellsMore(Problem):
    """More cells than the header has columns. Parameters: cells, columns."""

    slug = "register-cells-more"
