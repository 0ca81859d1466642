"""What stands under the town is missing: the database does not answer, or a disk is full. Told to people as such, and not as our fault.

Nothing was done then: a step is one transaction, and a file is not named by any row before it is whole. The same again, under the
same key, does it once.
"""

import errno
from collections.abc import Iterator

import psycopg
from django.db import Error, InterfaceError, OperationalError

from yiwang.kernel.problems import Problem

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""No room on the disk, in the quota, or under the limit that the operator set for a file."""
DISK_FULL = "53100"
AWAY = ("08", "57P01", "57P02", "57P03", "53300")
"""Beginnings of PostgreSQL's codes (appendix A of its manual): connection lost, shut down, crashed, starting, too many connections."""


class DatabaseAway(Problem):
    """The database did not answer, or went away in the middle."""

    slug = "database-away"
    status = 503

    @property
    def retry_after_s(self) -> int:
        """It is started again at once, and after a crash redoes its log."""
        return 5


class DiskFull(Problem):
    """There is no room for what should be kept."""

    slug = "disk-full"
    status = 507

    @property
    def retry_after_s(self) -> int:
        """Somebody has to make room first."""
        return 60


def outage(fault: BaseException | None) -> Problem | None:
    """The refusal that a fault is told as; None for a fault of ours. What was wrapped in it is looked at too."""
    for one in _chain(fault):
        if isinstance(one, OSError) and one.errno in FULL:
            return DiskFull()
        if isinstance(one, Error | psycopg.Error) and (problem := _of_database(one)):
            return problem
    return None


def _chain(fault: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while fault is not None and id(fault) not in seen:
        yield fault
        seen.add(id(fault))
        fault = fault.__cause__ or fault.__context__


def _of_database(fault: BaseException) -> Problem | None:
    """Django raises its own kind from the driver's; only the driver's has a code, and none when there was nobody to give one."""
    told = fault if isinstance(fault, psycopg.Error) else fault.__cause__
    code = told.sqlstate if isinstance(told, psycopg.Error) else None
    if code == DISK_FULL:
        return DiskFull()
    lost = isinstance(fault, OperationalError | InterfaceError | psycopg.OperationalError | psycopg.InterfaceError)
    return DatabaseAway() if (lost and code is None) or (code or "").startswith(AWAY) else None
