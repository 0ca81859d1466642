"""Readings as Parquet files: made and read with DuckDB, in this process and without the network. No database of the town.

Columns: `stream`, `measured_at` (UTC), `written` (the value with all its decimals, as it was stored), `flag`, `batch`; where a person
corrected it `counts_written` and `counts_flag`; and `value`, what counts, as a number for other programs. In order of stream and moment.
"""

import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb

from yiwang.intake.sensing.rules import NO_VALUE

MOST_ROWS = 1_000_000
"""In one file: some 6 MB, and 100 MB of memory while it is made."""
_NOTHING_FROM_OUTSIDE = {
    "threads": 1, "memory_limit": "512MB", "autoinstall_known_extensions": False, "autoload_known_extensions": False,
}  # fmt: skip
_WRITE = """
COPY (
    SELECT stream, make_timestamptz(micros) AS measured_at, written, flag, batch, counts_written, counts_flag,
           TRY_CAST(nullif(coalesce(counts_written, written), '{none}') AS DOUBLE) AS value
    FROM read_csv(
        '{source}', delim = ' ', header = false, nullstr = '~', quote = '', escape = '', auto_detect = false,
        columns = {{'stream': 'INTEGER', 'micros': 'BIGINT', 'written': 'VARCHAR', 'flag': 'VARCHAR', 'batch': 'BIGINT',
                  'counts_written': 'VARCHAR', 'counts_flag': 'VARCHAR'}})
) TO '{target}' (FORMAT parquet, COMPRESSION zstd)
"""
_COLUMNS = "stream, epoch_us(measured_at), written, flag, batch, counts_written, counts_flag"
_ALL = f"SELECT {_COLUMNS} FROM read_parquet(?) ORDER BY stream, measured_at"  # noqa: S608 - our own words
_SOME = f"""
SELECT {_COLUMNS} FROM read_parquet(?)
WHERE {{wanted}} AND coalesce(counts_flag, flag) NOT IN (SELECT unnest(?::VARCHAR[]))
  AND measured_at >= make_timestamptz(?) AND measured_at < make_timestamptz(?)
ORDER BY stream, measured_at {{order}} LIMIT ?
"""  # noqa: S608 - our own words
_A_TIME = 10_000


class Unreadable(Exception):
    """These bytes are no Parquet file of readings, or a damaged one."""


class Row(NamedTuple):
    """One reading: stream, microseconds since 1970, value and flag as they were stored (rules.written), batch, and what counts instead."""

    stream: int
    micros: int
    written: str
    flag: str
    batch: int
    counts_written: str | None = None
    counts_flag: str | None = None

    @property
    def counted_written(self) -> str:
        """The value that counts, written."""
        return self.written if self.counts_written is None else self.counts_written

    @property
    def counted_flag(self) -> str:
        """The flag that counts."""
        return self.flag if self.counts_flag is None else self.counts_flag


def line(row: Row) -> str:
    """A row as it is handed to DuckDB; nothing in it holds a blank or `~`."""
    return " ".join("~" if one is None else str(one) for one in row)


def made(lines: Iterable[str]) -> bytes:
    """A Parquet file of these lines (`line`), in their order."""
    with tempfile.TemporaryDirectory(prefix="yiwang-parquet-") as folder:
        source, target = Path(folder) / "rows", Path(folder) / "parquet"
        with source.open("w", encoding="ascii") as rows:
            rows.writelines(f"{one}\n" for one in lines)
        with _program() as program:
            program.execute(_WRITE.format(source=source, target=target, none=NO_VALUE))
        return target.read_bytes()


def everything(content: bytes) -> Iterator[Row]:
    """All rows of a file, in order. Raises Unreadable, perhaps after some rows."""
    with tempfile.NamedTemporaryFile(prefix="yiwang-parquet-") as file, _program() as program:
        file.write(content)
        file.flush()
        try:
            answer = program.execute(_ALL, [[file.name]])
            while rows := answer.fetchmany(_A_TIME):
                yield from (Row(*row) for row in rows)
        except duckdb.Error as fault:
            raise Unreadable(str(fault)) from fault


def some(
    files: Sequence[Path],
    first: int,
    end: int,
    *,
    streams: Collection[int] = (),
    batch: int | None = None,
    without: Collection[str] = (),
    most: int | None = None,
    newest_first: bool = False,
) -> list[Row]:
    """The rows of streams, or of a batch, from the microsecond `first` on, before `end`, in order; `most` of them.

    `without`: none that counts by one of these flags.
    """
    if not files:
        return []
    wanted, named = ("batch = ?", batch) if batch is not None else ("stream IN (SELECT unnest(?))", list(streams))
    question = _SOME.format(wanted=wanted, order="DESC" if newest_first else "ASC")
    with _program() as program:
        answer = program.execute(question, [[str(one) for one in files], named, list(without), first, end, most])
        return [Row(*row) for row in answer.fetchall()]


def _program() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:", config=_NOTHING_FROM_OUTSIDE)  # type: ignore[arg-type]  # it takes any value
