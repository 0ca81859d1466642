"""Real servers, really killed. Each test starts `yiwang up` on a folder of its own, with a town of one page (small_town.py)."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from yiwang.project import budget, postgres, processes

pytestmark = pytest.mark.processes

READY = "Ctrl-C"
AS_ROOT = os.geteuid() == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


INSTRUMENTS = free_port()
STRANGERS = b"##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80\r\n"


class Up:
    """One `yiwang up`, and what can be seen of it from outside."""

    def __init__(self, folder: Path, *options: str, **environment: str) -> None:
        self.folder = folder
        self.port, self.stream_port = free_port(), free_port()
        self.output = folder.parent / f"up-{self.port}.txt"
        values = {
            k: v
            for k, v in os.environ.items()
            if k not in ("DATABASE_URL", "YIWANG_SECRET_KEY", "YIWANG_TEST_DATABASE", "YIWANG_DEMONSTRATION")
        }
        values |= {
            "YIWANG_DATA": str(folder),
            "DJANGO_SETTINGS_MODULE": "yiwang.project.tests.small_town",
            "COLUMNS": "200",
        }
        command = [sys.executable, "-m", "yiwang.project.commands", "up", "--workers", "1"]
        command += ["--port", str(self.port), "--stream-port", str(self.stream_port), *options]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command, env=values | environment, stdout=output, stderr=output, start_new_session=True
            )

    def text(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def ready(self) -> "Up":
        done = processes.wait_until(lambda: READY in self.text() or self.process.poll() is not None, timeout_s=60)
        assert done, self.text()
        assert READY in self.text(), self.text()
        return self

    def page(self, path: str = "") -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{path}", timeout=5) as answer:
            return answer.read().decode()

    def serves(self) -> bool:
        try:
            return "small town" in self.page()
        except (urllib.error.URLError, OSError):
            return False

    def end(self, which: signal.Signals, timeout_s: float = 30) -> int:
        self.process.send_signal(which)
        return self.process.wait(timeout=timeout_s)


@contextmanager
def new_folder() -> Iterator[Path]:
    """A data folder that the database's user can reach; afterwards nothing of it runs or remains."""
    parent = Path(tempfile.mkdtemp(prefix="yiwang-up-"))
    parent.chmod(0o711)
    data = parent / "var"
    try:
        yield data
    finally:
        _leave_nothing(data)
        shutil.rmtree(parent, ignore_errors=True)


def _leave_nothing(data: Path) -> None:
    for pid in [*processes.left_over(data), *processes.running_in(data / "postgres" / "data")]:
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def folder() -> Iterator[Path]:
    with new_folder() as data:
        yield data


@pytest.fixture
def up(folder: Path) -> Iterator[Up]:
    """One for tests that kill a part of it."""
    started = Up(folder).ready()
    yield started
    if started.process.poll() is None:
        started.end(signal.SIGTERM)


@pytest.fixture(scope="module")
def running() -> Iterator[Up]:
    """One for all tests that only look."""
    with new_folder() as data:
        started = Up(data, "--instrument-port", str(INSTRUMENTS)).ready()
        yield started
        started.end(signal.SIGTERM)


def cluster_of(folder: Path) -> postgres.Cluster:
    return postgres.open_cluster(folder)


def anything_runs(folder: Path) -> list[int]:
    return [*processes.left_over(folder), *processes.running_in(folder / "postgres" / "data")]


def identity_of(folder: Path) -> int:
    """What initdb gives each cluster once."""
    with psycopg.connect(cluster_of(folder).url("postgres", "postgres")) as connection:
        row = connection.execute("SELECT system_identifier FROM pg_control_system()").fetchone()
    assert row is not None
    return row[0]


def test_the_first_start_makes_a_town_and_the_second_serves_the_same_one(folder: Path) -> None:
    first = Up(folder).ready()
    assert first.serves()
    key, identity = (folder / "secret.key").read_text(), identity_of(folder)
    assert first.end(signal.SIGINT) == 0
    second = Up(folder).ready()
    assert second.serves()
    assert ((folder / "secret.key").read_text(), identity_of(folder)) == (key, identity)
    assert second.end(signal.SIGTERM) == 0


@pytest.mark.parametrize("which", [signal.SIGINT, signal.SIGHUP])
def test_asked_to_stop_it_ends_every_program_and_closes_the_database_cleanly(up: Up, which: signal.Signals) -> None:
    up.end(which)
    assert anything_runs(up.folder) == []
    assert "database system is shut down" in (up.folder / "log" / "database.log").read_text()


SWALLOWED = """
import os, signal
from yiwang.project import supervisor

class Last:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)

supervisor.raise_on_signals()
last = Last()
del last  # Python drops what is raised in a finaliser
print("still here")
try:
    supervisor.Supervisor(print).watch()
except supervisor.StopAsked as asked:
    print("stopped by", asked)
"""


def test_a_wish_to_stop_is_heeded_even_when_python_drops_what_the_signal_raised() -> None:
    answer = subprocess.run([sys.executable, "-c", SWALLOWED], capture_output=True, text=True, timeout=20, check=True)
    assert "Exception ignored" in answer.stderr
    assert answer.stdout.split("\n") == ["still here", "stopped by SIGTERM", ""]


def test_after_a_kill_of_the_parent_nothing_is_left_and_the_next_start_serves(up: Up) -> None:
    up.end(signal.SIGKILL)
    assert processes.wait_until(lambda: not anything_runs(up.folder), timeout_s=20), anything_runs(up.folder)
    again = Up(up.folder).ready()
    assert again.serves()
    again.end(signal.SIGTERM)


def test_a_start_right_after_a_kill_of_the_parent_waits_for_what_still_runs(up: Up) -> None:
    up.end(signal.SIGKILL)
    again = Up(up.folder).ready()
    assert again.serves()
    again.end(signal.SIGTERM)


def test_a_database_server_that_was_left_alone_is_stopped_and_replaced(folder: Path) -> None:
    Up(folder).ready().end(signal.SIGTERM)
    cluster = cluster_of(folder)
    orphan = processes.spawn(cluster.command(), environment=cluster.environment, output=None, user=cluster.user)
    assert processes.wait_until(lambda: postgres.answers(cluster), timeout_s=20)
    again = Up(folder).ready()
    assert orphan.wait(timeout=5) == 0
    assert "asked to stop" in again.text()
    again.end(signal.SIGTERM)


def test_a_stale_lock_file_of_the_database_that_names_a_living_stranger_does_not_block(folder: Path) -> None:
    Up(folder).ready().end(signal.SIGTERM)
    cluster = cluster_of(folder)
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n{int(time.monotonic())}\n5432\n")
    again = Up(folder).ready()
    assert again.serves()
    again.end(signal.SIGTERM)


def test_a_killed_database_comes_back_with_its_rows(up: Up) -> None:
    cluster = cluster_of(up.folder)
    with psycopg.connect(cluster.url("yiwang"), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (word text); INSERT INTO kept VALUES ('受理')")
    before = postgres.postmaster_pid(cluster)
    assert before is not None
    os.kill(before, signal.SIGKILL)
    back = processes.wait_until(
        lambda: postgres.postmaster_pid(cluster) != before and postgres.answers(cluster), timeout_s=30
    )
    assert back, up.text()
    with psycopg.connect(cluster.url("yiwang_app")) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("受理",)
    assert "database ended (SIGKILL)" in up.text()


def test_killed_pages_are_served_again_and_their_workers_do_not_remain(up: Up) -> None:
    worker = int(up.page().split()[-1])
    leader = int(Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(leader, signal.SIGKILL)
    assert processes.wait_until(lambda: "web ended (SIGKILL)" in up.text(), timeout_s=10)
    assert processes.wait_until(up.serves, timeout_s=20)
    assert worker not in processes.left_over(up.folder)


def test_a_killed_page_worker_is_replaced(up: Up) -> None:
    worker = int(up.page().split()[-1])
    os.kill(worker, signal.SIGKILL)
    assert processes.wait_until(lambda: up.serves() and int(up.page().split()[-1]) != worker, timeout_s=20)


def test_a_second_up_on_one_folder_is_refused_and_names_the_first(running: Up) -> None:
    second = Up(running.folder)
    assert second.process.wait(timeout=20) == 2
    assert f"already running on {running.folder} (process {running.process.pid})" in second.text()
    assert running.serves()


def test_a_port_in_use_is_refused_before_anything_is_made(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        environment = {"YIWANG_DATA": str(folder)}
        command = [sys.executable, "-m", "yiwang.project.commands", "up", "--port", str(taken.getsockname()[1])]
        answer = subprocess.run(
            command, env=os.environ | environment, capture_output=True, text=True, timeout=30, check=False
        )
    assert answer.returncode == 2
    assert "cannot be used" in answer.stderr
    assert not (folder / "postgres").exists()


def test_a_town_whose_every_page_fails_is_not_called_ready(folder: Path) -> None:
    broken = Up(folder, SMALL_TOWN_BROKEN="1")
    assert broken.process.wait(timeout=90) != 0, broken.text()
    assert READY not in broken.text()
    assert "keeps answering 500" in broken.text()
    assert "a file that every page needs is broken" in broken.text()
    assert anything_runs(folder) == []


def test_without_its_key_an_existing_database_is_refused(folder: Path) -> None:
    (folder / "postgres" / "data").mkdir(parents=True)
    (folder / "postgres" / "data" / "PG_VERSION").write_text("18\n")
    again = Up(folder)
    assert again.process.wait(timeout=20) == 2
    assert "from the backup" in again.text()


def first_line(port: int, request: bytes) -> bytes:
    """The first line of a server's answer to a request of which nothing more comes."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
        wire.sendall(request)
        return wire.recv(4096).split(b"\r\n")[0]


def test_instruments_are_heard_at_a_port_of_their_own_and_strangers_refused(running: Up) -> None:
    def heard() -> bytes:
        try:
            with socket.create_connection(("127.0.0.1", INSTRUMENTS), timeout=5) as line:
                line.sendall(STRANGERS)
                return line.recv(1000)
        except ConnectionRefusedError:
            return b""

    answers: list[bytes] = []
    assert processes.wait_until(lambda: bool(answers.append(heard()) or answers[-1]), timeout_s=20), running.text()
    assert b";ST=91;CN=9011;PW=100000;MN=010000A8900016F000169DC0;Flag=4;CP=&&QnRtn=4&&" in answers[-1]


@pytest.mark.parametrize("server", ["port", "stream_port"])
@pytest.mark.parametrize(
    ("declared", "status"), [(b"Content-Length: 99999999999", b"413"), (b"Transfer-Encoding: chunked", b"411")]
)
def test_both_servers_refuse_a_huge_or_endless_body_before_it_comes(
    running: Up, server: str, declared: bytes, status: bytes
) -> None:
    head = b"POST /api/photos HTTP/1.1\r\nHost: 127.0.0.1\r\n" + declared + b"\r\n\r\n"
    assert first_line(getattr(running, server), head).split()[1] == status


def test_pages_log_in_as_the_application_and_cannot_become_the_owner(running: Up) -> None:
    assert running.page("role") == "yiwang_app yiwang_app"


def test_what_works_in_the_background_stands_back_behind_pages(running: Up) -> None:
    before = os.getpriority(os.PRIO_PROCESS, int(running.page().split()[-1]))

    def stands_back() -> bool:
        """The worker may still be starting when the first page comes."""
        niceness = {
            Path(f"/proc/{pid}/cmdline").read_bytes(): os.getpriority(os.PRIO_PROCESS, pid)
            for pid in processes.left_over(running.folder)
        }
        return any(b"yiwang.project.worker" in said and nice > before for said, nice in niceness.items())

    assert processes.wait_until(stands_back, timeout_s=20)


def test_figures_are_added_up_over_the_processes_and_each_program_keeps_to_its_connections(running: Up) -> None:
    for _ in range(20):
        running.page()
    told = running.page("metrics")
    samples = [one for family in text_string_to_metric_families(told) for one in family.samples]
    counted = {one.labels["room"]: one.value for one in samples if one.name == "yiwang_requests_total"}
    assert counted["portal"] >= 20
    programs = {one.labels["program"]: one.value for one in samples if one.name == "yiwang_connections"}
    assert 0 < programs["yiwang web"] <= budget.shares(1)["yiwang web"]
    assert all(count <= budget.shares(1).get(name, 1) for name, count in programs.items()), programs


def test_an_outside_database_is_set_up_by_its_owner_and_served_by_the_application(folder: Path) -> None:
    server = os.environ["DATABASE_URL"]
    name = f"outside_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        login = connection.info.user
    outside = Up(folder, DATABASE_URL=psycopg.conninfo.make_conninfo(server, dbname=name)).ready()
    assert outside.page("role") == f"yiwang_app {login}"
    assert not (folder / "postgres").exists()
    outside.end(signal.SIGTERM)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_key_and_folders_are_closed_to_others(running: Up) -> None:
    cluster = cluster_of(running.folder)
    modes = {
        path: path.stat().st_mode & 0o777
        for path in (running.folder / "secret.key", cluster.data, cluster.socket_folder)
    }
    assert modes == {running.folder / "secret.key": 0o600, cluster.data: 0o700, cluster.socket_folder: 0o700}
    owner = cluster.user.uid if cluster.user else os.geteuid()
    assert {cluster.data.stat().st_uid, cluster.socket_folder.stat().st_uid} == {owner}
    assert owner != 0
    assert (running.folder / "log").stat().st_mode & 0o077 == 0


def test_the_database_listens_on_no_network_port(running: Up) -> None:
    pid = postgres.postmaster_pid(cluster_of(running.folder))
    inodes = {os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
    tables = [Path(f"/proc/net/{name}").read_text().splitlines()[1:] for name in ("tcp", "tcp6")]
    assert not inodes & {f"socket:[{line.split()[9]}]" for table in tables for line in table}


@pytest.mark.skipif(not AS_ROOT, reason="only root can try as somebody else")
def test_a_third_user_is_refused_by_the_folder_and_by_the_server(running: Up) -> None:
    cluster = cluster_of(running.folder)
    command = [
        str(cluster.installation.bin / "psql"),
        "-h",
        str(cluster.socket_folder),
        "-U",
        "yiwang",
        "-c",
        "SELECT 1",
        "yiwang",
    ]

    def as_nobody() -> str:
        answer = subprocess.run(
            command, user=65534, group=65534, extra_groups=[], cwd="/", capture_output=True, text=True, check=False
        )
        assert answer.returncode != 0
        return answer.stderr

    assert "Permission denied" in as_nobody()
    opened = [running.folder / "postgres", cluster.socket_folder, cluster.socket_folder / ".s.PGSQL.5432"]
    for path in opened:
        path.chmod(0o777)
    try:
        assert "Peer authentication failed" in as_nobody()
    finally:
        for path in opened:
            path.chmod(0o700)


@pytest.mark.skipif(not AS_ROOT, reason="an ordinary user reaches its own folders")
def test_root_with_a_closed_folder_keeps_the_database_where_its_user_can_reach_it(tmp_path: Path) -> None:
    data = tmp_path / "var"
    up = Up(data).ready()
    home = Path((data / postgres.LOCATION_FILE).read_text().strip())
    try:
        assert home.is_relative_to(processes.SERVICE_HOME)
        assert up.serves()
        up.end(signal.SIGTERM)
        again = Up(data).ready()
        assert cluster_of(data).home == home
        again.end(signal.SIGTERM)
    finally:
        shutil.rmtree(home)


def fails(url: str, body: bytes | None = None) -> bool:
    try:
        with urllib.request.urlopen(url, body, timeout=5) as answer:
            answer.read()
    except (OSError, http.client.HTTPException):
        return True
    return False


def logged(up: Up, name: str, *words: str) -> str:
    """The text of a log once all words stand in it."""
    log = up.folder / "log" / name

    def there() -> bool:
        return log.exists() and all(word in log.read_text() for word in words)

    assert processes.wait_until(there, timeout_s=15), (name, words, log.exists() and log.read_text())
    return log.read_text()


def test_a_fault_of_a_page_leaves_its_trace_and_nothing_of_the_person(running: Up) -> None:
    """The number stands in the address, the form, the statement and the exception; a name in the form and the statement."""
    assert fails(f"http://127.0.0.1:{running.port}/fault/open-sesame", b"who=110101199001011237")
    for name in ("web.log", "faults.log"):
        text = logged(running, name, "Traceback", "small_town.py", "UndefinedColumn", "RuntimeError: nobody answers")
        assert "/fault/…" in text
        found = [private for private in ("0000 0001", "13900000001", "110101199", "张三", "sesame") if private in text]
        assert found == [], text
    assert (running.folder / "log" / "faults.log").stat().st_mode & 0o077 == 0


ENTERED = (
    "SELECT '张三 13900000001' || wrong",
    "SELECT '张三 13900000001'::integer",
    "INSERT INTO one_time_code (id, phone_hmac) VALUES (gen_random_uuid(), '张三 13900000001')",
    "DO $$ BEGIN RAISE WARNING 'about 张三 13900000001'; END $$",
)


@pytest.mark.parametrize("statement", ENTERED)
def test_the_database_writes_down_nothing_that_was_entered(running: Up, statement: str) -> None:
    log = running.folder / "log" / "database.log"
    assert "ready to accept connections" in log.read_text()
    with psycopg.connect(cluster_of(running.folder).url("yiwang"), autocommit=True) as connection:
        if statement.startswith("DO"):
            connection.execute(statement)
        else:
            with pytest.raises(psycopg.Error):
                connection.execute(statement)
    assert "13900000001" not in log.read_text()
    assert "张三" not in log.read_text()


def test_a_fault_of_live_updates_and_of_the_worker_is_written_too(running: Up) -> None:
    assert fails(f"http://127.0.0.1:{running.stream_port}/broken-stream")
    text = logged(running, "stream.log", "Traceback", "RuntimeError: the stream to 139****0001 broke off")
    assert "13900000001" not in text + logged(running, "faults.log", "139****0001 broke off")
    with psycopg.connect(cluster_of(running.folder).url("yiwang"), autocommit=True) as connection:
        connection.execute("ALTER TABLE procrastinate_jobs RENAME TO taken_away")
        try:
            logged(running, "worker.log", "loop 'jobs' failed", "Traceback")
            logged(running, "faults.log", "loop 'jobs' failed")
        finally:
            connection.execute("ALTER TABLE taken_away RENAME TO procrastinate_jobs")
