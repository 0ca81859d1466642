"""What can be refused about signed evidence. The words are in registers/texts/."""

from yiwang.kernel.problems import Problem


class EvidenceSubjectUnknown(Problem):
    """Nothing of this kind and reference can be shown by signed evidence. Parameters: kind, ref."""

    slug = "evidence-subject-unknown"
    status = 404


class EvidenceUnknown(Problem):
    """Nobody signed anything under this identifier."""

    slug = "evidence-unknown"
    status = 404


class EvidenceNothingSaid(Problem):
    """Neither a number, nor that it is done, nor a paper."""

    slug = "evidence-nothing-said"


class EvidenceTwoThings(Problem):
    """A number and that it is done at once: the number decides whether it is done."""

    slug = "evidence-two-things"


class EvidenceWhyWanted(Problem):
    """It is not said why it is right."""

    slug = "evidence-why-wanted"


class EvidenceAfterEnd(Problem):
    """It is about a day after the last one on which it could count. Parameters: day, ends."""

    slug = "evidence-after-end"


class EvidenceInFuture(Problem):
    """It is about a day that has not come. Parameters: day, today."""

    slug = "evidence-in-future"


class EvidenceBeforeBegin(Problem):
    """It is about a day before the subject began to count. Parameters: day, begins."""

    slug = "evidence-before-begin"


class EvidenceUnitOther(Problem):
    """The number is not in a unit in which the subject is measured. Parameters: unit, wanted."""

    slug = "evidence-unit-other"


class EvidenceNumberUnfit(Problem):
    """A number below nought, or with more places than are kept. Parameter: given."""

    slug = "evidence-number-unfit"


class EvidenceTooLong(Problem):
    """Parameters: length, limit (characters)."""

    slug = "evidence-too-long"


class EvidencePersonal(Problem):
    """A mobile or identity number stands in what everybody will read."""

    slug = "evidence-personal"


class EvidenceWithdrawnAlready(Problem):
    """It was withdrawn before. Parameter: day."""

    slug = "evidence-withdrawn-already"
    status = 409
