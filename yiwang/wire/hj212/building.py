"""Packets written: answers to what an instrument sent, and commands to it (R-072 to R-076).

The form of 2017 answers with the request's QN in the field QN, that of 2005 with QN among the parameters.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from yiwang.wire.hj212 import codes
from yiwang.wire.hj212.checksum import checksum
from yiwang.wire.hj212.packet import Packet
from yiwang.wire.hj212.readings import SHANGHAI

LONGEST_SEGMENT = 9999
"""Bytes that a length of four digits can state."""
USUAL_LENGTH = 40
"""Characters of a field's value: an MN has 24."""
_UNFIT = re.compile(r"[^ -~]|[;&#,=]")
"""What no field can hold: what separates, and what is not printed in ASCII."""
_UNFIT_PARAMETERS = re.compile(r"\A&|&\Z|&&|##|\r\n")
"""What ends a packet."""


class Unwritable(ValueError):
    """A field or parameter that no packet can hold."""


def build(fields: Iterable[tuple[str, str]], cp: str = "") -> bytes:
    """A whole frame with CR LF from its fields, in their order, and its parameters. Raises Unwritable."""
    return _whole("".join([_field(name, value) for name, value in fields]), cp)


def _whole(fields: str, cp: str) -> bytes:
    if cp and (_UNFIT_PARAMETERS.search(cp) or not cp.isascii()):
        raise Unwritable("the parameters hold what ends a packet, or more than ASCII")
    return frame(f"{fields}CP=&&{cp}&&".encode("ascii"))


def _field(name: str, value: str) -> str:
    if not name or _UNFIT.search(name) or _UNFIT.search(value):
        raise Unwritable(f"{name}={value[:40]!r} cannot stand in a packet")
    return f"{name}={value};"


def frame(segment: bytes) -> bytes:
    """A data segment with `##`, length, check and CR LF. Raises Unwritable when it is too long."""
    if len(segment) > LONGEST_SEGMENT:
        raise Unwritable(f"{len(segment)} bytes; at most {LONGEST_SEGMENT} can be stated")
    return b"##%04d%b%04X\r\n" % (len(segment), segment, checksum(segment))


def request_answer(packet: Packet, returned: int) -> bytes:
    """9011 with QnRtn: the request is taken (codes.READY), or why not."""
    return _answer(packet, codes.REQUEST_ANSWER, f"QnRtn={returned}")


def notice_answer(packet: Packet) -> bytes:
    """9013: a notice has come."""
    return _answer(packet, codes.NOTICE_ANSWER, "")


def data_answer(packet: Packet) -> bytes:
    """9014: the data has come and is stored."""
    return _answer(packet, codes.DATA_ANSWER, "")


def _answer(packet: Packet, command: str, cp: str) -> bytes:
    new = bool((packet.flag or 0) & codes.VERSION)
    fields = _fields_behind_qn(command, packet.fields.get("PW"), packet.fields.get("MN"), new=new)
    if new:
        return _whole(_field("QN", packet.qn) + fields, cp)
    asked = [f"QN={packet.qn}"] if packet.qn else []
    if command == codes.DATA_ANSWER:
        asked.append(f"CN={packet.cn}")
    return _whole(fields, ";".join([*asked, *([cp] if cp else [])]))


def _fields_behind_qn(command: str, password: str | None, number: str | None, *, new: bool) -> str:
    """The same in all answers to an instrument, so those of usual length are remembered. `new`: in the form of 2017."""
    usual = len(password or "") <= USUAL_LENGTH and len(number or "") <= USUAL_LENGTH
    return (_remembered_fields if usual else _answering_fields)(command, password, number, new=new)


def _answering_fields(command: str, password: str | None, number: str | None, *, new: bool) -> str:
    flag = str(codes.FLAG_2017) if new else None
    fields = [("ST", codes.BETWEEN_SYSTEMS), ("CN", command), ("PW", password), ("MN", number), ("Flag", flag)]
    return "".join([_field(name, value) for name, value in fields if value is not None])


_remembered_fields = lru_cache(maxsize=16_384)(_answering_fields)


def written(at: datetime) -> str:
    """A moment as instruments write it, `yyyyMMddHHmmss` in the time of Shanghai. `at` has an offset."""
    return at.astimezone(SHANGHAI).strftime("%Y%m%d%H%M%S")


def request_number(at: datetime) -> str:
    """The QN of a request made at that moment: with milliseconds."""
    return f"{written(at)}{at.microsecond // 1000:03d}"


class Addressee:
    """An instrument that commands go to: its system (ST), number (MN) and password. Each method writes one command."""

    def __init__(self, system: str, number: str, password: str) -> None:
        self.system, self.number, self.password = system, number, password

    def command(self, command: str, cp: str, qn: str) -> bytes:
        """Any command with the request's number `qn`; an answer is wanted."""
        fields = [("QN", qn), ("ST", self.system), ("CN", command), ("PW", self.password), ("MN", self.number)]
        return build([*fields, ("Flag", str(codes.FLAG_2017 | codes.REPLY_WANTED))], cp)

    def get_time(self, qn: str) -> bytes:
        """1011: which time does it have?"""
        return self.command(codes.GET_TIME, "", qn)

    def set_time(self, at: datetime, qn: str) -> bytes:
        """1012: set its clock."""
        return self.command(codes.SET_TIME, f"SystemTime={written(at)}", qn)

    def get_interval(self, qn: str) -> bytes:
        """1061: how often does it send real-time data?"""
        return self.command(codes.GET_INTERVAL, "", qn)

    def set_interval(self, seconds: int, qn: str) -> bytes:
        """1062: send real-time data every so many seconds, 30 to 3600. Raises Unwritable outside."""
        return self.command(codes.SET_INTERVAL, f"RtdInterval={_within(seconds, codes.INTERVAL_SECONDS)}", qn)

    def get_minutes(self, qn: str) -> bytes:
        """1063: how often does it send minute data?"""
        return self.command(codes.GET_MINUTES, "", qn)

    def start_realtime(self, qn: str) -> bytes:
        """2011: begin to send real-time data."""
        return self.command(codes.REALTIME, "", qn)

    def stop_realtime(self, qn: str) -> bytes:
        """2012: send no more real-time data."""
        return self.command(codes.STOP_REALTIME, "", qn)

    def set_minutes(self, minutes: int, qn: str) -> bytes:
        """1064: send minute data every so many minutes, 1 to 99. Raises Unwritable outside."""
        return self.command(codes.SET_MINUTES, f"MinInterval={_within(minutes, codes.INTERVAL_MINUTES)}", qn)

    def history(self, command: str, begin: datetime, end: datetime, qn: str) -> bytes:
        """2031, 2051 or 2061: send the day, minute or hour data from `begin` to `end` again. Raises Unwritable for another command."""
        if command not in (codes.DAY, codes.MINUTE, codes.HOUR) or end < begin:
            raise Unwritable(f"no history of {command} from {begin} to {end}")
        return self.command(command, f"BeginTime={written(begin)},EndTime={written(end)}", qn)


def _within(value: int, bounds: tuple[int, int]) -> int:
    if not bounds[0] <= value <= bounds[1]:
        raise Unwritable(f"{value} is not from {bounds[0]} to {bounds[1]}")
    return value
