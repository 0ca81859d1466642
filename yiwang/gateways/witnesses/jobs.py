"""The timer that tells the town's witnesses: each at most every so many minutes, and again after a fault."""

import logging
from datetime import datetime, timedelta

from django.conf import settings

from yiwang.gateways.witnesses import telling
from yiwang.kernel.journal import witnessing

log = logging.getLogger(__name__)


def tell_due(now: datetime) -> int:
    """Tell each witness whose turn it is of the newest head; gives how many have it now. Call it outside a transaction."""
    every = timedelta(minutes=settings.WITNESS_MINUTES)
    return sum(_tell(address, now, every) for address in settings.WITNESSES)


def _tell(address: str, now: datetime, every: timedelta) -> bool:
    turn = witnessing.take(address, now, every)
    if turn is None:
        return False
    try:
        telling.tell(address, turn.head)
    except telling.NotTold as refused:
        log.warning("the witness %s was not told of head %d: %s", address, turn.head.size, refused)
        witnessing.failed(turn, str(refused), now)
        return False
    witnessing.told(turn, now)
    return True


SWEEPS = {"witnesses": (10, tell_due)}
"""Seconds between two calls, and the sweeper: run by project/worker.py."""
