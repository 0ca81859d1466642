"""What is written down when something fails: on standard error, and as one file for all programs in the data folder.

A fault's trace is kept without what residents said: no request's content, no local variables, no values of rows, and numbers that
name a person are masked (R-303). Names in an exception's own words are not found: raise with identifiers, never with names.
"""

import fcntl
import json
import logging
import os
import re
import sys
from contextlib import suppress
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from yiwang.kernel import marks, personal

FORMAT = "%(asctime)s %(levelname)s %(processName)s[%(process)d] %(name)s %(mark)s %(message)s"
FAULTS = "faults.log"
MOST_BYTES = 8 * 1024 * 1024
KEPT = 4
"""Older files beside the current one: at most 40 MB of faults."""
LEFT_OUT = "(left out: it may hold what somebody wrote)"

_VALUES = re.compile(
    r"^(\s*(?:DETAIL|CONTEXT|LINE \d+|QUERY|STATEMENT|PARAMETERS):).*?"
    r"(?=\n\s*(?:[A-Z]{4,}(?: \d+)?:|Traceback |The above exception|During handling|\^)|\Z)",
    re.MULTILINE | re.DOTALL,
)
"""Where PostgreSQL repeats values: a failing row, a key, the statement with its literals. A value may have several lines."""
_INPUT = re.compile(r"input_value=.*?(?=, input_type=)", re.DOTALL)
"""Where pydantic repeats what was given."""


def without_values(text: str) -> str:
    """The text of a log line without what the database or a schema repeats of rows and input, and with numbers masked."""
    text = _VALUES.sub(rf"\1 {LEFT_OUT}", text)
    return personal.masked(_INPUT.sub(f"input_value={LEFT_OUT}", text))


class Masked(logging.Formatter):
    """Formats as usual, trace included, and masks the whole."""

    def format(self, record: logging.LogRecord) -> str:
        """One record as text without personal data, with the mark of the request that it belongs to."""
        record.mark = marks.current()
        # Another handler's text must not come back unmasked, nor ours elsewhere.
        kept, record.exc_text = record.exc_text, None
        try:
            return without_values(super().format(record))
        finally:
            record.exc_text = kept


class JsonLines(Masked):
    """One JSON object a line, for programs that gather logs; the same words, masked the same way."""

    def format(self, record: logging.LogRecord) -> str:
        """When (UTC), how bad, which program, which logger, the request's mark, what was said, and the trace if there is one."""
        said, _, trace = super().format(record).partition("\n")
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "process": record.process,
            "logger": record.name,
            "mark": marks.current(),
            "said": said,
        }
        return json.dumps(told | ({"trace": trace} if trace else {}), ensure_ascii=False)


class WithoutTokens(logging.Filter):
    """Takes the secret part out of an address that Django names: whoever reads the log must not open the page of a report."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the record through."""
        match = getattr(getattr(record, "request", None), "resolver_match", None)
        token = str(match.kwargs.get("token", "")) if match else ""
        if token and isinstance(record.args, tuple):
            record.args = tuple(one.replace(token, "…") if isinstance(one, str) else one for one in record.args)
        return True


class _Quiet(logging.Handler):
    """When writing fails, logging's own way would print the message as it came in."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Says that something could not be written, and where it came from."""
        fault = sys.exc_info()[1]
        if sys.stderr:
            with suppress(OSError):  # on a full disk there is nowhere to say it; the request that is logged must go on
                sys.stderr.write(f"a record of {record.name} could not be written: {type(fault).__name__}\n")


class StandardError(_Quiet, logging.StreamHandler[Any]):
    """Standard error; `yiwang up` keeps each program's in a file of its own."""


class FaultsFile(_Quiet):
    """One file that all programs of a town append to. It is turned over under a lock, so that no two do it at once."""

    def __init__(self, path: Path, most_bytes: int = MOST_BYTES, kept: int = KEPT) -> None:
        super().__init__()
        self.path = path
        self.most_bytes = most_bytes
        self.kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        """Appends the record. Without a data folder nothing is made: commands that only read files leave no trace."""
        try:
            if not self.path.parent.parent.is_dir():
                return
            self.path.parent.mkdir(mode=0o700, exist_ok=True)
            self._append(self.format(record) + "\n")
        except Exception:  # noqa: BLE001 - told there; a log must not break what it tells about
            self.handleError(record)

    def _append(self, text: str) -> None:
        lock = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self.path.exists() and self.path.stat().st_size > self.most_bytes:
                self._turn_over()
            with open(os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8") as file:
                file.write(text)
        finally:
            os.close(lock)

    def _turn_over(self) -> None:
        names = [self.path, *(self.path.with_name(f"{self.path.name}.{number}") for number in range(1, self.kept + 1))]
        for younger, older in reversed(list(pairwise(names))):
            if younger.exists():
                younger.replace(older)


def configuration(data_dir: Path, *, as_json: bool = False) -> dict[str, Any]:
    """Django's LOGGING: for pages, live updates, the worker and commands alike. As text for people, or as JSON lines."""
    masked = {"()": JsonLines, "format": "%(message)s"} if as_json else {"()": Masked, "format": FORMAT}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"masked": masked},
        "filters": {"without tokens": {"()": WithoutTokens}},
        "handlers": {
            "stderr": {"()": StandardError, "formatter": "masked", "filters": ["without tokens"]},
            "faults": {
                "()": FaultsFile,
                "path": data_dir / "log" / FAULTS,
                "level": "ERROR",
                "formatter": "masked",
                "filters": ["without tokens"],
            },
        },
        "root": {"level": "WARNING", "handlers": ["stderr", "faults"]},
        "loggers": {
            "yiwang": {"level": "INFO"},
            # Its own handlers would mail the request with all that was filled in.
            "django": {"level": "WARNING", "handlers": []},
            "django.request": {"level": "ERROR"},  # a page that does not exist is no fault
            "procrastinate": {"level": "WARNING"},
            # What a door lets through, streams above all.
            "_granian": {"level": "INFO", "handlers": [], "propagate": True},
        },
    }
