"""The town's secret key: one file that only its owner can read. Whoever loses it loses every sealed phone number and name."""

import os
from pathlib import Path

from yiwang.kernel import ids
from yiwang.project.refusal import Refusal

FILE_NAME = "secret.key"


def of_folder(data_dir: Path, *, may_make: bool) -> str:
    """The key of this data folder. `may_make` is true only where there is no database yet that another key has sealed.

    Raises Refusal when the key is missing although there is a database, or when the file is empty.
    """
    path = data_dir / FILE_NAME
    if not path.exists():
        if not may_make:
            raise Refusal(
                f"{path} is missing, but there is already a database. Without that key its phones and names stay unreadable.\n"
                "Put the file back from the backup, or set YIWANG_SECRET_KEY. To begin anew, move the whole data folder away."
            )
        _make(path)
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    key = path.read_text(encoding="ascii").strip()
    if len(key) < 32:
        raise Refusal(f"{path} is too short to be a key. Put it back from the backup.")
    return key


def _make(path: Path) -> None:
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(ids.secret_key() + "\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
