"""The journal's own facts."""

from dataclasses import dataclass

from yiwang.kernel.terms import fact


@fact("entry.erased", subject="about")
@dataclass(frozen=True, slots=True)
class EntryErased:
    """What was private in some entries of one subject is gone for good. Who did it and why stands in the entry's frame."""

    about: str
    """`<subject kind>:<subject id>`, so that the subject's own history can show the erasure."""
    erased_kind: str
    erased_id: str
    entry_ids: tuple[int, ...]
    verbs: tuple[str, ...]
    """The verbs of those entries, for a module that has to blank only part of a row."""
    ground: str
    """The legal ground, for example 《个人信息保护法》第四十七条."""


@fact("seal.key_renewed", subject="about")
@dataclass(frozen=True, slots=True)
class SealKeyRenewed:
    """From now on heads of the journal are signed with another key; why stands in the entry's frame."""

    about: str
    """Always `seal`: there is one."""
    old_key: str
    """The public key that signed until now, as verifiers read it; empty when nothing was signed yet."""
    new_key: str
