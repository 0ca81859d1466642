"""What can be wrong with alarm rules, told with file and line."""

from yiwang.kernel.params.problems import RuleFileProblem
from yiwang.kernel.problems import Problem


class AlarmOfAnother(RuleFileProblem):
    """A rule's code does not begin with the name of its pack. Parameters: code, start."""

    slug = "alarm-of-another"


class AlarmTypeUnknown(RuleFileProblem):
    """The rule opens cases of a type that its pack does not have. Parameters: type, known."""

    slug = "alarm-type-unknown"


class AlarmRegisterUnknown(RuleFileProblem):
    """The rule is for stations at a register that its pack does not declare. Parameters: register, known."""

    slug = "alarm-register-unknown"


class AlarmFieldUnknown(RuleFileProblem):
    """The rule reads a field that the register does not have, or names no register. Parameters: field, register, known."""

    slug = "alarm-field-unknown"


class AlarmStandardUnknown(RuleFileProblem):
    """The limit is of a dated rule that the pack does not have. Parameters: rule, known."""

    slug = "alarm-standard-unknown"


class AlarmLimitMissing(RuleFileProblem):
    """The path within the standard leads to no number, in some version or for some value of the field. Parameters: rule, path."""

    slug = "alarm-limit-missing"


class AlarmStandstillWithoutSpan(RuleFileProblem):
    """Two equal readings, or one that cannot be used, would be an alarm. Parameter: code."""

    slug = "alarm-standstill-without-span"


class AlarmSilenceWithSpan(RuleFileProblem):
    """A silence that has to last, and is to last longer: nobody would know which. Parameter: code."""

    slug = "alarm-silence-with-span"


class AlarmCountWithSpan(RuleFileProblem):
    """What is counted within a day holds as soon as it is one too many; a span would say nothing. Parameter: code."""

    slug = "alarm-count-with-span"


class AlarmTimesOfNothing(RuleFileProblem):
    """A severity by multiples of a limit where there is no limit. Parameter: code."""

    slug = "alarm-times-of-nothing"


class AlarmUnknown(Problem):
    """No installed pack has an alarm rule with this code. Parameter: code."""

    slug = "alarm-unknown"
    status = 404


class InstrumentAlive(Problem):
    """A leader is to close a case without proof while its instrument measures. Parameters: station, at (the newest reading), hours
    (for so long nothing that counts must have come)."""

    slug = "alarm-instrument-alive"
    status = 409


class NoAlarmStands(Problem):
    """No alarm of the case stands any more, or its rule does not watch the station any more: a sample has nothing to show. No parameter."""

    slug = "alarm-none-stands"
    status = 409


class SampleElsewhere(Problem):
    """No such sample was taken where the instrument of the alarm stands, since it began. Parameters: sample, station."""

    slug = "alarm-sample-elsewhere"


class SampleSaysNothing(Problem):
    """A sample lacks what the rule looks at, or the rule is no matter of one moment. Parameters: sample, rule."""

    slug = "alarm-sample-says-nothing"


class SampleBeyond(Problem):
    """A sample is beyond the limit of the rule, or not as far within as the rule asks. Parameters: sample, rule."""

    slug = "alarm-sample-beyond"


class SampleBeforeBeyond(Problem):
    """It was beyond again after the sample was taken. Parameter: sample."""

    slug = "alarm-sample-before-beyond"
    status = 409
