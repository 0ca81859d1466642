"""How many packets of instruments are stored and answered a second, beside bare COPY.

Run from the root: `.venv/bin/python benchmarks/hj212.py`, with nothing else running.
Starts a PostgreSQL of its own in a temporary folder (or takes DATABASE_URL, in which it makes the test database anew), makes 2,000
stations of ten factors, starts the processes that instruments connect to, and connects to it as each of them. Every instrument sends a
packet of ten factors, waits for its answer, and sends the next: what is counted is answered, and so stored and committed. The bare loop
then brings the same rows into a table of the same shape by COPY, 5,000 at a time, without those that are there already.
"""

# ruff: noqa: E402  # Django is set up before its models can be imported
import os
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.project.settings")
os.environ.setdefault("YIWANG_SECRET_KEY", "only-for-benchmarks-only-for-benchmarks")

import psycopg
from psycopg.conninfo import make_conninfo

from yiwang.project import environment, postgres, processes, roles
from yiwang.project.database import APPLICATION_ROLE
from yiwang.project.supervisor import Supervisor
from yiwang.wire.hj212.building import build

FACTORS = ("w01018", "w21003", "w21011", "w21001", "w01001", "w01009", "w01010", "w01014", "w01019", "w01012")
UNITS = {"w01001": "pH", "w01010": "℃", "w01014": "μS/cm"}
BEGIN = datetime(2026, 11, 1)  # noqa: DTZ001 - written as instruments do, without an offset
BATCH = 5000
ANSWER = b";CN=9014;"


@dataclass
class Line:
    """One instrument: what it has still to send, and since when it waits."""

    packets: list[bytes]
    sent_at: float = 0.0
    heard: bytes = b""


@dataclass
class Figures:
    """What was found."""

    packets: int
    seconds: float
    waits: list[float] = field(default_factory=list)


@contextmanager
def database() -> Iterator[str]:
    """The address of a server: DATABASE_URL, or one that writes to the disk as a town's does."""
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="yiwang-hj212-"))
    folder.chmod(0o711)
    supervisor = Supervisor(lambda text: None)
    user = processes.service_user()
    cluster = postgres.Cluster(postgres.within_reach(postgres.bundled(), user), folder / "postgres", user)
    try:
        environment.start_database(supervisor, cluster, folder / "database.log", lambda text: None)
        with psycopg.connect(cluster.url(postgres.SUPERUSER, "postgres"), autocommit=True) as connection:
            connection.execute(f"ALTER ROLE {roles.OWNER_ROLE} CREATEDB")
        yield cluster.url(roles.OWNER_ROLE)
    finally:
        supervisor.stop_all()
        shutil.rmtree(folder, ignore_errors=True)


def make_stations(count: int) -> None:
    """So many stations with ten streams each."""
    from yiwang.intake.sensing.facts import Description, StreamDescription
    from yiwang.intake.sensing.steps.stations import register_station
    from yiwang.kernel import walltime
    from yiwang.kernel.people.steps.teams import create_team
    from yiwang.kernel.terms import Actor, ActorKind, Call

    call = Call(Actor(ActorKind.SYSTEM), walltime.now(), "bench")
    team = create_team("water", "department", name_zh="水务站", name_en="Water Station", call=call).team_id
    streams = [StreamDescription(one, "rtd", "realtime", UNITS.get(one, "mg/L"), 60) for one in FACTORS]
    for number in range(count):
        said = Description(f"bench-{number}", "测速站", "Bench", "hj212", f"B{number:013}", team, date(2026, 1, 1))
        register_station(said, streams, call=call)


def packets_of(number: int, count: int) -> list[bytes]:
    """What one instrument sends: a packet a minute."""
    return [_packet(f"B{number:013}", BEGIN + timedelta(minutes=minute)) for minute in range(count)]


def _packet(mn: str, at: datetime) -> bytes:
    values = [f"{one}-Rtd={(at.minute + n) % 13}.{n}25,{one}-Flag=N" for n, one in enumerate(FACTORS)]
    fields = [
        ("QN", f"{at:%Y%m%d%H%M%S}000"),
        ("ST", "21"),
        ("CN", "2011"),
        ("PW", "123456"),
        ("MN", mn),
        ("Flag", "5"),
    ]
    return build(fields, ";".join([f"DataTime={at:%Y%m%d%H%M%S}", *values]))


def drive(port: int, lines: list[Line]) -> Figures:
    """Send as all instruments at once, each after its answer; the time from the first byte to the last answer."""
    waiting, figures = selectors.DefaultSelector(), Figures(sum(len(one.packets) for one in lines), 0.0)
    sockets = []
    for line in lines:
        sockets.append(socket.create_connection(("127.0.0.1", port)))
        waiting.register(sockets[-1], selectors.EVENT_READ, line)
    began = time.perf_counter()
    left = figures.packets
    for one, line in zip(sockets, lines, strict=True):
        send(one, line)
    while left:
        for key, _ in waiting.select(30):
            left -= hear(key.fileobj, key.data, figures)  # type: ignore[arg-type]
    figures.seconds = time.perf_counter() - began
    for one in sockets:
        one.close()
    return figures


def send(one: socket.socket, line: Line) -> None:
    """The next packet of a line."""
    if line.packets:
        line.sent_at = time.perf_counter()
        one.sendall(line.packets.pop())


def hear(one: socket.socket, line: Line, figures: Figures) -> int:
    """Take what came; the next packet when it was the answer."""
    line.heard += one.recv(4096)
    if ANSWER not in line.heard or not line.heard.endswith(b"\n"):
        return 0
    line.heard = b""
    figures.waits.append(time.perf_counter() - line.sent_at)
    send(one, line)
    return 1


def bare(dsn: str, count: int) -> float:
    """Rows a second by COPY into a table of this session and one INSERT that leaves out what is there."""
    with psycopg.connect(dsn) as connection:
        connection.execute("CREATE TABLE bare_reading (LIKE reading INCLUDING ALL)")
        connection.execute(
            "CREATE TEMPORARY TABLE came (n integer, stream integer, at timestamptz, value numeric, flag text)"
        )
        rows = list(_rows(connection, count))
        began = time.perf_counter()
        for start in range(0, len(rows), BATCH):
            with connection.cursor().copy("COPY came FROM STDIN") as into:
                into.write("".join(rows[start : start + BATCH]))
            connection.execute(
                "INSERT INTO bare_reading (stream, at, value, flag, batch) SELECT stream, at, value, flag, 1 FROM came "
                "ORDER BY stream, at ON CONFLICT (stream, at) DO NOTHING"
            )
            connection.execute("TRUNCATE came")
            connection.commit()
        return len(rows) / (time.perf_counter() - began)


def _rows(connection: psycopg.Connection, count: int) -> Iterator[str]:
    for number, row in enumerate(connection.execute("SELECT stream, at, value, flag FROM reading LIMIT %s", [count])):
        yield f"{number}\t{row[0]}\t{row[1].isoformat()}\t{row[2]}\t{row[3]}\n"


def measure(instruments: int, each: int, workers: int, dsn: str, folder: Path) -> None:
    """Start the processes, drive them, compare, print."""
    from django.db import connection

    target = make_conninfo(dsn, dbname=connection.settings_dict["NAME"])
    make_stations(instruments)
    connection.close()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    told = {"DATABASE_URL": target, "YIWANG_DB_ROLE": APPLICATION_ROLE, "YIWANG_INSTRUMENT_HOST": "127.0.0.1"}
    told |= {"YIWANG_INSTRUMENT_PORT": str(port), "YIWANG_DATA": str(folder)}
    lines = [Line(packets_of(number, each)[::-1]) for number in range(instruments)]
    with serving(os.environ | told, workers):
        processes.wait_until(lambda: not _free(port), timeout_s=60)
        time.sleep(3)  # until the others listen too
        figures = drive(port, lines)
    show(figures, bare(target, figures.packets * len(FACTORS)))


@contextmanager
def serving(told: dict[str, str], workers: int) -> Iterator[None]:
    """The processes that instruments connect to, as `yiwang up --instrument-workers N` starts them."""
    started = []
    for number in range(workers):
        which = {"YIWANG_INSTRUMENT_NUMBER": str(number), "YIWANG_INSTRUMENT_WORKERS": str(workers)}
        command = [sys.executable, "-m", "yiwang.project.instruments"]
        started.append(subprocess.Popen(command, env=told | which, cwd=ROOT))  # noqa: S603 - our own program
    try:
        yield
    finally:
        for one in started:
            one.terminate()
        for one in started:
            one.wait(30)


def _free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def show(figures: Figures, rows: float) -> None:
    """The figures, a line each."""
    rate, many = figures.packets / figures.seconds, len(FACTORS)
    waits = sorted(figures.waits)
    late = waits[len(waits) * 95 // 100] * 1000
    for text in (
        f"{figures.packets:,} packets of {many} factors in {figures.seconds:.1f} s",
        f"stored and answered: {rate:,.0f} packets, {rate * many:,.0f} readings a second",
        f"wait for an answer: median {statistics.median(waits) * 1000:.0f} ms, 95 of 100 within {late:.0f} ms",
        f"bare COPY with de-duplication, the same rows: {rows:,.0f} rows a second",
    ):
        print(text)  # noqa: T201 - the answer of the program


def main() -> None:
    """Make a database, measure, drop it."""
    asked = ArgumentParser(description=__doc__)
    asked.add_argument("--instruments", type=int, default=2000)
    asked.add_argument("--packets", type=int, default=50, help="that each instrument sends")
    asked.add_argument("--workers", type=int, default=2, help="processes that they connect to")
    given = asked.parse_args()
    with database() as dsn:
        os.environ["DATABASE_URL"] = dsn
        import django

        django.setup()
        from django.test.utils import setup_databases, teardown_databases

        made = setup_databases(verbosity=0, interactive=False)
        try:
            with tempfile.TemporaryDirectory(prefix="yiwang-hj212-") as folder:
                measure(given.instruments, given.packets, given.workers, dsn, Path(folder))
        finally:
            from django.db import connections

            connections.close_all()
            teardown_databases(made, verbosity=0)


if __name__ == "__main__":
    main()
