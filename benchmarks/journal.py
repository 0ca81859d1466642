"""How fast facts are recorded and placed, beside bare SQL. Run from the root: `.venv/bin/python benchmarks/journal.py`

Writes into the test database of DATABASE_URL, which is made anew and dropped. Eight threads write for some seconds each way:
the bare loop inserts the same two rows through psycopg alone; the second records a fact through `record` with its private
payload encrypted; the third does so while a sequencer runs, and measures how long a committed entry waits for its position;
the fourth while heads of the tree are signed, too, and measures how far they are behind. At the end what was written is sealed
anew from the first entry on, as after an upgrade, exported, and checked.
"""

# ruff: noqa: E402  # Django is set up before its models can be imported
import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

if not os.environ.get("DATABASE_URL"):
    sys.exit(
        "Say which PostgreSQL to measure: DATABASE_URL=postgresql://user@host/postgres .venv/bin/python benchmarks/journal.py\n"
        "The user must be allowed to make a database (CREATEDB); its own tables are not touched."
    )
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.project.settings")

import django

django.setup()

import psycopg
from django.db import connection, transaction
from django.test.utils import setup_databases, teardown_databases
from rich.console import Console
from rich.table import Table

from yiwang.kernel import walltime
from yiwang.kernel.journal import checking, exporting, queries, readers, sealed, sealer, sequencer, tree
from yiwang.kernel.journal.notes import Signer
from yiwang.kernel.journal.steps import record
from yiwang.kernel.journal.tests import sample

WRITERS = 8
SECONDS = 4.0
KEY = Signer("yiwang/bench", bytes(32))
WORDS = "三号楼门口的路灯坏了，晚上很暗" * 4

_BARE = """
WITH written AS (
    INSERT INTO entry (happened_at, recorded_at, actor, door, reason, verb, v, subject_kind, subject_id, body, hash)
    VALUES (now(), now(), 'staff', 'bench', '', 'samplenote.written', 2, 'samplenote', '1', %s::jsonb, %s) RETURNING id
) INSERT INTO entry_pending (entry_id) SELECT id FROM written
"""


def in_threads(turn: Callable[[], Callable[[], None]]) -> float:
    """Transactions a second of eight threads; `turn` gives each thread, which has a connection of its own, what to repeat."""
    ends = time.monotonic() + SECONDS

    def alone(_: int) -> int:
        once, count = turn(), 0
        while time.monotonic() < ends:
            once()
            count += 1
        connection.close()
        return count

    with ThreadPoolExecutor(WRITERS) as pool:
        return sum(pool.map(alone, range(WRITERS))) / SECONDS


def bare() -> Callable[[], None]:
    connection.ensure_connection()
    raw: psycopg.Connection = connection.connection
    body, digest = json.dumps({"note_id": "0" * 36, "colour": "red", "words": WORDS}), b"0" * 32

    def once() -> None:
        raw.execute(_BARE, [body, digest])

    return once


def recorded() -> Callable[[], None]:
    call = sample.call_of()

    def once() -> None:
        with transaction.atomic():
            record(sample.SampleHeard("red", WORDS), call=call)

    return once


def placed_meanwhile() -> tuple[float, list[float], float]:
    """(transactions a second, waits for a position in s, seconds until the last one was placed) with a sequencer at work."""
    waits: list[float] = []
    stop, watching = threading.Event(), threading.Event()

    def watch() -> None:
        while not watching.is_set():
            with transaction.atomic():
                entry = record(sample.SampleHeard("red", None), call=sample.call_of())
            began = time.monotonic()
            if readers.wait_for_entry(entry.id, timeout_s=30):
                waits.append(time.monotonic() - began)
        connection.close()

    threads = [threading.Thread(target=sequencer.run, args=[stop]), threading.Thread(target=watch)]
    for thread in threads:
        thread.start()
    speed = in_threads(recorded)
    watching.set()
    began = time.monotonic()
    while sample.rows("SELECT EXISTS (SELECT 1 FROM entry_pending)")[0][0]:
        time.sleep(0.005)
    drained = time.monotonic() - began
    stop.set()
    for thread in threads:
        thread.join()
    return speed, waits, drained


def sealed_meanwhile() -> tuple[float, list[float]]:
    """(transactions a second, how many seconds the oldest unsealed entry had waited, looked at five times a second)."""
    behind: list[float] = []
    stop = threading.Event()

    def seal() -> None:
        while not stop.is_set():
            while sealer.seal_once(KEY, walltime.now()) == sealer.BATCH:
                pass
            stop.wait(sealer.EVERY_S)
        connection.close()

    def look() -> None:
        while not stop.wait(0.2):
            newest = sealed.newest()
            with connection.cursor() as cursor:
                cursor.execute(_OLDEST, [newest.size if newest else 0])
                since = cursor.fetchone()[0]
            behind.append((walltime.now() - since).total_seconds() if since else 0.0)
        connection.close()

    threads = [
        threading.Thread(target=sequencer.run, args=[stop]),
        threading.Thread(target=seal),
        threading.Thread(target=look),
    ]
    for thread in threads:
        thread.start()
    speed = in_threads(recorded_now)
    stop.set()
    for thread in threads:
        thread.join()
    return speed, behind


_OLDEST = """
SELECT min(e.recorded_at) FROM entry_position p JOIN entry e ON e.id = p.entry_id WHERE p.position = %s + 1
"""


def recorded_now() -> Callable[[], None]:
    """As `recorded`, with the moment of each call, so that its age can be told."""

    def once() -> None:
        call = sample.Call(sample.ADMINISTRATOR, walltime.now(), door="bench")
        with transaction.atomic():
            record(sample.SampleHeard("red", WORDS), call=call)

    return once


def old_journal() -> tuple[float, float, float, float]:
    """Entries a second: hashed into a tree from the first one on, exported, checked; and milliseconds for a proof."""
    size = sealed.required().size
    began = time.monotonic()
    frontier = tree.Frontier()
    while frontier.size < size:
        for one in sealer._entry_hashes(frontier.size, min(frontier.size + sealer.BATCH, size)):
            frontier.add(tree.leaf_hash(one))
    hashed = size / (time.monotonic() - began)
    began = time.monotonic()
    content = list(exporting.lines(sealed.required()))
    exported = size / (time.monotonic() - began)
    began = time.monotonic()
    assert checking.check(content).right  # noqa: S101
    checked = size / (time.monotonic() - began)
    began = time.monotonic()
    for number in range(100):
        tree.inclusion_proof(sealer.Stored(), number * size // 100, size)
    return hashed, exported, checked, (time.monotonic() - began) * 10


def backlog() -> float:
    """Entries a second that one sequencer places when many wait."""
    began, placed = time.monotonic(), 0
    while count := sequencer.sequence_once():
        placed += count
    return placed / (time.monotonic() - began)


def main() -> None:
    made = setup_databases(verbosity=0, interactive=False)
    try:
        figures = in_threads(bare), in_threads(recorded), backlog(), placed_meanwhile()
        with connection.cursor() as cursor:  # what the bare loop wrote has no hash of its own
            cursor.execute("TRUNCATE entry, entry_position, entry_pending, entry_private, call_key")
        show(*figures, sealed_meanwhile(), old_journal())
    finally:
        connection.close()
        teardown_databases(made, verbosity=0)


def durability() -> str:
    """How the server treats the disk: figures with fsync off are not those of a town."""
    return ", ".join(f"{name} {sample.rows(f'SHOW {name}')[0][0]}" for name in ("fsync", "synchronous_commit"))


def show(
    bare_s: float,
    recorded_s: float,
    backlog_s: float,
    live: tuple[float, list[float], float],
    sealing: tuple[float, list[float]],
    old: tuple[float, float, float, float],
) -> None:
    speed, waits, drained = live
    waits = sorted(waits) or [0.0]
    table = Table(
        "what", "figure", "to bare", title=f"Journal, {WRITERS} writers, {SECONDS:.0f} s each; {durability()}"
    )
    table.add_row("bare SQL, transactions/s", f"{bare_s:,.0f}", "1.00")
    table.add_row("record, transactions/s", f"{recorded_s:,.0f}", f"{recorded_s / bare_s:.2f}")
    table.add_row("record beside the sequencer, transactions/s", f"{speed:,.0f}", f"{speed / bare_s:.2f}")
    table.add_row("wait for a position, median", f"{statistics.median(waits) * 1000:.0f} ms", "")
    table.add_row("wait for a position, longest", f"{waits[-1] * 1000:.0f} ms", "")
    table.add_row("last entry placed after the end", f"{drained * 1000:.0f} ms", "")
    table.add_row("placing a backlog, entries/s", f"{backlog_s:,.0f}", "")
    sealed_s, behind = sealing
    table.add_row("record beside sequencer and sealer, transactions/s", f"{sealed_s:,.0f}", f"{sealed_s / bare_s:.2f}")
    table.add_row("oldest entry without a head, median", f"{statistics.median(behind or [0.0]):.1f} s", "")
    table.add_row("oldest entry without a head, longest", f"{max(behind, default=0.0):.1f} s", "")
    for what, figure in zip(("hashed into the tree anew", "exported", "checked"), old, strict=False):
        table.add_row(f"an old journal {what}, entries/s", f"{figure:,.0f}", "")
    table.add_row("an inclusion proof", f"{old[3]:.1f} ms", "")
    table.add_row("positions given", f"{queries.head():,}", "")
    Console().print(table)


if __name__ == "__main__":
    main()
