"""The town's secret: one file that only its owner can read, with a key, or several when it was renewed (kernel/keyring.py).

Whoever loses it loses every sealed phone number and name.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings

from yiwang.kernel import ids, keyring
from yiwang.kernel.zone import TOWN_ZONE
from yiwang.project.refusal import Refusal

FILE_NAME = "secret.key"
SHORTEST = 32
"""Characters: what settings.md asks of YIWANG_SECRET_KEY, and what a whole file has."""
OTHER_KEY = """\
这个数据库是用另一把密钥加密的。现在用的密钥来自{source_zh}，它解不开库里的电话和姓名；用它继续写入，原来的密钥以后也解不开新写的。没有启动，也没有写入任何内容。
请{do_zh}；要另建一个镇，请换一个空数据库和新的数据目录（YIWANG_DATA）。
This database was sealed with another key. The key in use comes from {source}. It cannot read the phones and names in there, and
what it wrote the right key could not read. Nothing was started and nothing written.
{do} To begin another town, take an empty database and a new data folder (YIWANG_DATA)."""


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
    if not _whole(key):
        raise Refusal(f"{path} is too short to be a key. Put it back from the backup.")
    return key


def require_file(data_dir: Path) -> None:
    """Raises Refusal when a backup is to be put back and the key it was sealed with is not there yet: a new one could not open it."""
    path = data_dir / FILE_NAME
    if not path.exists():
        raise Refusal(
            f"没有 {path}，没有恢复。请先把这个镇的 {FILE_NAME}（还有 seal.key）从另外保存的地方放进去，或设 YIWANG_SECRET_KEY。\n"
            f"{path} is missing; nothing was restored. First put this town's {FILE_NAME} (and seal.key) there, "
            "from where they are kept, or set YIWANG_SECRET_KEY."
        )


def _whole(key: str) -> bool:
    """Whether a secret can be read and no key of it is too short."""
    try:
        return all(len(one) >= SHORTEST for one in keyring.keys(key))
    except ValueError:
        return False


def given(key: str) -> str:
    """The key of YIWANG_SECRET_KEY. Raises Refusal when it is too short to seal anything."""
    if not _whole(key):
        raise Refusal(
            f"YIWANG_SECRET_KEY 只有 {len(key)} 个字符，至少要 {SHORTEST} 个。"
            f"请从备份恢复原来的密钥，或不设它，改用数据目录里的 {FILE_NAME}。\n"
            f"YIWANG_SECRET_KEY has {len(key)} characters and needs {SHORTEST}. "
            f"Set the town's own key from the backup, or unset it to use {FILE_NAME} of the data folder."
        )
    return key


def require_right() -> None:
    """Compare the key in use with what the database was sealed with. Raises Refusal when it is another. Writes nothing."""
    if not apps.is_installed("yiwang.kernel.people"):
        return
    from yiwang.kernel.people import sealing  # not above: this module is read before Django is ready

    if sealing.secret() is sealing.Secret.OTHER:
        raise Refusal(_other_key(Path(settings.DATA_DIR) / FILE_NAME, settings.SECRET_KEY))


def keep_check() -> None:
    """After the migrations, as the tables' owner: from now on the database knows its key."""
    if apps.is_installed("yiwang.kernel.people"):
        from yiwang.kernel.people.steps import secretcheck  # as above

        secretcheck.keep_check()


def _other_key(path: Path, key: str) -> str:
    if path.exists() and path.read_text(encoding="ascii").strip() == key:
        return OTHER_KEY.format(
            source=path,
            source_zh=f" {path} ",
            do_zh=f"从备份恢复这个镇自己的 {FILE_NAME}，放到 {path}，再启动",
            do=f"Put this town's own {FILE_NAME} from the backup at {path}, then start again.",
        )
    return OTHER_KEY.format(
        source="the environment variable YIWANG_SECRET_KEY",
        source_zh="环境变量 YIWANG_SECRET_KEY ",
        do_zh=f"把 YIWANG_SECRET_KEY 设成这个镇自己的密钥，或不设它、把备份的 {FILE_NAME} 放到 {path}，再启动",
        do=f"Set YIWANG_SECRET_KEY to this town's own key, or unset it and put {FILE_NAME} from the backup at {path}.",
    )


def rotate(data_dir: Path, given_by: Mapping[str, str]) -> int:
    """Add a fresh key to the folder's secret, in one move: at every moment the file is the old secret or the new one. Gives how many
    keys there are now. Raises Refusal where the secret is not in the folder, or is full. Ask that the town is stopped.
    """
    path = data_dir / FILE_NAME
    if given_by.get("YIWANG_SECRET_KEY"):
        raise Refusal(
            f"密钥来自环境变量 YIWANG_SECRET_KEY，这里换不了。请把它写进 {path}（权限 600），不再设这个变量，然后再运行一次。\n"
            f"The secret comes from the environment variable YIWANG_SECRET_KEY and cannot be renewed here. Write it to {path} (mode 600), "
            "unset the variable, and run this again."
        )
    found = keyring.keys(of_folder(data_dir, may_make=False))
    if len(found) >= keyring.MOST:
        raise Refusal(f"已有 {len(found)} 把密钥，不能再加。 There are {len(found)} keys; no more fit.")
    _write(path, keyring.written((*found, ids.secret_key())))
    return len(found) + 1


@dataclass(frozen=True, slots=True)
class Listed:
    """A secret of the town as it is listed: never itself. `since`: the day its file was written, empty where it is no file."""

    name: str
    where: str
    since: str
    purpose: str
    renewal: str


_THERE = "在那里改密码，再改这个变量，重新启动 change it there, then here; start again"
IN_THE_ENVIRONMENT = {
    "DATABASE_URL": "自备数据库的登录 the login of your own database",
    "YIWANG_SERVE_URL": "自备数据库的第二个登录 the second login there",
    "YIWANG_SMTP": "邮件服务器的登录 the login of the mail server",
}
"""Variables that may carry a password, and what each is for."""


def listed(data_dir: Path, given_by: Mapping[str, str]) -> list[Listed]:
    """Every secret that the town has now."""
    path, seal = data_dir / FILE_NAME, data_dir / "seal.key"
    outside = bool(given_by.get("YIWANG_SECRET_KEY"))
    text = given_by.get("YIWANG_SECRET_KEY") or (path.read_text(encoding="ascii").strip() if path.exists() else "")
    found = []
    if text:
        number = len(keyring.keys(text)) if _whole(text) else 0
        found.append(
            Listed(
                FILE_NAME,
                "YIWANG_SECRET_KEY" if outside else str(path),
                "" if outside else _day(path),
                f"加密姓名、电话、私密内容，签登录；{number} 把 seals names, phones and private payloads, signs log-ins; {number} of them",
                "停下来运行 yiwang secret rotate stop the town and run: yiwang secret rotate",
            )
        )
    if seal.exists():
        renewal = "运行 yiwang journal renew-key run: yiwang journal renew-key"
        found.append(Listed(seal.name, str(seal), _day(seal), "给日志的树头签名 signs the journal's heads", renewal))
    for name, purpose in IN_THE_ENVIRONMENT.items():
        if given_by.get(name):
            found.append(Listed(name, "环境变量 environment", "", purpose, _THERE))
    return found


def _day(path: Path) -> str:
    return datetime.fromtimestamp(path.stat().st_mtime, TOWN_ZONE).date().isoformat()


def _make(path: Path) -> None:
    _write(path, ids.secret_key())


def _write(path: Path, text: str) -> None:
    """Put a secret in its place for its owner's eyes only: written beside it, brought to the disk, then moved."""
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
