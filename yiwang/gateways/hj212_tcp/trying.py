"""A packet written by hand and sent as an instrument would: to try a town's port, or a packet that a maker argues about."""

import socket
from collections.abc import Sequence
from datetime import datetime

from yiwang.wire.hj212 import building, codes
from yiwang.wire.hj212.building import Unwritable

LONGEST_ANSWER = 4096
PATIENCE_S = 10.0
"""How long an answer is waited for: as long as instruments do."""


def packet_for(*, system: str, command: str, mn: str, password: str, at: datetime, values: Sequence[str]) -> bytes:
    """A packet of 2017 that wants an answer. `values` are `factor-statistic=value`, or `factor=value` for Rtd; each with the flag N.

    Raises Unwritable for what no packet can hold.
    """
    fields = [("QN", building.request_number(at)), ("ST", system), ("CN", command), ("PW", password), ("MN", mn)]
    items = [f"DataTime={building.written(at)}", *map(_item, values)]
    return building.build([*fields, ("Flag", str(codes.FLAG_2017 | codes.REPLY_WANTED))], ";".join(items))


def _item(value: str) -> str:
    name, equals, number = value.partition("=")
    factor, dash, statistic = name.partition("-")
    if not factor or not equals or not number or {*";,"} & {*value}:
        raise Unwritable(f"{value[:40]!r} is not like w21003=1.25 or w21003-Avg=1.25")
    return f"{factor}-{statistic if dash else 'Rtd'}={number},{factor}-Flag=N"


def send(content: bytes, host: str, port: int) -> bytes:
    """Send it and give the first answer, b"" when none comes. Raises OSError when nobody listens."""
    with socket.create_connection((host, port), timeout=PATIENCE_S) as line:
        line.sendall(content)
        try:
            with line.makefile("rb") as answers:
                return answers.readline(LONGEST_ANSWER)
        except TimeoutError:
            return b""
