"""What is sealed: the signed heads, the newest first. Heads are for everybody; that is what they are signed for."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from yiwang.kernel.journal.models import EntryPosition, TreeHead, Witness
from yiwang.kernel.journal.notes import Head
from yiwang.kernel.journal.problems import NotSealedYet
from yiwang.kernel.journal.queries import head

PAGE = 50


@dataclass(frozen=True, slots=True)
class Sealed:
    """A signed head: the first `size` entries have this root (hexadecimal). `note` is the whole head as witnesses get it."""

    size: int
    root: str
    signed_at: datetime
    note: str
    key: str

    @property
    def origin(self) -> str:
        """The name that the head is signed under."""
        return self.note.partition("\n")[0]

    @property
    def pure(self) -> Head:
        """The head itself, as tree.py and the checks know it."""
        return Head(self.origin, self.size, bytes.fromhex(self.root))


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the seal has come: the newest head, the newest entry, and since when the oldest entry waits that no head covers."""

    newest: Sealed | None
    entries: int
    waiting_since: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """How far a witness has come. `fault` is why it could not be told since `failed_at`; empty when all is well."""

    address: str
    size: int
    told_at: datetime | None
    fault: str
    failed_at: datetime | None


def newest(upto: int | None = None) -> Sealed | None:
    """The newest head, or the newest that covers at most so many entries."""
    heads = TreeHead.objects.order_by("-size")
    found = (heads if upto is None else heads.filter(size__lte=upto)).first()
    return _sealed(found) if found else None


def required(upto: int | None = None) -> Sealed:
    """The same. Raises NotSealedYet where there is none."""
    found = newest(upto)
    if found is None:
        raise NotSealedYet
    return found


def listed(before: int | None = None, limit: int = PAGE) -> tuple[Sealed, ...]:
    """Heads that cover fewer than `before` entries, the largest first."""
    heads = TreeHead.objects.order_by("-size")
    return tuple(_sealed(one) for one in (heads if before is None else heads.filter(size__lt=before))[:limit])


def notes_after(size: int, limit: int) -> tuple[str, ...]:
    """The notes that cover more than `size` entries, the smallest first."""
    return tuple(TreeHead.objects.filter(size__gt=size).order_by("size").values_list("note", flat=True)[:limit])


def on_the_way(after: int, upto: int, key: str) -> dict[int, str]:
    """The notes by this key that cover more than `after` and at most `upto` entries, by size."""
    return dict(TreeHead.objects.filter(size__gt=after, size__lte=upto, key=key).values_list("size", "note"))


def keys() -> tuple[str, ...]:
    """The public keys with which heads of this town were ever signed."""
    return tuple(TreeHead.objects.order_by("key").values_list("key", flat=True).distinct())


def standing() -> Standing:
    """How far the seal has come."""
    found, entries = newest(), head()
    since = None
    if entries > (found.size if found else 0):
        waiting = EntryPosition.objects.filter(position=(found.size if found else 0) + 1)
        since = waiting.aggregate(since=Min("entry__recorded_at"))["since"]
    return Standing(found, entries, since)


def witnesses() -> tuple[Told, ...]:
    """Every witness that was ever told or tried, by address."""
    rows = Witness.objects.order_by("address")
    return tuple(Told(row.address, row.size, row.told_at, row.fault, row.failed_at) for row in rows)


def _sealed(row: TreeHead) -> Sealed:
    return Sealed(row.size, bytes(row.root).hex(), row.signed_at, row.note, row.key)
