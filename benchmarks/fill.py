"""Towns of 10,000, 100,000 and a million invented cases: what the benchmarks measure on. `.venv/bin/python -m benchmarks fill FOLDER`

A demonstration town starts and lives some weeks, and `yiwang simulate` lets it live a busier one: these cases went through all steps, by
the real doors. Up to 100,000 they are copied with other words, days, places and numbers, three in a hundred still open; up to the
million these again by SQL with their words (multiply.sql). What is copied: case, report, what the reader said of it, clocks that
run, the evidence of figures as it stands. **What the copies lack**: entries in the journal (and with them the positions and hashes;
the journal has those of the cases that lived), what happened to their clocks, proofs, parts of assisting departments, notices. So
`yiwang replay` rightly calls the copies rows that no fact made, and a copy's page has no past. Never in a town that anybody uses.
"""

import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, transaction
from psycopg import sql
from rich.console import Console

from benchmarks import town
from yiwang.cases.bigrams import bigrams
from yiwang.cases.numbers import Source, head, number
from yiwang.cases.stages import NOTHING_TO_DO
from yiwang.kernel import walltime
from yiwang.kernel.ids import Dice, dice
from yiwang.project.simulation.sentences import phrases, troubles

SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}
OPEN_SHARE = 0.03
YEARS = 10
IN_WORDS = 100_000
"""So many cases have words of their own; a case beyond has those of one of them, on another day."""
FIRST_SERIAL = 60_000
"""Serials of a day from here on are the copies': no town reaches them by itself."""
SHOP_CHARACTERS = (
    "安宝昌成春达大德丰福富光广国和恒宏华吉佳金锦景聚康乐利隆美民明宁鹏千庆荣瑞润盛顺泰天通旺祥欣新兴旭永裕源兆正忠"
)
MOMENTS = ("dispatched_at", "opened_at", "closed_at", "changed_at", "due_at", "soon_at")
INDEXED = ("case", "report", "clock", "clock_event", "evidence_case", "report_advice")
TABLES = ("case", "report", "report_advice", "clock", "clock_event", "evidence_case")

RAN_OUT = (
    """UPDATE clock SET ran_out = true FROM "case" c WHERE c.id = case_id AND c.origin_ref LIKE 'copy:%'
       AND clock.state = 'running' AND NOT ran_out AND clock.due_at < now()""",
    """UPDATE "case" SET overdue = true WHERE origin_ref LIKE 'copy:%' AND due_at < now() AND NOT overdue""",
)
"""The copies' clocks that have run out by now have been seen to: else the worker of the first start would do it, case by case."""
_COLUMNS = "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND table_schema = 'public'"
_OF_CASE = "numbered n ON n.old = t.case_id"
_NEW_ID = "pg_temp.again(t.id, n.k)"
AGAIN = (
    ("case", "numbered n ON n.old = t.id", {"id": "n.id", "number": "n.number", **{name: f"t.{name} + n.by" for name in MOMENTS}}),
    ("report", _OF_CASE, {"id": _NEW_ID, "number": "n.number", "case_id": "n.id", "happened_at": "t.happened_at + n.by",
                          "received_at": "t.received_at + n.by"}),
    ("report_advice", "report r ON r.id = t.report_id JOIN numbered n ON n.old = r.case_id",
     {"report_id": "pg_temp.again(t.report_id, n.k)"}),
    ("clock", _OF_CASE, {"id": _NEW_ID, "case_id": "n.id", "due_at": "t.due_at + n.by", "soon_at": "t.soon_at + n.by"}),
    ("clock_event", "clock c ON c.id = t.clock_id JOIN numbered n ON n.old = c.case_id",
     {"id": "pg_temp.again(t.clock_id, n.k)::text || '/' || t.seq", "clock_id": "pg_temp.again(t.clock_id, n.k)", "at": "t.at + n.by"}),
    ("evidence_case", _OF_CASE, {"case_id": "n.id", "since": "t.since + n.by", "month": "date_trunc('month', t.since + n.by)"}),
)  # fmt: skip
"""Table, what it is joined with, and what is different in the copies."""

Row = dict[str, Any]
_SERIALS = """SELECT left(number, 11), count(*) FROM "case" WHERE origin_ref LIKE 'copy:%' GROUP BY 1"""


def towns(folder: Path) -> None:
    """Make the three towns in this folder; what stands there already is left as it is."""
    before: Path | None = None
    for name, cases in SIZES.items():
        place = folder / name
        if not (place / "town.json").exists():
            unfinished = folder / f"{name}.new"
            if before is None:
                _live(unfinished)
            else:
                shutil.rmtree(unfinished, ignore_errors=True)
                subprocess.run(["cp", "-a", before, unfinished], check=True)  # noqa: S603, S607 - keeps whose the files are
            command = [sys.executable, "-m", "benchmarks.fill", str(unfinished), str(cases)]
            subprocess.run(command, check=True, cwd=town.ROOT, env=town.of(unfinished))  # noqa: S603 - our own command
            unfinished.rename(place)
        before = place


def _live(folder: Path) -> None:
    """A demonstration is loaded and lives its weeks, as at a first start, and one busier one. Goes on where it was stopped."""
    folder.mkdir(parents=True, exist_ok=True)
    with town.database(folder):
        _prepare(folder, "--demonstration")
        _prepare(folder, "--demonstration", "--life")
    more = town.yiwang("simulate", "--days", "6", "--rate", "20", "--seed", "7")
    subprocess.run(more, check=True, cwd=town.ROOT, env=town.of(folder))  # noqa: S603 - our own command


def _prepare(folder: Path, *arguments: str) -> None:
    """What `yiwang up` does before it serves: tables, town, the invented past."""
    command = [sys.executable, "-m", "yiwang.project.prepare", *arguments]
    subprocess.run(command, check=True, cwd=town.ROOT, env=town.of_owner(folder))  # noqa: S603 - our own command


def main(folder: Path, wanted: int) -> None:
    """Fill one town up to `wanted` cases and say how long it took and how big it is."""
    with town.database(folder):
        _prepare(folder, "--tables")
        town.speak_to(folder, owner=True)
        began = time.monotonic()
        connection.ensure_connection()
        raw: psycopg.Connection = connection.connection
        have = _one(raw, 'SELECT count(*) FROM "case"')
        if not _one(raw, "SELECT count(*) FROM account WHERE username = 'operator'"):
            sys.exit("This town has no demonstration accounts: it may be a real one. Nothing was filled in.")
        _follow()
        raw.execute("SET maintenance_work_mem = '1GB'")
        raw.execute("SET work_mem = '256MB'")
        indexes = _without_indexes(raw)
        try:
            _fill(raw, have, min(wanted, IN_WORDS) - have)
            _multiply(raw, wanted - max(have, IN_WORDS))
        finally:
            for text in indexes:
                raw.execute(text)
        for text in RAN_OUT:
            raw.execute(text)
        for table in INDEXED:
            raw.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table)))
        _count_figures()
        size = _one(raw, "SELECT pg_size_pretty(pg_database_size(current_database()))")
        there = _one(raw, 'SELECT count(*) FROM "case"')
        took = time.monotonic() - began
        connection.close()
    Console().print(f"{folder.name}: {there:,} cases, {there - have:,} of them new in {took:.0f} s; {size}")


def _follow() -> None:
    """What lived has its place in the journal and its evidence, as soon after it as in a running town."""
    from yiwang.indicators import jobs
    from yiwang.kernel.journal import sequencer

    while sequencer.sequence_once():
        pass
    jobs.follow_journal(walltime.now())


def _count_figures() -> None:
    """The figures anew, from the evidence of all."""
    from yiwang.indicators import jobs, steps
    from yiwang.indicators.models import IndicatorCell

    with transaction.atomic():
        IndicatorCell.objects.all().delete()
        steps.count_by_new_definitions(jobs.TIMER)


def _one(raw: psycopg.Connection, text: str) -> Any:
    found = raw.execute(text).fetchone()
    return found[0] if found else None


def _without_indexes(raw: psycopg.Connection) -> list[str]:
    """Take away what slows COPY down; what is unique stays. Gives the statements that bring it back."""
    found = raw.execute(
        "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " JOIN pg_class t ON t.oid = i.indrelid WHERE t.relname = ANY(%s) AND NOT i.indisunique",
        [list(INDEXED)],
    ).fetchall()
    for name, _ in found:
        raw.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    return [text for _, text in found]


def _fill(raw: psycopg.Connection, have: int, wanted: int) -> None:
    chance = dice(f"fill {have}")
    templates = [
        _template(raw, row) for row in _rows(raw, 'SELECT * FROM "case" WHERE origin_ref NOT LIKE %s', ["copy:%"])
    ]
    still_open = [one for one in templates if one["case"][0]["state"] not in NOTHING_TO_DO]
    ended = [one for one in templates if one["case"][0]["state"] in NOTHING_TO_DO]
    serials = Counter(dict(raw.execute(_SERIALS).fetchall()))
    names = [row["name"] for row in _rows(raw, "SELECT name FROM place WHERE name <> '' ORDER BY id", [])]
    for at in range(0, wanted, 20_000):
        upto = min(20_000, wanted - at)
        batch: dict[str, list[Row]] = {}
        for _ in range(upto):
            like = chance.choice(still_open if chance.random() < OPEN_SHARE else ended)
            for table, rows in _copy(like, serials, names, chance).items():
                batch.setdefault(table, []).extend(rows)
        for table in TABLES:
            _copy_in(raw, table, batch.get(table, []))


def _multiply(raw: psycopg.Connection, wanted: int) -> None:
    """Put about as many more beside them as are wanted (whole multiples), each like one that stands there in its own words."""
    times = round(wanted / IN_WORDS)
    if times < 1:
        return
    raw.execute(
        (Path(__file__).parent / "multiply.sql")
        .read_text(encoding="utf-8")
        .replace("%(k)s", str(times))
        .replace("%%", "%")
    )
    for table, keys, changed in AGAIN:
        names = [name for (name,) in raw.execute(_COLUMNS, [table]) if not (table == "evidence_case" and name == "id")]
        values = ", ".join(changed.get(name, f"t.{name}") for name in names)
        raw.execute(f'INSERT INTO "{table}" ({", ".join(names)}) SELECT {values} FROM "{table}" t JOIN {keys}')  # type: ignore[arg-type]  # noqa: S608


def _rows(raw: psycopg.Connection, text: str, given: Sequence[Any]) -> list[Row]:
    cursor = raw.execute(text, given)
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _template(raw: psycopg.Connection, case: Row) -> dict[str, list[Row]]:
    key = [case["id"]]
    return {
        "case": [case],
        "report": _rows(raw, "SELECT * FROM report WHERE case_id = %s LIMIT 1", key),
        "report_advice": _rows(
            raw, "SELECT a.* FROM report_advice a JOIN report r ON r.id = a.report_id WHERE r.case_id = %s LIMIT 1", key
        ),
        "clock": _rows(
            raw, "SELECT * FROM clock WHERE case_id = %s AND part_id IS NULL AND state IN ('running', 'paused')", key
        ),
        "clock_event": _rows(
            raw,
            "SELECT e.* FROM clock_event e JOIN clock c ON c.id = e.clock_id WHERE c.case_id = %s AND c.part_id IS NULL"
            " AND c.state IN ('running', 'paused')",
            key,
        ),
        "evidence_case": _rows(
            raw, "SELECT * FROM evidence_case WHERE case_id = %s AND part IS NULL AND until IS NULL", key
        ),
    }


def _copy(like: dict[str, list[Row]], serials: Counter[str], names: list[str], chance: Dice) -> dict[str, list[Row]]:
    """One more case like this one: other words and another day; the open ones came in the last weeks, the ended ones in years."""
    case = like["case"][0]
    days = timedelta(days=0 if case["state"] not in NOTHING_TO_DO else chance.randrange(YEARS * 365))
    moved = timedelta(minutes=chance.randrange(-5 * 1440, 0)) - days
    case_id, report_id = UUID(int=chance.getrandbits(128), version=4), UUID(int=chance.getrandbits(128), version=4)
    clocks = {row["id"]: UUID(int=chance.getrandbits(128), version=4) for row in like["clock"]}
    title, text = _words(names, chance)
    opened = case["opened_at"] + moved
    day, source = walltime.town_day(opened), Source(case["source"])
    begins = head(day, source)
    name = number(day, source, FIRST_SERIAL + serials[begins])
    serials[begins] += 1
    new = {**case, **_moved(case, moved), "id": case_id, "number": name, "title": title, "text": text}
    new |= {"origin_ref": f"copy:{report_id}", "bigrams": bigrams(f"{title}\n{text}")}
    return {
        "case": [new],
        "report": [
            {**row, "id": report_id, "number": name, "case_id": case_id, "source_key": None, "title": title, "text": text,
             "happened_at": row["happened_at"] + moved, "received_at": row["received_at"] + moved, "read": True}
            for row in like["report"]
        ],
        "report_advice": [{**row, "report_id": report_id} for row in like["report_advice"]],
        "clock": [{**row, **_moved(row, moved), "id": clocks[row["id"]], "case_id": case_id} for row in like["clock"]],
        "clock_event": [
            {**row, "id": f"{clocks[row['clock_id']]}/{row['seq']}", "clock_id": clocks[row["clock_id"]], "at": row["at"] + moved}
            for row in like["clock_event"]
        ],
        "evidence_case": [
            {**row, "case_id": case_id, "since": row["since"] + moved, "until": row["until"] and row["until"] + moved,
             "month": walltime.town_day(row["since"] + moved).replace(day=1), "id": None}
            for row in like["evidence_case"]
        ],
    }  # fmt: skip


def _moved(row: Row, by: timedelta) -> Row:
    return {name: row[name] + by for name in MOMENTS if isinstance(row.get(name), datetime)}


def _words(names: list[str], chance: Dice) -> tuple[str, str]:
    """A report in the words of the simulation, with a house number, and in some a shop's name that hardly another one has."""
    said, trouble = phrases(), chance.choice(troubles())
    filled = chance.choice(trouble.says).format(
        place=chance.choice(names), spot=chance.choice(said["spots"]),
        long=chance.choice(said["longs"]), person=chance.choice(said["persons"]),
    )  # fmt: skip
    house = (
        f"，{chance.randrange(1, 200)}号{chance.randrange(1, 19)}0{chance.randrange(1, 6)}室"
        if chance.random() < 0.3
        else ""
    )
    shop = f"，{''.join(chance.choices(SHOP_CHARACTERS, k=3))}店旁边" if chance.random() < 0.1 else ""
    return trouble.title, f"{chance.choice(said['openings'])}{filled}{house}{shop}。{chance.choice(said['closings'])}"


def _copy_in(raw: psycopg.Connection, table: str, rows: Sequence[Row]) -> None:
    if not rows:
        return
    columns = [name for name in rows[0] if not (name == "id" and rows[0]["id"] is None)]
    text = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with raw.cursor() as cursor, cursor.copy(text) as copying:
        for values in _values(rows, columns):
            copying.write_row(values)


def _values(rows: Sequence[Row], columns: Sequence[str]) -> Iterator[list[Any]]:
    for row in rows:
        yield [
            psycopg.types.json.Jsonb(row[name]) if isinstance(row[name], dict) or _jsonb(name) else row[name]
            for name in columns
        ]


def _jsonb(column: str) -> bool:
    return column in ("types", "places", "duplicates")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
