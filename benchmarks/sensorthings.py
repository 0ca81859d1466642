"""How many Observations are stored a second over HTTP, one by one and 5,000 at a time, beside another server of the standard.

Run from the root, with nothing else running: `.venv/bin/python benchmarks/sensorthings.py --peer /tmp/peer/bin/python`

The peer is django-ogc-sensorthings 1.2 in an environment of its own, made with `pip install django-ogc-sensorthings==1.2
"psycopg[binary]" granian`; without `--peer` only ours is measured. Both have a database in one PostgreSQL, two processes of granian, and
the same client: connections that are kept open, each sending its next request when the last one is answered. Eight send thousands:
four would be three and one at two processes as often as two and two. Only what is answered with 201 is counted. They are measured
by turns, so that what else the machine does falls on both, and the medians are compared.
"""

# ruff: noqa: E402  # Django is set up before its models can be imported
import base64
import json
import os
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
import psycopg
from psycopg.conninfo import make_conninfo

from benchmarks.hj212 import database
from yiwang.project import admission, budget, processes
from yiwang.project.database import APPLICATION_ROLE

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
TOGETHER = 5000
OM = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
SERVER = ["-m", "granian", "--host", "127.0.0.1", "--http", "1", "--no-ws", "--workers", "2"]


@dataclass
class Line:
    """One client: what it has still to send, and what it has heard of the answer to the last."""

    requests: list[bytes]
    heard: bytes = b""


@dataclass
class Server:
    """One that is measured: where it is, its Datastreams, and how a client shows itself for each."""

    name: str
    port: int
    root: str
    datastreams: list[str]
    keys: list[str] = field(default_factory=list)
    seconds: int = 0
    """So many seconds of each Datastream have been sent: a value that is there already would not be a new one."""

    def begin(self, seconds: int) -> int:
        """The first second of so many that are to be sent next."""
        first, self.seconds = self.seconds, self.seconds + seconds
        return first

    def request(self, number: int, path: str, body: Any) -> bytes:
        """A POST of the client of a Datastream."""
        content = json.dumps(body).encode()
        shown = f"Authorization: Basic {base64.b64encode(self.keys[number].encode()).decode()}\r\n" if self.keys else ""
        head = f"POST {self.root}/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{shown}Content-Type: application/json\r\n"
        return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content


def at(number: int) -> str:
    return f"{BEGIN + timedelta(seconds=number):%Y-%m-%dT%H:%M:%SZ}"


def singles(server: Server, lines: int, each: int) -> list[Line]:
    """Each client sends Observations of its own Datastream, a second apart."""
    first = server.begin(each)
    return [
        Line(
            [
                server.request(
                    line,
                    "Observations",
                    {"phenomenonTime": at(n), "resultTime": at(n), "result": n % 13 + 0.25,
                     "Datastream": {"@iot.id": server.datastreams[line]}},
                )
                for n in range(first, first + each)
            ][::-1]
        )
        for line in range(lines)
    ]  # fmt: skip


def batches(server: Server, lines: int, each: int) -> list[Line]:
    """The same, 5,000 in a request."""
    begin = server.begin(each * TOGETHER)

    def rows(first: int) -> list[list[Any]]:
        return [[at(n), at(n), n % 13 + 0.25] for n in range(first, first + TOGETHER)]

    def body(line: int, number: int) -> list[dict[str, Any]]:
        components = ["phenomenonTime", "resultTime", "result"]
        first = begin + number * TOGETHER
        named = {"@iot.id": server.datastreams[line]}
        return [{"Datastream": named, "components": components, "dataArray": rows(first)}]

    return [
        Line([server.request(line, "CreateObservations", body(line, n)) for n in range(each)]) for line in range(lines)
    ]


def drive(server: Server, lines: list[Line]) -> tuple[int, float]:
    """Send all; how many requests were answered with 201, and in how many seconds."""
    waiting, taken, left = selectors.DefaultSelector(), 0, sum(len(one.requests) for one in lines)
    began = time.perf_counter()
    for line in lines:
        one = socket.create_connection(("127.0.0.1", server.port))
        waiting.register(one, selectors.EVENT_READ, line)
        one.sendall(line.requests.pop())
    while left:
        for key, _ in waiting.select(60):
            one, line = key.fileobj, key.data
            line.heard += one.recv(1 << 20)  # type: ignore[union-attr]
            if not whole(line.heard):
                continue
            taken += line.heard.startswith(b"HTTP/1.1 201")
            if not line.heard.startswith(b"HTTP/1.1 201") and taken == 0:
                raise SystemExit(line.heard[:2000].decode())
            line.heard, left = b"", left - 1
            if line.requests:
                one.sendall(line.requests.pop())  # type: ignore[union-attr]
    seconds = time.perf_counter() - began
    for key in list(waiting.get_map().values()):
        key.fileobj.close()  # type: ignore[union-attr]
    return taken, seconds


def whole(heard: bytes) -> bool:
    """Whether an answer has come to its end."""
    head, found, rest = heard.partition(b"\r\n\r\n")
    if not found:
        return False
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    if lengths:
        return len(rest) >= int(lengths[0].split(b":")[1])
    return rest.endswith(b"0\r\n\r\n") or b"transfer-encoding" not in head.lower()


@contextmanager
def serving(command: list[str], environ: dict[str, str], folder: Path, log: Path) -> Iterator[int]:
    """A server on a free port, until it is no longer needed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [*command, "--port", str(port)], env=environ, cwd=folder, stdout=output, stderr=output
        )
        try:
            processes.wait_until(lambda: listens(port), timeout_s=120)
            yield port
        finally:
            process.terminate()
            process.wait(30)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


# --- ours ------------------------------------------------------------------------------------------------------------


@contextmanager
def ours(dsn: str, lines: int, folder: Path) -> Iterator[Server]:
    """The pages' server of a town with as many instruments as there are clients."""
    from django.db import connection

    from yiwang.intake.sensing.facts import Description, StreamDescription
    from yiwang.intake.sensing.steps import stations
    from yiwang.kernel import walltime
    from yiwang.kernel.people.steps.teams import create_team
    from yiwang.kernel.terms import Actor, ActorKind, Call

    call = Call(Actor(ActorKind.SYSTEM), walltime.now(), "bench")
    team = create_team("water", "department", name_zh="水务站", name_en="Water Station", call=call).team_id
    datastreams, keys = [], []
    for number in range(lines):
        said = Description(f"bench-{number}", "测速站", "Bench", "sensorthings", f"b{number}", team, date(2026, 1, 1))
        made = stations.register_station(said, [StreamDescription("w01018", "rtd", "realtime", "mg/L", 1)], call=call)
        stations.set_password(made.station_id, "secret-of-bench", call=call)
        datastreams.append(str(made.streams[0].stream_id))
        keys.append(f"b{number}:secret-of-bench")
    environ = os.environ | {"DATABASE_URL": make_conninfo(dsn, dbname=connection.settings_dict["NAME"])}
    environ |= {"YIWANG_DB_ROLE": APPLICATION_ROLE, "YIWANG_DB_POOL": str(budget.WEB_POOL)}
    connection.close()
    command = [sys.executable, *SERVER, "--interface", "wsgi", "--blocking-threads", str(admission.THREADS)]
    with serving([*command, "yiwang.project.wsgi:application"], environ, ROOT, folder / "ours.log") as port:
        yield Server("ours", port, "/sta/v1.1", datastreams, keys)


# --- the peer --------------------------------------------------------------------------------------------------------

SETTINGS = """
from uuid import UUID
SECRET_KEY, DEBUG, ALLOWED_HOSTS, USE_TZ, ROOT_URLCONF = "peer", False, ["*"], True, "peer_urls"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "sensorthings.versions.v1_1",
                  "sensorthings.versions.v1_1.backends.django", "sensorthings.versions.v1_1.extensions.dataarray"]
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 600, %s}}
SENSORTHINGS_V1_1_SERVICE_URL = "http://127.0.0.1/sensorthings"
SENSORTHINGS_V1_1_BACKEND_ADAPTER = "sensorthings.versions.v1_1.backends.django.adapter.DjangoBackendAdapter"
SENSORTHINGS_V1_1_ID_TYPE = UUID
SENSORTHINGS_V1_1_ID_DELIMITER = "'"
"""
URLS = """
from django.urls import include, path
urlpatterns = [path("sensorthings/", include("sensorthings.versions.v1_1.urls"))]
"""
APPLICATION = """
from django.core.asgi import get_asgi_application
application = get_asgi_application()
"""


@contextmanager
def the_peer(python: str, dsn: str, lines: int, folder: Path) -> Iterator[Server]:
    """django-ogc-sensorthings with its own backend, in a database of its own."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS peer")
        connection.execute("CREATE DATABASE peer")
    said = psycopg.conninfo.conninfo_to_dict(dsn)
    database_of = {
        "NAME": "peer",
        "USER": said.get("user", ""),
        "HOST": said.get("host", ""),
        "PORT": said.get("port", ""),
    }
    written = ", ".join(f"{name!r}: {str(value)!r}" for name, value in database_of.items())
    for name, text in (
        ("peer_settings.py", SETTINGS % written),
        ("peer_urls.py", URLS),
        ("peer_application.py", APPLICATION),
    ):
        (folder / name).write_text(textwrap.dedent(text), encoding="utf-8")
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "peer_settings", "PYTHONPATH": str(folder)}
    subprocess.run([python, "-m", "django", "migrate", "-v", "0"], env=environ, cwd=folder, check=True)  # noqa: S603 - named by whoever runs this
    command = [python, *SERVER, "--interface", "asginl", "peer_application:application"]
    with serving(command, environ, folder, folder / "peer.log") as port:
        server = Server("peer", port, "/sensorthings/v1.1", [])
        named = {"name": "b", "description": "b"}
        point = {"encodingType": "application/geo+json", "location": {"type": "Point", "coordinates": [121.4, 31.6]}}
        place = post(server, "Locations", named | point)
        thing = post(server, "Things", named | {"properties": {}, "Locations": [place]})
        sensor = post(server, "Sensors", named | {"encodingType": "application/pdf", "metadata": "http://b.example"})
        seen = post(server, "ObservedProperties", named | {"definition": "http://b.example"})
        for _ in range(lines):
            unit = {"name": "b", "symbol": "mg/L", "definition": "http://b.example"}
            ways = {"Thing": thing, "Sensor": sensor, "ObservedProperty": seen}
            body = {**named, "observationType": OM, "unitOfMeasurement": unit, **ways}
            server.datastreams.append(post(server, "Datastreams", body)["@iot.id"])
        yield server


def post(server: Server, path: str, body: Any) -> dict[str, str]:
    """Make an entity; how others point at it."""
    address = f"http://127.0.0.1:{server.port}{server.root}/{path}"
    asked = urllib.request.Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310 - our own address
        return {"@iot.id": answer.headers["Location"].rpartition("(")[2].strip("')")}


# --- measuring -------------------------------------------------------------------------------------------------------


def warmed(server: Server, given: Any) -> Server:
    """The first requests open connections and load what is needed."""
    drive(server, singles(server, 1, 1))  # of several first ones the peer would make a FeatureOfInterest each, and fail
    drive(server, singles(server, given.lines, 5))
    drive(server, batches(server, given.together, 1))
    return server


def measured(server: Server, given: Any, share: int) -> tuple[float, float]:
    """Observations stored a second: one by one, and 5,000 at a time. `share`: the part of the work that a slower one is given."""
    requests, seconds = drive(server, singles(server, given.lines, given.singles // share // given.lines))
    many, in_seconds = drive(server, batches(server, given.together, max(1, given.batches // share // given.together)))
    found = requests / seconds, many * TOGETHER / in_seconds
    told = f"{found[0]:>9,.0f} one by one ({given.lines} clients)"
    print(f"{server.name:<6} {told} {found[1]:>9,.0f} by {TOGETHER:,} ({given.together} clients)", flush=True)  # noqa: T201
    return found


def show(rounds: list[list[tuple[float, float]]]) -> None:
    """How many times the peer's median ours is."""
    own, others = (
        [statistics.median(one[way] for one in side) for way in (0, 1)] for side in zip(*rounds, strict=True)
    )
    print(f"ours to the peer's: {own[0] / others[0]:.1f}× one by one, {own[1] / others[1]:.1f}× together")  # noqa: T201


def main() -> None:
    """Make databases, measure, drop them."""
    asked = ArgumentParser(description=__doc__)
    asked.add_argument("--peer", default="", help="the Python of an environment that has django-ogc-sensorthings 1.2")
    asked.add_argument("--lines", type=int, default=16, help="clients that send one by one")
    asked.add_argument("--singles", type=int, default=4800)
    asked.add_argument("--together", type=int, default=8, help="clients that send 5,000 at a time")
    asked.add_argument("--batches", type=int, default=120)
    asked.add_argument("--rounds", type=int, default=3)
    given = asked.parse_args()
    with database() as dsn, tempfile.TemporaryDirectory(prefix="yiwang-sensorthings-") as name:
        os.environ["DATABASE_URL"] = dsn
        import django

        django.setup()
        from django.db import connections
        from django.test.utils import setup_databases, teardown_databases

        made = setup_databases(verbosity=0, interactive=False)
        try:
            with ExitStack() as servers:
                own = warmed(servers.enter_context(ours(dsn, given.lines, Path(name))), given)
                peers = (
                    [warmed(servers.enter_context(the_peer(given.peer, dsn, given.lines, Path(name))), given)]
                    if given.peer
                    else []
                )
                rounds = [
                    [measured(own, given, 1), *(measured(one, given, 5) for one in peers)] for _ in range(given.rounds)
                ]
            if given.peer:
                show(rounds)
        finally:
            connections.close_all()
            teardown_databases(made, verbosity=0)


if __name__ == "__main__":
    main()
