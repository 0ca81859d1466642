"""A process that instruments connect to: HJ 212 over TCP (gateways/hj212_tcp). `yiwang up --instrument-port N` keeps it running."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable

import django
from django.conf import settings
from django.db import connections

from yiwang.gateways.hj212_tcp import asking
from yiwang.gateways.hj212_tcp.server import Door, Keeping
from yiwang.project import modules

HOST, PORT = "YIWANG_INSTRUMENT_HOST", "YIWANG_INSTRUMENT_PORT"
NUMBER, OF = "YIWANG_INSTRUMENT_NUMBER", "YIWANG_INSTRUMENT_WORKERS"
"""Which of how many processes at the same port this is, from 0 on."""

log = logging.getLogger("yiwang.hj212")


async def serve(
    host: str, port: int, stop: asyncio.Event, ready: Callable[[int], None], *, number: int = 0, of: int = 1
) -> None:
    """Take what instruments send until `stop`; `ready` is told the port. Raises OSError when nobody can listen there.

    Orders to them are heard over a socket in the data folder. `number` of `of`: several processes share the port's connections.
    """
    from yiwang.gateways.hj212_tcp import handing  # its tables need a Django that is set up

    door = Door(Keeping(handing.Instruments(), handing.keep, connections.close_all))
    path = asking.socket_of(settings.DATA_DIR, number)
    orders = await asking.listen(path, door)
    try:
        await door.serve(host, port, stop, ready, shared=of > 1)
    finally:
        if orders:
            orders.close()
            path.unlink(missing_ok=True)


async def _until_asked(host: str, port: int) -> None:
    stop = asyncio.Event()
    for which in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(which, stop.set)
    number, of = int(os.environ.get(NUMBER, "0")), int(os.environ.get(OF, "1"))
    await serve(host, port, stop, lambda at: log.info("instruments are heard on %s:%d", host, at), number=number, of=of)


def main() -> int:
    """Serve where the environment says, until SIGTERM or SIGINT."""
    with modules.loaded():
        django.setup()
    asyncio.run(_until_asked(os.environ[HOST], int(os.environ[PORT])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
