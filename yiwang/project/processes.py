"""Starting and ending programs of the operating system: users, process groups, locks and ports. Knows nothing of Yiwang's parts."""

import ctypes
import fcntl
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from yiwang.project.refusal import Refusal

SERVICE_USER = "yiwang"
SERVICE_HOME = Path("/var/lib/yiwang")
MARK = "YIWANG_UP"
"""Every program that `yiwang up` starts carries this variable with the data folder, so that left-overs are known for certain."""

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class OsUser:
    """A user of the operating system that we can become."""

    name: str
    uid: int
    gid: int


def current_user_name() -> str:
    """The name of the user who runs this; the number as text when it has no name (containers)."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def service_user() -> OsUser | None:
    """Whom PostgreSQL runs as: nobody else (None) unless we are root, which PostgreSQL refuses; then the system user `yiwang`.

    Raises Refusal when the system user is missing and cannot be made.
    """
    if os.geteuid() != 0:
        return None
    with suppress(KeyError):
        return _os_user(SERVICE_USER)
    useradd = shutil.which("useradd") or "/usr/sbin/useradd"
    command = [useradd, "--system", "--user-group", "--no-create-home", "--home-dir", str(SERVICE_HOME)]
    command += ["--shell", "/usr/sbin/nologin", SERVICE_USER]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - a fixed command
    except (OSError, subprocess.CalledProcessError) as error:
        detail = getattr(error, "stderr", "") or str(error)
        raise Refusal(
            f"PostgreSQL does not run as root, and the system user {SERVICE_USER!r} could not be made: {detail.strip()}\n"
            f"Make it yourself:  {' '.join(command)}\nor start Yiwang as an ordinary user, or set DATABASE_URL."
        ) from error
    return _os_user(SERVICE_USER)


def _os_user(name: str) -> OsUser:
    entry = pwd.getpwnam(name)
    return OsUser(name, entry.pw_uid, entry.pw_gid)


def reachable(path: Path, user: OsUser | None) -> bool:
    """Whether `user` may enter that folder or run that program (asked by trying it as that user)."""
    if user is None:
        return os.access(path, os.X_OK)
    return subprocess.run(["/usr/bin/test", "-x", str(path)], check=False, **_become(user)).returncode == 0  # type: ignore[call-overload]  # noqa: S603


def _become(user: OsUser | None) -> dict[str, object]:
    return {} if user is None else {"user": user.uid, "group": user.gid, "extra_groups": []}


def own(path: Path, user: OsUser | None, mode: int) -> None:
    """Makes the folder if it is missing and gives it to the user with exactly this mode."""
    path.mkdir(parents=True, exist_ok=True)
    if user is not None:
        os.chown(path, user.uid, user.gid)
    path.chmod(mode)


def spawn(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    output: IO[bytes] | int | None,
    user: OsUser | None = None,
    cwd: Path | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Starts a program in its own process group; it gets `death_signal` when we die, even by SIGKILL.

    Call it from the main thread: Linux ties the death signal to the thread that started the child.
    The signal is set after the change of user, which would clear it.
    """
    parent = os.getpid()

    def leash() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:  # the parent died before the leash was on
            os._exit(1)

    return subprocess.Popen(  # type: ignore[call-overload]  # noqa: S603
        list(command),
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        cwd=cwd,
        process_group=0,
        preexec_fn=leash,
        **_become(user),
    )


def signal_group(group: int, which: signal.Signals) -> None:
    """Sends a signal to a whole process group; nothing happens when it is gone."""
    with suppress(ProcessLookupError):
        os.killpg(group, which)


def wait_until(condition: Callable[[], bool], *, timeout_s: float, every_s: float = 0.05) -> bool:
    """Whether the condition became true in time."""
    end = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(every_s)
    return True


def _every_process() -> Iterable[int]:
    return (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())


def running_in(folder: Path) -> list[int]:
    """Process ids whose working directory is that folder. Each process of a PostgreSQL cluster works in its data folder."""
    found = []
    for pid in _every_process():
        with suppress(OSError):
            if os.readlink(f"/proc/{pid}/cwd") == str(folder) and _state(pid) != "Z":
                found.append(pid)
    return found


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def left_over(data_dir: Path) -> list[int]:
    """Programs of an earlier `yiwang up` on this data folder that outlived it."""
    mark = f"{MARK}={data_dir}".encode()
    found = []
    for pid in _every_process():
        with suppress(OSError):
            if mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0") and _state(pid) != "Z":
                found.append(pid)
    return [pid for pid in found if pid != os.getpid()]


def end_left_overs(data_dir: Path, *, patience_s: float = 8) -> int:
    """Ends what an earlier `up` left behind (only call it while holding the folder's lock). Returns how many there were."""
    pids = left_over(data_dir)
    for which, timeout_s in ((signal.SIGTERM, patience_s), (signal.SIGKILL, patience_s)):
        for pid in left_over(data_dir):
            with suppress(ProcessLookupError):
                os.kill(pid, which)
        if wait_until(lambda: not left_over(data_dir), timeout_s=timeout_s):
            break
    return len(pids)


class FolderLock:
    """Held by the one `yiwang up` of a data folder; the kernel releases it when that process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def take(self) -> None:
        """Raises Refusal when another process holds it."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 32, 0).decode().strip() or "unknown"
            os.close(descriptor)
            raise Refusal(
                f"Yiwang is already running on {self._path.parent} (process {holder}).\n"
                f"Stop it with Ctrl-C there or `kill {holder}`, or choose another folder with YIWANG_DATA."
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        """Lets the next one in."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def require_free_port(host: str, port: int, option: str) -> None:
    """Raises Refusal when something already listens there; `option` is what the reader can change."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refusal(
                f"Port {port} on {host} cannot be used: {error.strerror}.\n"
                f"See who has it:  ss -ltnp 'sport = :{port}'   or choose another one:  yiwang up {option} {port + 10}"
            ) from error
