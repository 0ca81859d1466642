"""The same statements without Yiwang: what a request sends to PostgreSQL is caught once, and sent again by psycopg alone.

A repetition writes rows of its own: every identifier, number, key and digest that was new in what was caught is new in each
repetition, too, and what the database gave (`RETURNING`) is put where it stood. A request is one transaction, on one connection.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import connection

from yiwang.kernel import ids, walltime

_UUID = re.compile(r"\b[0-9a-f]{8}-?[0-9a-f]{4}-?7[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}\b")
_NUMBER = re.compile(r"\bXH\d{8}[A-Z]\d{5,7}\b")
_DIGEST = re.compile(r"'\\\\?x([0-9a-f]{64})'")


@dataclass
class Request:
    """What one request sent: the statements, and what each gave as first value where it wrote a row with a number of its own."""

    statements: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)


@contextmanager
def caught() -> Iterator[Request]:
    """Catch what Django's connection sends."""
    found = Request()

    def catch(execute: Any, text: Any, values: Any, many: bool, context: Any) -> Any:
        answer = execute(text, values, many, context)
        if not str(text).startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            found.statements.append(psycopg.ClientCursor(connection.connection).mogrify(text, values))
            found.given.append(_first(context["cursor"].cursor) if " RETURNING " in str(text) else "")
        return answer

    with connection.execute_wrapper(catch):
        yield found


def _first(cursor: Any) -> str:
    result = cursor.pgresult
    if result is None or result.ntuples != 1 or result.nfields != 1:
        return ""
    value = result.get_value(0, 0) or b""
    return value.decode() if value.isdigit() else ""


class Loop:
    """The requests again and again, on a connection of its own. `began`: what was written from then on is new."""

    def __init__(self, dsn: str, requests: list[Request], began: Any) -> None:
        self.raw = psycopg.connect(dsn, autocommit=True)
        self.cursor = psycopg.ClientCursor(self.raw)
        since = int(began.timestamp() * 1000)
        self.requests = requests
        everything = "\n".join(text for one in requests for text in one.statements)
        written = "\n".join(t for one in requests for t in one.statements if t.startswith(("INSERT", "WITH")))
        new = {one.replace("-", "") for one in _UUID.findall(everything)}
        self.identifiers = {one for one in new if int(one[:12], 16) >= since}
        self.numbers = set(_NUMBER.findall(written))
        self.digests = set(_DIGEST.findall(written))

    def once(self) -> None:
        """All requests, each in a transaction."""
        changed = self._changes()
        for request in self.requests:
            with self.raw.transaction():
                for text, given in zip(request.statements, request.given, strict=True):
                    found = self.cursor.execute(_put(text, changed).encode())
                    rows = found.fetchall() if found.description else []
                    if given and rows:
                        changed[given] = str(rows[0][0])

    def _changes(self) -> dict[str, str]:
        now = walltime.now()
        changed: dict[str, str] = {}
        for one in self.identifiers:
            other = ids.new_id(now)
            changed |= {one: other.hex, str(uuid.UUID(one)): str(other)}
        changed |= {one: f"{one[:11]}{int.from_bytes(ids.salt()[:4]) % 10**7:07}" for one in self.numbers}
        return changed | {one: ids.salt().hex() for one in self.digests}


_WORD = re.compile(r"[0-9A-Za-z]+(?:-[0-9a-f]+)*")


def _put(text: str, changed: dict[str, str]) -> str:
    return _WORD.sub(lambda found: changed.get(found.group(), found.group()), text)


def looped(dsn: str, requests: list[Request], began: Any) -> Callable[[], Callable[[], None]]:
    """What each thread of a rate does: a loop of its own."""
    return lambda: Loop(dsn, requests, began).once
