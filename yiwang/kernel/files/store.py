"""The bytes in the data folder: `files/ab/cd/<sha256>`, and beside it `<sha256>.thumb` for a photo.

When `keep` returns, the bytes survive a power cut: they were written under another name, fsynced, renamed, and the
folder was fsynced. It runs before the database commits, so a row never points at bytes that are not there; bytes
without a row are left over by a crash in between, and jobs.py sweeps them.

Two processes that store or remove the same content take turns by the advisory lock of `turn`.
"""

import hashlib
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection

from yiwang.kernel.terms import FileHash

THUMBNAIL = ".thumb"
INCOMING = "incoming"


def root() -> Path:
    """The folder of all files."""
    return Path(settings.DATA_DIR) / "files"


def path_of(sha256: str, *, thumbnail: bool = False) -> Path:
    """Where the bytes of this hash lie. Raises ValueError for anything but 64 hexadecimal digits, such as a path."""
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise ValueError(f"{sha256!r} is not a SHA-256 in lower-case hexadecimal digits")
    return root() / sha256[:2] / sha256[2:4] / (sha256 + (THUMBNAIL if thumbnail else ""))


def hash_of(content: bytes) -> FileHash:
    """The name of these bytes."""
    return FileHash(hashlib.sha256(content).hexdigest())


def keep(content: bytes, path: Path) -> None:
    """Make these bytes durable at the path. Bytes that are there already are compared, and mended when a disk lost some."""
    if path.exists() and path.read_bytes() == content:
        _sync(path)  # whoever wrote them may have died before
    else:
        _make_folder(path.parent)
        _make_folder(root() / INCOMING)
        part = root() / INCOMING / f"{path.name}.{os.getpid()}.{threading.get_ident()}"
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)  # on a full disk half a file must not take the room that somebody makes
    _sync(path.parent)


def _make_folder(folder: Path) -> None:
    """The folder, durable down from the data folder."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync(folder.parent)


def _sync(path: Path) -> None:
    """Wait until the disk has the file or folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def open_bytes(sha256: str, *, thumbnail: bool = False) -> BinaryIO:
    """The bytes for reading. Raises FileNotFoundError when they are not there."""
    return path_of(sha256, thumbnail=thumbnail).open("rb")


def remove(sha256: str) -> None:
    """Delete the bytes and the thumbnail, where they are there. Only under `turn`."""
    path_of(sha256).unlink(missing_ok=True)
    path_of(sha256, thumbnail=True).unlink(missing_ok=True)


def turn(sha256: str, *, wait: bool) -> bool:
    """Take the lock on this content until the transaction ends. Without waiting, False when another has it."""
    function = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    number = int.from_bytes(bytes.fromhex(sha256[:16]), "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [number])
        answer = cursor.fetchone()[0]
    return wait or bool(answer)


def kept_before(moment: datetime) -> Iterator[FileHash]:
    """The hash of every file in the folder whose bytes were written before the moment, in order of hash."""
    for path in sorted(root().glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")):
        if len(path.name) == 64 and _written_at(path) < moment:
            yield FileHash(path.name)


def remove_parts(moment: datetime) -> int:
    """Delete what a crash left half written before the moment; how many."""
    parts = [path for path in (root() / INCOMING).glob("*") if _written_at(path) < moment]
    for path in parts:
        path.unlink(missing_ok=True)
    return len(parts)


def _written_at(path: Path) -> datetime:
    """When the file was last written; a file that vanished meanwhile counts as written at the end of time."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return datetime.max.replace(tzinfo=UTC)
