"""What can be wrong with a laboratory's sheet: the sheet, a row, or one cell of it."""

from yiwang.kernel.problems import Problem


class SampleColumnsMissing(Problem):
    """The sheet has no column for the station, for the moment, or for anything measured. Parameters: filename, header."""

    slug = "sample-columns-missing"


class SampleSheetTooLong(Problem):
    """More samples than are entered at once. Parameters: rows, most."""

    slug = "sample-sheet-too-long"
    status = 413


class SampleStationUnknown(Problem):
    """No laboratory station within reach has this name, code, key or register row. Parameters: given (— for none), known."""

    slug = "sample-station-unknown"


class SampleStationSeveral(Problem):
    """More than one laboratory station is called so. Parameters: given, found."""

    slug = "sample-station-several"


class SampleWordsUnfit(Problem):
    """A sample's number or laboratory holds a person's number, or is longer than is kept. Parameters: column, most."""

    slug = "sample-words-unfit"


class SampleEmpty(Problem):
    """Nothing measured stands in the row."""

    slug = "sample-empty"


class SampleTwice(Problem):
    """Two rows of the sheet are of one moment of one station, or have one number. Parameter: row (the first)."""

    slug = "sample-twice"


class SampleMomentTaken(Problem):
    """Another sample of this station is of the same moment. Parameters: station, at, number."""

    slug = "sample-moment-taken"
    status = 409


class SampleNumberTaken(Problem):
    """Another sample of this station has the same number. Parameters: station, at, number."""

    slug = "sample-number-taken"
    status = 409


class SampleUnknown(Problem):
    """There is no such sample, or it is beyond reach. Parameter: sample."""

    slug = "sample-unknown"
    status = 404


class SampleStreamMissing(Problem):
    """The station has no stream for what was measured. Parameters: station, column."""

    slug = "sample-stream-missing"


class SampleOutOfRange(Problem):
    """No such value can be measured. Parameters: column, given."""

    slug = "sample-out-of-range"


class SampleNotInUse(Problem):
    """The station was not in use on that day. Parameters: station, at."""

    slug = "sample-not-in-use"


class SampleInFuture(Problem):
    """The sample is of a moment to come. Parameter: at."""

    slug = "sample-in-future"


class SampleDiffers(Problem):
    """Another value is stored for this moment; the first one stays. Parameters: column, given."""

    slug = "sample-differs"
    status = 409
