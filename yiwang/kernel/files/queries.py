"""Reading files. Whether an actor may see one is decided by what it hangs on (guards.py)."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from yiwang.kernel.files import guards, imaging, rules, store, tokens
from yiwang.kernel.files.facts import Purpose
from yiwang.kernel.files.models import File, FileUse
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import Actor, FileHash

_HASH = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Shown:
    """A file as a list shows it. Width and height in pixels, None for a document."""

    sha256: FileHash
    mime: str
    size_bytes: int
    width: int | None
    height: int | None
    purpose: Purpose
    used_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """A file to be sent: whoever gets it closes the stream (Django's FileResponse does)."""

    stream: BinaryIO
    headers: dict[str, str]


def files_of(actor: Actor, subject_kind: str, subject_id: object, purpose: Purpose | None = None) -> tuple[Shown, ...]:
    """The files that hang on a subject, oldest first, all or those of one purpose. Raises NotFound when it is not for this actor."""
    if not guards.may_see(actor, subject_kind, str(subject_id)):
        raise NotFound
    uses = FileUse.objects.filter(subject_kind=subject_kind, subject_id=str(subject_id)).select_related("file")
    if purpose is not None:
        uses = uses.filter(purpose=str(purpose))
    return tuple(_shown(use) for use in uses.order_by("used_at", "file_id"))


def _shown(use: FileUse) -> Shown:
    file = use.file
    return Shown(
        FileHash(file.sha256), file.mime, file.bytes, file.width, file.height, Purpose(use.purpose), use.used_at
    )


def open_for(actor: Actor, sha256: str, *, thumbnail: bool = False) -> Opened:
    """A stored file for an actor who may see something that it hangs on. Raises NotFound otherwise, and does not say why."""
    if not _HASH.fullmatch(sha256):
        raise NotFound
    uses = FileUse.objects.filter(file_id=sha256).values_list("subject_kind", "subject_id")
    if not any(guards.may_see(actor, kind, subject) for kind, subject in uses):
        raise NotFound
    return _opened(sha256, thumbnail=thumbnail)


def open_uploaded(actor: Actor, token: str, *, now: datetime, thumbnail: bool = True) -> Opened:
    """What was just uploaded, for whoever holds its token: to be looked at before the form is sent.

    Raises UploadUnknown, UploadExpired, NotFound.
    """
    return _opened(tokens.claimed(token, now=now), thumbnail=thumbnail)


def _opened(sha256: str, *, thumbnail: bool) -> Opened:
    file = File.objects.filter(sha256=sha256).first()
    if file is None:
        raise NotFound
    small = thumbnail and file.width is not None
    if small and not store.path_of(sha256, thumbnail=True).exists():
        _make_thumbnail(sha256)
    return Opened(store.open_bytes(sha256, thumbnail=small), rules.headers(file.mime, sha256, thumbnail=small))


def _make_thumbnail(sha256: str) -> None:
    """A thumbnail can always be made again, so it is not part of a backup."""
    with transaction.atomic(), store.open_bytes(sha256) as stream:
        store.turn(sha256, wait=True)
        store.keep(imaging.thumbnail_of(stream.read()), store.path_of(sha256, thumbnail=True))


def unused_since(actor: Actor, moment: datetime, *, most: int = 1000) -> tuple[FileHash, ...]:
    """Uploads from before the moment that nothing uses, oldest first: what the sweeper looks at."""
    rows = File.objects.filter(uploaded_at__lt=moment, uses__isnull=True).order_by("uploaded_at")
    return tuple(FileHash(sha256) for sha256 in rows.values_list("sha256", flat=True)[:most])


def everything(actor: Actor) -> tuple[tuple[FileHash, int], ...]:
    """Each file that has a row, and how many bytes it has, in order of hash: what a backup takes along."""
    rows = File.objects.order_by("sha256").values_list("sha256", "bytes")
    return tuple((FileHash(sha256), size) for sha256, size in rows)


def in_use(actor: Actor, hashes: Collection[FileHash]) -> tuple[FileHash, ...]:
    """Which of the hashes something hangs on, in order."""
    rows = File.objects.filter(sha256__in=hashes, uses__isnull=False).order_by("sha256").distinct()
    return tuple(FileHash(sha256) for sha256 in rows.values_list("sha256", flat=True))


def known(actor: Actor, hashes: list[FileHash]) -> frozenset[FileHash]:
    """Which of the hashes the database has a row for."""
    rows = File.objects.filter(sha256__in=hashes).values_list("sha256", flat=True)
    return frozenset(FileHash(sha256) for sha256 in rows)
