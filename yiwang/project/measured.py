"""What a running town tells its watchmen: /metrics in the form that Prometheus reads (record 0038).

It stands before the seats: whoever watches a full town must see that it is full. What every process counts is added up from files
in the data folder; what waits is asked of the database at each look. Nothing here is about a person, and no address is kept whole.
"""

import hmac
import ipaddress
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from time import monotonic
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication

from django.db import Error, connection
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client import values as kinds_of_value
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from yiwang.kernel.journal import queries, sealed
from yiwang.kernel.outages import outage
from yiwang.project.environment import COUNTED_IN

log = logging.getLogger("yiwang.measured")

PATH = "/metrics"
COUNTED_BYTES, FILES_OF = 1 << 16, ("counter", "histogram")
"""How large prometheus_client makes the file of each kind of count of a process, and of which kinds we have some."""
ROOMS = {
    "api": "api",
    "open311": "open311",
    "sta": "sensorthings",
    "desk": "desk",
    "admin": "desk",
    "plan": "board",
    "figures": "board",
    "transparency": "transparency",
    "static": "static",
}
"""The room of a request by the first part of its address; everything else is the portal. So few that they can be counted."""
TOKEN_GIVEN, FROM, FORWARDED = "HTTP_AUTHORIZATION", "REMOTE_ADDR", "HTTP_X_FORWARDED_FOR"
"""Where WSGI says what the request brought, and from where."""
OWN = CollectorRegistry()
REQUESTS = Counter(
    "yiwang_requests",
    "Requests answered, by room, method and the first digit of the status",
    ["room", "method", "status"],
    registry=OWN,
)
SECONDS = Histogram(
    "yiwang_request_seconds",
    "From the arrival of a request to the head of its answer, with the wait for a seat",
    ["room"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=OWN,
)
AWAY = """\
数据库没有应答，所以现在没有数。它通常几秒内自动恢复；一直这样，请看数据文件夹里的 log/database.log。
The database does not answer, so there are no figures now. It usually recovers within seconds; if not, look at log/database.log in the
data folder.
"""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_JOBS = """
SELECT 'job ' || status, count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed') GROUP BY status
"""
_CONNECTIONS = """
SELECT coalesce(nullif(application_name, ''), 'other'), count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' GROUP BY 1
"""


class Waiting(Collector):
    """What waits in the database, and who is connected to it, at the moment of the look. Five queries, in milliseconds."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Entries not yet placed, entries not yet under a signed head, jobs by status; connections by program."""
        seal = sealed.standing()
        waits = {
            "journal": queries.unplaced(),
            "seal": seal.entries - (seal.newest.size if seal.newest else 0),
            **_counts(_JOBS),
        }
        yield _family("yiwang_waiting", "What waits to be worked off, by kind", "kind", waits)
        yield _family("yiwang_connections", "Connections to the database, by program", "program", _counts(_CONNECTIONS))


def _family(name: str, told: str, label: str, values: Mapping[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, told, labels=[label])
    for one, value in values.items():
        family.add_metric([one], value)
    return family


def _counts(sql: str) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return dict(cursor.fetchall())


def may_look(asked: Mapping[str, Any], token: str, *, behind_proxy: bool) -> bool:
    """Whether this request may read the figures: with the token, or from this machine where no proxy brings others from there."""
    given = str(asked.get(TOKEN_GIVEN, ""))
    if token and hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    if behind_proxy or FORWARDED in asked:
        return False
    try:
        return ipaddress.ip_address(asked.get(FROM, "")).is_loopback
    except ValueError:  # a socket has no address: whoever listens there is a proxy
        return False


def have_room(folder: Path) -> bool:
    """Take room on the disk for what this process will count, before anything is counted; whether there was some.

    prometheus_client maps files with holes into memory. On a full disk the first write into a hole ends the process with SIGBUS, and
    each that is started in its place: nobody would be told that the disk is full. Without room the process counts for itself alone.
    """
    made = []
    try:
        for kind in FILES_OF:
            made.append(folder / f"{kind}_{os.getpid()}.new")
            with made[-1].open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, COUNTED_BYTES)
    except OSError as fault:
        log.warning("no room to count requests, /metrics will lack those of this process: %s", fault)
        kinds_of_value.ValueClass = kinds_of_value.MutexValue
        for one in made:
            one.unlink(missing_ok=True)
        return False
    for one in made:
        one.rename(one.with_suffix(".db"))
    return True


class Measured:
    """A WSGI application that counts what the inner one answers, and answers /metrics itself."""

    def __init__(self, pages: WSGIApplication, token: str, *, behind_proxy: bool) -> None:
        self.pages = pages
        self.token = token
        self.behind_proxy = behind_proxy
        if folder := os.environ.get(COUNTED_IN):
            have_room(Path(folder))

    def __call__(self, asked: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if asked["PATH_INFO"] == PATH:
            return self._figures(asked, start_response)
        room = ROOMS.get(asked["PATH_INFO"].split("/", 2)[1] if "/" in asked["PATH_INFO"] else "", "portal")
        method = asked["REQUEST_METHOD"] if asked["REQUEST_METHOD"] in METHODS else "other"
        began = monotonic()

        def started(status: str, *rest: Any) -> Callable[[bytes], object]:
            REQUESTS.labels(room, method, f"{status[0]}xx").inc()
            SECONDS.labels(room).observe(monotonic() - began)
            return start_response(status, *rest)

        return self.pages(asked, started)

    def _figures(self, asked: Mapping[str, Any], start_response: StartResponse) -> list[bytes]:
        if not may_look(asked, self.token, behind_proxy=self.behind_proxy):
            start_response("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8")])
            return [
                "只给本机看，或凭 YIWANG_METRICS_TOKEN（Authorization: Bearer …）。\n"
                "Only for this machine, or with YIWANG_METRICS_TOKEN (Authorization: Bearer …).\n".encode()
            ]
        try:
            content = figures()
        except Error as fault:
            if outage(fault) is None:
                raise
            start_response(
                "503 Service Unavailable", [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", "5")]
            )
            return [AWAY.encode()]
        finally:
            connection.close()
        start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST), ("Cache-Control", "no-store")])
        return [content]


def figures() -> bytes:
    """Everything, as text. Raises OperationalError when the database does not answer: the watchman is told so with a 503."""
    registry = CollectorRegistry()
    registry.register(Waiting())
    if os.environ.get(COUNTED_IN):
        MultiProcessCollector(registry)
        return generate_latest(registry)
    return generate_latest(OWN) + generate_latest(registry)
