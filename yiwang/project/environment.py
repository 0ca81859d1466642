"""The data folder of a town and the environment that its programs are started with."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from yiwang.project import postgres, processes, roles, secret
from yiwang.project.database import APPLICATION_ROLE
from yiwang.project.postgres import Cluster
from yiwang.project.refusal import Refusal
from yiwang.project.supervisor import Service, Supervisor

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = "yiwang.project.settings"
COUNTED_IN = "PROMETHEUS_MULTIPROC_DIR"
"""prometheus-client's own variable: where the processes that serve pages count what they do (project/measured.py)."""


@dataclass(frozen=True)
class Folder:
    """`YIWANG_DATA`, by default ./var beside the code: secret key, logs, files, and where the database is."""

    path: Path

    @property
    def logs(self) -> Path:
        """One log per program."""
        return self.path / "log"

    @property
    def lock(self) -> Path:
        """Held by the one `yiwang up`."""
        return self.path / "up.lock"

    @property
    def summary(self) -> Path:
        """What the last start found in the database: who can log in as what, and whether their past is to be lived."""
        return self.path / "town.json"

    @property
    def life(self) -> Path:
        """Stands from the loading of a demonstration to the end of its simulated past, and remembers that past so far."""
        return self.path / "life.jsonl"

    def emptied_counts(self) -> Path:
        """Where the programs of a start count what they do; what an earlier start counted is over."""
        counts = self.path / "metrics"
        counts.mkdir(mode=0o700, exist_ok=True)
        for old in counts.glob("*.db"):
            old.unlink()
        return counts


def town_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """`YIWANG_TOWN`, by default towns/xinhai beside the code: what describes the town."""
    return Path(environment.get("YIWANG_TOWN", ROOT / "towns" / "xinhai")).resolve()


def host_names(environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """`YIWANG_HOSTS` as given; empty when it is not set."""
    return tuple(name.strip() for name in environment.get("YIWANG_HOSTS", "").split(",") if name.strip())


def behind_proxy(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a setting says that a proxy stands before the pages: others then reach a town that listens on loopback."""
    return environment.get("YIWANG_HTTPS") == "1" or any(
        environment.get(name) for name in ("YIWANG_ORIGINS", "YIWANG_PROXIES")
    )


def data_folder(environment: Mapping[str, str] = os.environ) -> Folder:
    """The data folder, made if missing. Root's is passable (not readable) for others: the database's user must get through."""
    folder = Folder(Path(environment.get("YIWANG_DATA", ROOT / "var")).resolve())
    folder.path.mkdir(parents=True, exist_ok=True)
    folder.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
    processes.own(folder.logs, None, 0o700)
    return folder


def embedded(folder: Folder, environment: Mapping[str, str] = os.environ) -> Cluster | None:
    """The embedded database of this folder; None when DATABASE_URL names an outside one."""
    return None if environment.get("DATABASE_URL") else postgres.open_cluster(folder.path)


def secret_key(
    folder: Folder, cluster: Cluster | None, environment: Mapping[str, str] = os.environ, *, may_make: bool = True
) -> str:
    """The key from the environment, else the folder's own (made when the folder is new, unless a backup brings its town).

    Raises Refusal.
    """
    if given := environment.get("YIWANG_SECRET_KEY"):
        return secret.given(given)
    if not may_make:
        secret.require_file(folder.path)
    return secret.of_folder(folder.path, may_make=may_make and (cluster is None or not cluster.exists))


def make_tables(values: Mapping[str, str]) -> None:
    """Bring the tables up to date as their owner, in a process of its own with this environment. Raises Refusal."""
    done = subprocess.run(
        [sys.executable, "-m", "yiwang.project.prepare", "--tables"], env=dict(values), cwd=ROOT, check=False
    )
    if done.returncode != 0:
        raise Refusal("表没有更新成，原因见上。The tables could not be brought up to date; the reason stands above.")


def for_programs(
    folder: Folder,
    cluster: Cluster | None,
    key: str,
    *,
    owner: bool,
    pool: int = 0,
    base: Mapping[str, str] = os.environ,
) -> dict[str, str]:
    """The environment of a program: as owner of the tables (migrations) or with the application's role (everything else).

    In our own server the application logs in as its role and could not become the owner. In an outside one it logs in with
    `YIWANG_SERVE_URL`, and its environment then has no other login; without that it steps down from the owner's, and could
    step up again.
    """
    values = {
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        **base,
        "YIWANG_DATA": str(folder.path),
        "YIWANG_SECRET_KEY": key,
        "YIWANG_DB_POOL": str(pool),
        "PYTHONUNBUFFERED": "1",
    }
    values.pop("YIWANG_DB_ROLE", None)
    if cluster is not None:
        values["DATABASE_URL"] = cluster.url(roles.OWNER_ROLE if owner else APPLICATION_ROLE)
    elif not owner:
        values["YIWANG_DB_ROLE"] = APPLICATION_ROLE
        values["DATABASE_URL"] = base.get("YIWANG_SERVE_URL") or base["DATABASE_URL"]
    return values


def database_service(cluster: Cluster, log_path: Path, tell: Callable[[str], None]) -> Service:
    """The embedded server as a service that is stopped fast but cleanly, and never killed outright."""
    return Service(
        name="database",
        command=cluster.command(),
        environment=cluster.environment,
        log_path=log_path,
        stop_signal=postgres.FAST_STOP,
        last_signal=postgres.IMMEDIATE_STOP,
        patience_s=120,
        user=cluster.user,
        cwd=cluster.home,
        before_start=lambda: postgres.clear_the_way(cluster, tell),
        foundation=True,
    )


def start_database(supervisor: Supervisor, cluster: Cluster, log_path: Path, tell: Callable[[str], None]) -> None:
    """Makes the cluster if needed, starts it, waits until it answers and makes its roles."""
    postgres.make(cluster)
    supervisor.start(database_service(cluster, log_path, tell))
    postgres.wait_until_ready(cluster, lambda: supervisor.alive("database"), tell, log_path)
    postgres.set_up_roles(cluster)


@contextmanager
def database_at_hand(folder: Folder, cluster: Cluster | None, tell: Callable[[str], None]) -> Iterator[None]:
    """For a single command: uses the server that runs, or runs one for as long as the command takes."""
    if cluster is None or (cluster.exists and postgres.answers(cluster)):
        yield
        return
    lock = processes.FolderLock(folder.lock)
    lock.take()
    supervisor = Supervisor(tell)
    try:
        start_database(supervisor, cluster, folder.logs / "database.log", tell)
        yield
    finally:
        supervisor.stop_all()
        lock.release()
