"""The key that seals the journal: one file beside secret.key, made when there is neither a key nor a head that one has signed.

Whoever has it can sign heads in the town's name; without it nothing more is signed. It opens no phone and no name.
"""

import os
import re
from pathlib import Path

from yiwang.kernel import ids
from yiwang.kernel.journal import sealed, sealer
from yiwang.kernel.journal.checking import ORIGIN
from yiwang.kernel.journal.notes import NoteUnread, Signer
from yiwang.project.refusal import Refusal

MISSING = """\
  封存日志的钥匙不见了：{path}。没有它不再签树头，其余照常。请从备份放回；确实丢了，运行 yiwang journal renew-key。
  The key that seals the journal is missing: {path}. No more heads are signed; all else goes on. Put it back from the backup,
  or, if it is lost for good, run: yiwang journal renew-key"""


def origin(town_dir: Path) -> str:
    """What the town's key and heads are called: the folder's name, without what a key's name may not have."""
    return ORIGIN + (re.sub(r"[^\w.-]+", "-", town_dir.name).strip("-") or "town")


def keep(town_dir: Path) -> str:
    """Make the key of a town that has none and has signed nothing yet. Gives what is to be told, empty when all is well.

    Raises Refusal for a file that holds no key.
    """
    path = sealer.key_path()
    if not path.exists():
        if sealed.newest() is not None:
            return MISSING.format(path=path)
        write(path, Signer(origin(town_dir), ids.seal_seed()))
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    try:
        sealer.signer()
    except (NoteUnread, UnicodeDecodeError):
        raise Refusal(
            f"{path} 里不是封存日志的钥匙。请从备份放回原来的文件。\n"
            f"{path} is not a key that seals a journal. Put the file back from the backup."
        ) from None
    return ""


def write(path: Path, signer: Signer) -> None:
    """Write a key for its owner's eyes only; never over another one."""
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(signer.text + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.link(unfinished, path)
    unfinished.unlink()
