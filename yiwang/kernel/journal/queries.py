"""Reading the journal. Unlike other queries these take no Actor: they give frames and public facts, nothing about a person.
Each of them stands with its reason in tests/tidy/test_queries.py.

Who asks for `with_private` is another room of ours that has asked its own permission (a timeline shown to an actor).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Max, Min, Q, QuerySet

from yiwang.kernel.journal import models
from yiwang.kernel.journal.reading import fact_in
from yiwang.kernel.journal.registry import Entry


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry with its place in the journal and the fact it holds."""

    position: int | None
    """None for an entry that the sequencer has not placed yet."""
    entry: Entry
    fact: Any


def head() -> int:
    """The position of the newest placed entry; 0 for an empty journal."""
    return int(models.EntryPosition.objects.aggregate(head=Max("position"))["head"] or 0)


def unplaced() -> int:
    """How many entries were committed that the sequencer has not placed yet."""
    return models.EntryPending.objects.count()


class Tip(NamedTuple):
    """Where the journal ends: another one whenever anything was committed, and the same as long as nothing was."""

    placed: int
    """The newest entry that has a position; entries are never numbered twice."""
    pending: tuple[int, ...]
    """Those that wait for one. They are few: the sequencer runs some times a second."""


def tip() -> Tip:
    """The end of the journal. First what waits, then what is placed: in the other order an entry that is placed in between would be
    in neither, and the end would look as it did before the entry."""
    pending = tuple(models.EntryPending.objects.order_by("entry").values_list("entry", flat=True))
    newest = models.EntryPosition.objects.order_by("-position").values_list("entry", flat=True).first()
    return Tip(newest or 0, pending)


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry of the journal at some moment: its position and its hash in hexadecimal."""

    position: int
    hash: str


def head_at(moment: datetime) -> Head | None:
    """The last entry, in order of position, of those recorded before a moment that has passed.

    Nobody knows its hash beforehand and anybody can look it up afterwards. None when nothing was recorded before, and
    as long as the sequencer has not placed all that was.
    """
    if models.EntryPending.objects.filter(entry__recorded_at__lt=moment).exists():
        return None
    placed = models.EntryPosition.objects.filter(entry__recorded_at__lt=moment).select_related("entry")
    last = placed.order_by("-position").first()
    return Head(last.position, bytes(last.entry.hash).hex()) if last else None


def entries_after(position: int, limit: int = 500, *, with_private: bool = False) -> tuple[Placed, ...]:
    """The entries that follow `position`, in order, at most `limit` of them."""
    rows = models.EntryPosition.objects.filter(position__gt=position).select_related("entry").order_by("position")
    if with_private:
        rows = rows.select_related("entry__private")
    return tuple(_placed(row.entry, row.position, with_private) for row in rows[:limit])


@dataclass(frozen=True, slots=True)
class Touched:
    """The subjects that something happened to since a position, and the position to ask from the next time."""

    subject_ids: frozenset[str]
    position: int


def touched_after(position: int, verbs: Collection[str]) -> Touched:
    """The subjects of the committed entries with these verbs that follow `position`, also of those no sequencer has placed yet.

    For a cache that must know what was done a moment ago and may hear of the same entry twice. What waits is read first: an
    entry that is placed meanwhile is then found among the placed ones, and one committed later is found the next time.
    """
    waiting = models.EntryPending.objects.filter(entry__verb__in=verbs).values_list("entry__subject_id", flat=True)
    found = set(waiting)
    now_at = head()
    if now_at > position:
        placed = models.EntryPosition.objects.filter(position__gt=position, position__lte=now_at)
        found.update(placed.filter(entry__verb__in=verbs).values_list("entry__subject_id", flat=True))
    return Touched(frozenset(found), now_at)


def history(subject_kind: str, subject_id: object, *, with_private: bool = False) -> tuple[Placed, ...]:
    """Everything that was recorded of one subject, oldest first, also what was placed nowhere yet; erasures included."""
    return history_of([(subject_kind, subject_id)], with_private=with_private)


def history_of(subjects: Iterable[tuple[str, object]], *, with_private: bool = False) -> tuple[Placed, ...]:
    """The histories of several subjects (a case, its parts and its reports) as one, in the order of writing."""
    wanted = Q(pk__in=())
    for kind, subject_id in subjects:
        wanted |= Q(subject_kind=kind, subject_id=str(subject_id))
        wanted |= Q(subject_kind="entry", subject_id=f"{kind}:{subject_id}")
    rows: QuerySet[models.Entry] = models.Entry.objects.filter(wanted).select_related("placed").order_by("id")
    if with_private:
        rows = rows.select_related("private")
    return tuple(_placed(row, _position_of(row), with_private) for row in rows)


def histories(subject_kind: str, subject_ids: Iterable[object]) -> tuple[Placed, ...]:
    """What was recorded of many subjects of one kind, in the order of writing, without anything private and without erasures."""
    wanted = models.Entry.objects.filter(subject_kind=subject_kind, subject_id__in=[str(one) for one in subject_ids])
    return tuple(_placed(row, _position_of(row), False) for row in wanted.select_related("placed").order_by("id"))


def of_verb(verb: str, subject_kind: str, subject_ids: Iterable[object]) -> tuple[Placed, ...]:
    """What was recorded under one verb of many subjects, in the order of writing, without anything private."""
    wanted = models.Entry.objects.filter(
        verb=verb, subject_kind=subject_kind, subject_id__in=[str(subject_id) for subject_id in subject_ids]
    )
    return tuple(_placed(row, _position_of(row), False) for row in wanted.select_related("placed").order_by("id"))


def of_verbs(
    verbs: Collection[str],
    most: int,
    *,
    since: datetime | None,
    until: datetime | None,
    before: tuple[datetime, int] | None,
    about: object | None,
) -> tuple[Placed, ...]:
    """The newest entries under some verbs, recorded since one moment and before another, before a moment and number already
    shown, and (with `about`) of or by one account; without anything private.
    """
    rows = models.Entry.objects.filter(verb__in=verbs)
    if since is not None:
        rows = rows.filter(recorded_at__gte=since)
    if until is not None:
        rows = rows.filter(recorded_at__lt=until)
    if before is not None:
        rows = rows.filter(recorded_at__lte=before[0]).exclude(recorded_at=before[0], id__gte=before[1])
    if about is not None:
        rows = rows.filter(Q(subject_kind="account", subject_id=str(about)) | Q(actor=f"staff:{about}"))
    return tuple(_placed(row, None, False) for row in rows.order_by("-recorded_at", "-id")[:most])


def position_of(entry_id: int) -> int | None:
    """Where the sequencer put this entry; None as long as it did not."""
    return models.EntryPosition.objects.filter(entry=entry_id).values_list("position", flat=True).first()


def positions_of(entry_ids: Iterable[int]) -> frozenset[int]:
    """Where the sequencer put these entries; without those that it did not yet."""
    rows = models.EntryPosition.objects.filter(entry__in=list(entry_ids))
    return frozenset(rows.values_list("position", flat=True))


def hashes(entry_ids: Iterable[int]) -> dict[int, str]:
    """The hash of each of these entries in hexadecimal, by entry: what anybody can compare later."""
    rows = models.Entry.objects.filter(pk__in=list(entry_ids)).values_list("id", "hash")
    return {entry_id: bytes(found).hex() for entry_id, found in rows}


def reader_position(name: str) -> int:
    """How far a named reader has come; 0 for one that never read."""
    return models.Reader.objects.filter(name=name).values_list("position", flat=True).first() or 0


def slowest_reader() -> int:
    """How far that reader has come that is furthest behind; the head where there is none."""
    least = models.Reader.objects.aggregate(least=Min("position"))["least"]
    return head() if least is None else int(least)


def _position_of(row: models.Entry) -> int | None:
    return row.placed.position if hasattr(row, "placed") else None


def _placed(row: models.Entry, position: int | None, with_private: bool) -> Placed:
    private = getattr(row, "private", None) if with_private else None
    return Placed(position, frame(row), fact_in(row, private))


def frame(row: models.Entry) -> Entry:
    """The journal's frame around a fact, as appliers and readers see it."""
    return Entry(
        id=row.id,
        happened_at=row.happened_at,
        recorded_at=row.recorded_at,
        actor=row.actor,
        door=row.door,
        reason=row.reason,
        verb=row.verb,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
    )
