"""The mark of the request that is being answered: eight characters that stand in the log and on the page of a fault.

Somebody reads them out on the telephone, and the line in the log is found. It names nobody, and is new for each request.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from yiwang.kernel import ids

HEADER = "X-Request-Id"
"""Of an answer: its mark."""
NONE = "-"
_current: ContextVar[str] = ContextVar("request_mark", default=NONE)


def current() -> str:
    """The mark of the request that this thread or task answers; `-` outside of any."""
    return _current.get()


@contextmanager
def marked() -> Iterator[str]:
    """Give what is done inside a mark of its own."""
    token = _current.set(ids.request_mark())
    try:
        yield _current.get()
    finally:
        _current.reset(token)
