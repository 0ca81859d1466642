"""How fast readings are stored, added up and shown when there are many, beside bare COPY. Run from the root, with nothing else running:

    .venv/bin/python benchmarks/readings.py --million 50

Starts a PostgreSQL of its own in a temporary folder (or takes DATABASE_URL, in which it makes the test database anew). Ten stations of
ten factors have sent a reading a minute, so many months back as the number asks for (50 millions are a year, some 6 GB). Filling is one
statement a month; roll-ups are made by the reader's own statement. Then batches of 5,000 readings are stored by the step and by bare
COPY with the same INSERT, and the queries that pages ask are asked.
"""

# ruff: noqa: E402  # Django is set up before its models can be imported
import os
import statistics
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from benchmarks.hj212 import FACTORS, database, make_stations

STATIONS, BATCH, TIMES = 10, 5000, 20
STREAMS = STATIONS * len(FACTORS)
END = datetime(2026, 11, 1, tzinfo=UTC)

FILL = """
INSERT INTO reading (at, batch, stream, flag, value)
SELECT at, %s, stream, CASE WHEN extract(epoch FROM at)::bigint %% 997 = 0 THEN 'M' ELSE 'N' END,
       ((extract(epoch FROM at)::bigint / 60 * 7 + stream * 13) %% 1300)::numeric / 100
FROM generate_series(%s::timestamptz, %s::timestamptz - INTERVAL '1 minute', INTERVAL '1 minute') AS at,
     generate_series(1, %s) AS stream
"""
BARE = """
INSERT INTO bare_reading (at, batch, stream, flag, value)
SELECT at, 1, stream, flag, value FROM bare_incoming ON CONFLICT (stream, at) DO NOTHING
"""


def main() -> None:
    """Make a database, fill it, measure, drop it."""
    asked = ArgumentParser(description=__doc__)
    asked.add_argument("--million", type=int, default=50, help="readings there are before anything is measured")
    given = asked.parse_args()
    with database() as dsn:
        os.environ["DATABASE_URL"] = dsn
        import django

        django.setup()
        from django.db import connections
        from django.test.utils import setup_databases, teardown_databases

        made = setup_databases(verbosity=0, interactive=False)
        try:
            make_stations(STATIONS)
            fill(given.million * 1_000_000)
            storing()
            asking()
        finally:
            connections.close_all()
            teardown_databases(made, verbosity=0)


def told(what: str, figure: str) -> None:
    print(f"{what:<58} {figure}", flush=True)  # noqa: T201 - what one runs this for


@contextmanager
def timed(what: str, count: int) -> Iterator[None]:
    began = time.perf_counter()
    yield
    lasted = time.perf_counter() - began
    told(what, f"{count:,} in {lasted:.1f} s, {count / lasted:,.0f}/s")


def months(readings: int) -> list[tuple[datetime, datetime]]:
    """Spans of at most a month, back from END, until they hold so many readings."""
    found, end, left = [], END, readings // STREAMS
    while left > 0:
        start = max((end - timedelta(days=1)).replace(day=1), end - timedelta(minutes=left))
        found.append((start, end))
        left -= int((end - start) / timedelta(minutes=1))
        end = start
    return found[::-1]


def fill(readings: int) -> None:
    """Readings of the past and their roll-ups."""
    from django.db import connection, transaction

    from yiwang.intake.sensing.facts import ReadingsStored
    from yiwang.intake.sensing.steps import rolling, rows
    from yiwang.kernel.terms import Actor, ActorKind

    spans, batches = months(readings), []
    with timed("filled, a statement a month", readings):
        for start, end in spans:
            rows.make_months({start.date().replace(day=1)})
            number = rows.next_batch()
            with connection.cursor() as cursor:
                cursor.execute(FILL, [number, start, end, STREAMS])
                batches.append(ReadingsStored(number, "bench", cursor.rowcount, start, end - timedelta(minutes=1), ""))
    with timed("rolled up by hour and day", readings):
        for one in batches:
            with transaction.atomic():
                rolling.follow(Actor(ActorKind.SYSTEM), [one])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def storing() -> None:
    """Batches of 5,000: by the step, again by the step, and bare."""
    from yiwang.intake.sensing.received import Measured, Packet
    from yiwang.intake.sensing.steps.storing import store
    from yiwang.kernel.terms import Actor, ActorKind, Call

    now = END + timedelta(days=1)
    call = Call(Actor(ActorKind.SYSTEM), now, "bench")

    def batch(number: int) -> list[Packet]:
        minutes = (END + timedelta(minutes=number * BATCH // STREAMS + n) for n in range(BATCH // STREAMS))
        values = [Decimal(f"7.{n}25") for n in range(len(FACTORS))]
        return [
            Packet(f"B{station:013}", at, [Measured(f, "rtd", "realtime", at, v) for f, v in zip(FACTORS, values, strict=True)], b"##")
            for at in minutes
            for station in range(STATIONS)
        ]  # fmt: skip

    batches = [batch(number) for number in range(TIMES)]
    with timed(f"stored by the step, {BATCH:,} in a batch", BATCH * TIMES):
        facts = [store("hj212", one, call=call).fact for one in batches]
    with timed("the same again, each known", BATCH * TIMES):
        for one in batches:
            store("hj212", one, call=call)
    bare()
    from yiwang.intake.sensing.steps import rolling

    with timed("rolled up, batch by batch", BATCH * TIMES):
        for fact in facts:
            rolling.follow(call.actor, [fact] if fact else [])


def bare() -> None:
    """The same rows without Yiwang: COPY and the same INSERT into a table of the same shape."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare_reading (LIKE reading_2026_10 INCLUDING ALL)")
        cursor.execute("CREATE TEMPORARY TABLE bare_incoming (LIKE reading) ON COMMIT DELETE ROWS")
    lines = [
        "".join(
            f"{(END + timedelta(minutes=number * 50 + n // STREAMS)).isoformat()}\t1\t{n % STREAMS}\tN\t7.{n % 10}25\n"
            for n in range(BATCH)
        )
        for number in range(TIMES)
    ]
    with timed("bare COPY and INSERT without those that are there", BATCH * TIMES):
        for one in lines:
            with transaction.atomic(), connection.cursor() as cursor:
                with cursor.copy("COPY bare_incoming FROM STDIN") as into:
                    into.write(one)
                cursor.execute(BARE)


def asking() -> None:
    """What the pages of stations ask, each the median of some times."""
    from yiwang.intake.sensing import queries, series
    from yiwang.intake.sensing.models import ReadingBatch
    from yiwang.kernel.terms import Actor, ActorKind

    actor = Actor(ActorKind.SYSTEM)
    newest = ReadingBatch.objects.order_by("-id").values_list("id", flat=True)[0]
    for what, days in (("a day", 1), ("a month", 31), ("a year", 366)):
        took(
            f"chart of a stream over {what}",
            lambda days=days: series.series(actor, "bench-3", 37, END - timedelta(days=days), END),
        )
    took("readings behind an hour", lambda: series.behind(actor, "bench-3", 37, "hour", END - timedelta(days=40)))
    took("completeness of all stations over a day", lambda: series.completeness(actor, END - timedelta(days=1), END))
    took("digest of a batch of 5,000 again", lambda: queries.check_batch(actor, newest))


def took(what: str, ask: Callable[[], Any]) -> None:
    times = []
    for _ in range(9):
        began = time.perf_counter()
        ask()
        times.append(time.perf_counter() - began)
    told(what, f"{statistics.median(times) * 1000:.1f} ms (first {times[0] * 1000:.1f})")


if __name__ == "__main__":
    main()
