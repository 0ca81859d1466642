"""What the journal refuses."""

from yiwang.kernel.problems import Problem


class KeyUsedOtherwise(Problem):
    """The key of this call was used before for another action, or with anything else said. Parameters: used_for, action."""

    slug = "key-used-otherwise"
    status = 409


class ErasureNeedsGround(Problem):
    """An erasure names its reason and its legal ground."""

    slug = "erasure-needs-ground"
    status = 422


class NothingToErase(Problem):
    """The subject has no private payload (left). Parameters: subject_kind, subject_id."""

    slug = "nothing-to-erase"
    status = 409


class ErasedByItsModule(Problem):
    """This kind of subject is erased by a verb of its own module. Parameters: subject_kind."""

    slug = "erased-by-its-module"
    status = 422


class NotSealedYet(Problem):
    """No head was signed yet (up to that size), so there is nothing that anybody could check."""

    slug = "not-sealed-yet"
    status = 409


class RenewalNeedsReason(Problem):
    """A new key for the seal is told with its reason."""

    slug = "renewal-needs-reason"
    status = 422


class KeyElsewhere(Problem):
    """The key of the seal is not on this machine, or is another than the newest head's: nothing can be signed here now."""

    slug = "seal-key-elsewhere"
    status = 409
