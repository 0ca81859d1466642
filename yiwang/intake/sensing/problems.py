"""What can be wrong with the list of factors, with the description of a station, and with what is asked about readings."""

from yiwang.kernel.params.problems import RuleFileProblem
from yiwang.kernel.problems import Problem


class FactorBoundsCrossed(RuleFileProblem):
    """The least physical value of a factor is not below its greatest. Parameters: factor, least, most."""

    slug = "factor-bounds-crossed"


class StationRefused(RuleFileProblem):
    """A station of the town's file cannot be used. Parameters: station (its code), why."""

    slug = "station-refused"


class StationNameUnknown(RuleFileProblem):
    """A station names a team, place or register that there is not. Parameters: what, given."""

    slug = "station-name-unknown"


class StationPasswordInFile(RuleFileProblem):
    """A real instrument's password stands in a file. Parameter: station."""

    slug = "station-password-in-file"


class FactorUnknown(Problem):
    """No factor of the list has this code. Parameter: factor."""

    slug = "factor-unknown"


class StationUnknown(Problem):
    """There is no such station. Parameter: station."""

    slug = "station-unknown"
    status = 404


class StationCodeTaken(Problem):
    """Another station has this code. Parameters: code, holder."""

    slug = "station-code-taken"
    status = 409


class StationKeyTaken(Problem):
    """Another station shows itself with this key at this door. Parameters: door, key, holder."""

    slug = "station-key-taken"
    status = 409


class StationUnchanged(Problem):
    """The description says what the station says already. Parameter: code."""

    slug = "station-unchanged"


class StationFieldWrong(Problem):
    """One thing said of a station cannot be used. Parameters: field, given, wanted (an example or the choices)."""

    slug = "station-field-wrong"


class StreamTwice(Problem):
    """Two streams of one station would take the same values. Parameters: factor, statistic, interval."""

    slug = "station-stream-twice"


class RangeWanted(Problem):
    """A stream has another unit than its factor, so the factor's physical range says nothing. Parameters: factor, unit, usual."""

    slug = "station-range-wanted"


class StreamUnknown(Problem):
    """The station has and had no such stream. Parameters: station, stream (its number)."""

    slug = "station-stream-unknown"
    status = 404


class BatchUnknown(Problem):
    """There is no such batch of readings. Parameter: batch."""

    slug = "reading-batch-unknown"
    status = 404


class DifferingUnknown(Problem):
    """Nothing that differs is kept apart under this name. Parameter: apart."""

    slug = "reading-differing-unknown"
    status = 404


class DifferingAnswered(Problem):
    """Somebody has decided on this value already. Parameter: answer (accepted or refused)."""

    slug = "reading-differing-answered"
    status = 409


class DifferingGone(Problem):
    """The reading that it differs from, or its stream, is not here any more. Parameters: station, at."""

    slug = "reading-differing-gone"
    status = 409


class CorrectionReasonUnfit(Problem):
    """The reason is empty, too long, or holds a person's number. Parameter: most."""

    slug = "reading-correction-reason-unfit"


class PacketUnknown(Problem):
    """No packet is kept under this digest. Parameter: packet."""

    slug = "reading-packet-unknown"
    status = 404


class MonthUnknown(Problem):
    """There are no readings of a month in the database. Parameter: month."""

    slug = "reading-month-unknown"
    status = 404


class MonthStillKept(Problem):
    """A month is too young to be archived. Parameters: month, since (the first month that must stay)."""

    slug = "reading-month-still-kept"


class MonthNotQuiet(Problem):
    """Something of a month came lately, or a value or correction is not added up yet. Parameter: month."""

    slug = "reading-month-not-quiet"
    status = 409


class MonthHasQuestion(Problem):
    """Somebody still has to decide which of two values of a month counts. Parameters: month, key (the instrument's)."""

    slug = "reading-month-has-question"
    status = 409


class MonthInUse(Problem):
    """The month could not be had for itself within seconds: others are reading. Nothing was taken out. Parameter: month."""

    slug = "reading-month-in-use"
    status = 409


class ParquetDiffers(Problem):
    """A Parquet file that was read again does not say what the rows say; nothing was taken out."""

    slug = "reading-parquet-differs"
    status = 500


class ObservedTooMuch(Problem):
    """More readings would have to be put in order than one question may. Parameters: streams, rows (of each), most (of both multiplied)."""

    slug = "observed-too-much"


class ObservedTooSlow(Problem):
    """A question about readings took too long and was ended. Parameter: seconds."""

    slug = "observed-too-slow"
