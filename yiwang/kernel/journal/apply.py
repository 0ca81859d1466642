"""The journal's facts → rows: an erasure takes the private payloads, and the module they belong to blanks its own rows."""

from yiwang.kernel.journal.facts import EntryErased, SealKeyRenewed
from yiwang.kernel.journal.models import EntryPrivate
from yiwang.kernel.journal.registry import BLANKERS, Entry, applies


@applies(EntryErased)
def entry_erased(fact: EntryErased, entry: Entry) -> None:
    """Delete salt and ciphertext. Without the salt the hash that stays in the entry tells nothing about what was said."""
    EntryPrivate.objects.filter(entry__in=fact.entry_ids).delete()
    if fact.erased_kind in BLANKERS:
        BLANKERS[fact.erased_kind](fact, entry)


@applies(SealKeyRenewed)
def seal_key_renewed(fact: SealKeyRenewed, entry: Entry) -> None:
    """No row follows: the key lies in a file outside the database, and each head says which one signed it."""
