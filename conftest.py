"""Gives every test run a database of its own, before Django reads its settings.

With DATABASE_URL set, that server is used. Otherwise an embedded PostgreSQL 18 is started in a temporary folder (Debian's 15 with
YIWANG_TEST_POSTGRES=15) and stopped at the end, also after Ctrl-C; killed with us if we are killed. It does not wait for the disk,
and where the machine has memory to spare it does not meet one: see MEMORY.
"""

import atexit
import copy
import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django
import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from yiwang.project import postgres, processes, roles
from yiwang.project.environment import SETTINGS, database_service
from yiwang.project.supervisor import Supervisor

MEMORY, ROOM_BYTES = Path("/dev/shm"), 4 * 2**30  # noqa: S108 - named so by Linux; tests make folders of their own there
"""Where temporary files lie in memory, and what must be free there: a test that empties a hundred tables, or makes them again for
a replay, spends two thirds of the database's time in the disk's file system."""
FAST_AND_CARELESS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "jit=off")


class Server:
    """The test run's own database server."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="yiwang-test-"))
        self.folder.chmod(0o711)
        self.supervisor = Supervisor(lambda text: None)
        user = processes.service_user()
        major = os.environ.get("YIWANG_TEST_POSTGRES", "18")
        installation = postgres.bundled() if major == "18" else postgres.debian(int(major))
        home = self.folder / "postgres"
        self.cluster = postgres.Cluster(postgres.within_reach(installation, user), home, user, FAST_AND_CARELESS)

    def start(self) -> str:
        """Starts it and returns the address of the tables' owner, who may also make the test database."""
        log_path = self.folder / "database.log"
        postgres.make(self.cluster)
        self.supervisor.start(database_service(self.cluster, log_path, lambda text: None))
        postgres.wait_until_ready(self.cluster, lambda: self.supervisor.alive("database"), lambda text: None, log_path)
        postgres.set_up_roles(self.cluster)
        with psycopg.connect(self.cluster.url(postgres.SUPERUSER, "postgres"), autocommit=True) as connection:
            connection.execute(f"ALTER ROLE {roles.OWNER_ROLE} CREATEDB")
            # DROP DATABASE … WITH (FORCE) of a test also ends an autovacuum worker that happens to be there
            connection.execute(f"GRANT pg_signal_backend TO {roles.OWNER_ROLE}")
        return self.cluster.url(roles.OWNER_ROLE)

    def stop(self) -> None:
        """Stops it and removes its files."""
        self.supervisor.stop_all()
        shutil.rmtree(self.folder, ignore_errors=True)


def _forget_the_disk() -> None:
    """Temporary folders, ours and those of the programs that tests start, lie in memory; not with TMPDIR set or no room there."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return
    there = os.statvfs(MEMORY)
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    (unused_kib,) = [int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")]
    if there.f_flag & os.ST_NOEXEC or min(there.f_bavail * there.f_frsize, unused_kib * 1024) < ROOM_BYTES:
        return
    os.environ["TMPDIR"] = str(MEMORY)
    tempfile.tempdir = None  # pytest has asked before us: it is looked up again


def _start_server() -> None:
    if os.environ.get("DATABASE_URL"):
        return
    if settings.configured:
        raise pytest.UsageError(
            "Unset DJANGO_SETTINGS_MODULE: with it Django reads its settings before there is a database."
        )
    server = Server()
    atexit.register(server.stop)
    os.environ["DATABASE_URL"] = server.start()


_forget_the_disk()
hypothesis.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("unhurried")  # a busy machine is no fault of what is tested
os.environ.setdefault("YIWANG_SECRET_KEY", "only-for-tests-only-for-tests-only-for-tests")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
os.environ["YIWANG_DEMONSTRATION"] = "1"  # whether invented people may log in is then settings.DEMONSTRATION alone
# With pytest -n the database server is the first process's; each worker has a database in it and a data folder of its own.
_data_dir = tempfile.mkdtemp(prefix="yiwang-test-data-")
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ["YIWANG_DATA"] = _data_dir
os.environ.setdefault("YIWANG_DATA", _data_dir)
atexit.register(shutil.rmtree, _data_dir, ignore_errors=True)


# At import and not in a hook: pytest reads the conftest.py of the folders it was given right after this one, and those
# import models.
_start_server()
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one takes its time on purpose
django.setup()


MANY_OBJECTS = 20_000
"""So many new ones set off a collection: the usual 700 are had every few statements."""


def pytest_collection_finish(session: pytest.Session) -> None:
    """Modules and tests stay to the end: the collector need not look through half a million objects again and again."""
    gc.freeze()
    gc.set_threshold(MANY_OBJECTS, 20, 20)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Each test begins in the town's own language: a page that was asked for in English leaves it active in its thread."""
    translation.deactivate()


class Remembered:
    """What a maker wrote into an empty database, to be written again for the next test: a tenth of the time that the steps take.

    Only for towns that several tests begin with; sequences go on by themselves.
    """

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Any, list[tuple[str, bytes]]]] = {}

    def __call__(self, name: str, make: Callable[[], Any]) -> Any:
        """What `make` gave, with its rows in the tables."""
        if name not in self._kept:
            before = dict(self._rows())
            made = make()
            changed = [(table, rows) for table, rows in self._rows() if rows != before[table]]
            if not any(
                before[table] for table, _ in changed
            ):  # else another fixture wrote there first: remember the next time
                self._kept[name] = (made, changed)
            return copy.deepcopy(made)
        made, kept = self._kept[name]
        with transaction.atomic(), connection.cursor() as cursor:
            for table, rows in kept:
                with cursor.copy(f'COPY "{table}" FROM STDIN') as into:
                    into.write(rows)
        return copy.deepcopy(made)

    def _rows(self) -> Iterator[tuple[str, bytes]]:
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                rows = f'COPY (SELECT * FROM "{table}") TO STDOUT'  # noqa: S608 - names of ours; a partitioned table has no rows itself
                with cursor.copy(rows) as out:
                    yield table, b"".join(bytes(part) for part in out)


@pytest.fixture(scope="session")
def remembered() -> Remembered:
    return Remembered()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what asks a database, so that a run on another version of it need not repeat the arithmetic.

    There one row of each test's table is enough: the rows differ in what they say, not in the statements that say it.
    """
    items.sort(
        key=lambda item: not item.nodeid.startswith("tests/")
    )  # the long ones first: no worker waits for the last
    for item in items:
        if {"db", "transactional_db"} & set(getattr(item, "fixturenames", ())) or item.get_closest_marker("django_db"):
            item.add_marker("database")
    if "YIWANG_TEST_POSTGRES" in os.environ:
        first = {item.nodeid.split("[")[0]: item for item in reversed(items)}
        config.hook.pytest_deselected(items=[item for item in items if first[item.nodeid.split("[")[0]] is not item])
        items[:] = [item for item in items if first[item.nodeid.split("[")[0]] is item]
