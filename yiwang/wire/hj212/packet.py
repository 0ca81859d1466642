"""One packet read: what stands in it, and what is wrong with it. Never an error: what can be read is read, faults are named.

`faults` say that the packet cannot be relied on (length, check, fields). `oddities` are departures from the standard that leave no
doubt about what is meant and are common among instruments; a packet that has only those is right.
"""

from functools import lru_cache
from typing import NamedTuple

from yiwang.wire.hj212 import checksum
from yiwang.wire.hj212.codes import REPLY_WANTED, SPLIT

FIELDS = ("QN", "ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO")
"""The fields before CP in the standard's order (R-072)."""
_KNOWN = frozenset(FIELDS)
_SPELT = {name.lower(): name for name in FIELDS}
USUAL_HEADER = 120
"""Characters of the fields behind QN: they are the same in all packets of an instrument, so those of usual length are remembered."""
LONGEST_NUMBER = 6
"""Digits of Flag, PNUM and PNO that are read as a number."""

LENGTH_MISSING, LENGTH_WRONG, UNENDED = "length-missing", "length-wrong", "unended"
CRC_BROKEN, CRC_MODBUS, CRC_SWAPPED, CRC_WRONG = "crc-broken", "crc-modbus", "crc-modbus-swapped", "crc-wrong"
FIELD_BROKEN, FIELD_MISSING, FIELD_REPEATED = "field-broken", "field-missing", "field-repeated"
FAULTS = (
    LENGTH_MISSING,
    LENGTH_WRONG,
    UNENDED,
    CRC_BROKEN,
    CRC_MODBUS,
    CRC_SWAPPED,
    CRC_WRONG,
    FIELD_BROKEN,
    FIELD_MISSING,
    FIELD_REPEATED,
)
OF_CRC = {checksum.MODBUS: CRC_MODBUS, checksum.SWAPPED: CRC_SWAPPED, checksum.NONE: CRC_WRONG}

SPELLING, SEPARATOR, FIELD_UNKNOWN, UNNUMBERED, NOT_ASCII = (
    "field-spelling",
    "separator",
    "field-unknown",
    "split-unnumbered",
    "not-ascii",
)
ODDITIES = (SPELLING, SEPARATOR, FIELD_UNKNOWN, UNNUMBERED, NOT_ASCII)
_HEX = frozenset(b"0123456789abcdefABCDEF")


class _Header(NamedTuple):
    """What was read in the fields before CP."""

    fields: dict[str, str]
    faults: tuple[str, ...]
    oddities: tuple[str, ...]


class Packet(NamedTuple):
    """A packet as it came and as it was read. Texts are as written; bytes beyond ASCII stand for themselves (Latin-1)."""

    raw: bytes
    fields: dict[str, str]
    """The fields before CP by their standard spelling; unknown ones by their own."""
    cp: str
    """What stands between the two `&&`."""
    length: int
    """Bytes of the data segment as found."""
    stated_length: int | None
    stated_crc: str
    crc_kind: str | None
    """One of checksum's kinds; None when no check of four digits, or no end of the data segment, is there."""
    faults: tuple[str, ...]
    oddities: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """No fault."""
        return not self.faults

    @property
    def length_ok(self) -> bool | None:
        """Is the length as stated? None when none is stated, False also when the end of the data segment is missing."""
        if self.stated_length is None:
            return None
        return LENGTH_WRONG not in self.faults and UNENDED not in self.faults

    @property
    def crc_ok(self) -> bool:
        """Is the check HJ 212's own and right?"""
        return self.crc_kind == checksum.HJ212

    @property
    def mn(self) -> str:
        """The instrument's number; "" when missing."""
        return self.fields.get("MN", "")

    @property
    def cn(self) -> str:
        """The command; "" when missing."""
        return self.fields.get("CN", "")

    @property
    def qn(self) -> str:
        """The request's number, which its answer repeats; "" when missing, as in most packets of 2005."""
        return self.fields.get("QN", "")

    @property
    def flag(self) -> int | None:
        """The bits of Flag; None when missing or no number."""
        return _number(self.fields.get("Flag", ""))

    @property
    def wants_reply(self) -> bool:
        """Bit A of Flag: the sender waits for an answer."""
        return bool((self.flag or 0) & REPLY_WANTED)

    @property
    def part(self) -> tuple[int, int] | None:
        """Which part of how many, from 1; None for a whole packet. The numbers count also where bit D of Flag is missing."""
        number, of = _number(self.fields.get("PNO", "")), _number(self.fields.get("PNUM", ""))
        return (number, of) if number and of and number <= of and of > 1 else None


def parse(raw: bytes) -> Packet:
    """Read one frame, from `##` to its check; CR LF behind it may be there. Any bytes give a packet."""
    raw = raw.rstrip(b"\r\n")
    stated_length, body = _stated_length(raw)
    faults = [] if stated_length is not None else [LENGTH_MISSING]
    opening, end = _ends(body)
    if end >= 0:
        segment, stated_crc = body[:end], body[end:]
        if stated_length is not None and stated_length != end:
            faults.append(LENGTH_WRONG)
        kind = _kind(segment, stated_crc)
        if kind != checksum.HJ212:
            faults.append(OF_CRC[kind] if kind else CRC_BROKEN)
    else:
        segment, stated_crc = _without_check(body, stated_length)
        kind = None
        faults.append(UNENDED)
    text = segment.decode("latin-1")
    header, cp = (text[:opening], text[opening + 2 :]) if opening >= 0 else (text, "")
    read = _read_header(header)
    return Packet(
        raw,
        read.fields,
        cp[:-2] if end >= 0 and opening >= 0 else cp,
        len(segment),
        stated_length,
        stated_crc.decode("latin-1"),
        kind,
        (*faults, *read.faults),
        read.oddities if segment.isascii() else (*read.oddities, NOT_ASCII),
    )


def _stated_length(raw: bytes) -> tuple[int | None, bytes]:
    if raw[:2] != b"##":
        return None, raw
    digits = raw[2:6]
    if len(digits) == 4 and digits.isdigit():
        return int(digits), raw[6:]
    return None, raw[2:].lstrip(b"0123456789")


def _ends(body: bytes) -> tuple[int, int]:
    """Where the parameters' `&&` stands and where the data segment ends, each -1 when that cannot be seen."""
    opening = body.find(b"&&")
    if opening < 0:
        return -1, -1
    closing = body.find(b"&&", opening + 2)
    if closing >= 0:
        return opening, closing + 2
    if len(body) - opening <= 2 + 4:
        return -1, opening + 2
    return opening, -1


def _kind(segment: bytes, stated: bytes) -> str | None:
    if len(stated) == 4 and _HEX.issuperset(stated):
        return checksum.kind_of(segment, int(stated, 16))
    return None


def _without_check(body: bytes, stated: int | None) -> tuple[bytes, bytes]:
    """A data segment without its end: four hexadecimal digits are its check when the length, with `&&` or without, says so."""
    if stated is not None and len(body) - 4 in (stated, stated - 2) and _HEX.issuperset(body[-4:]):
        return body[:-4], body[-4:]
    return body, b""


def _read_header(header: str) -> _Header:
    """QN first, as it nearly always stands, is another one in each packet; what is behind it is not."""
    first, _, others = header.partition(";")
    name, _, number = first.partition("=")
    if name == "QN" and _digits(number) and len(others) <= USUAL_HEADER:
        read = _remembered_header(others)
        if "QN" not in read.fields:
            return _Header({"QN": number, **read.fields}, read.faults, read.oddities)
    return _header_of(header)


@lru_cache(maxsize=4096)
def _remembered_header(header: str) -> _Header:
    return _header_of(header)


def _header_of(header: str) -> _Header:
    fields: dict[str, str] = {}
    faults: list[str] = []
    oddities: list[str] = []
    whole = header.endswith("CP=")
    for piece in (header[:-3] if whole else header).split(";"):
        name, _, value = piece.partition("=")
        if name in _KNOWN and name not in fields and "," not in value and "=" not in value:
            fields[name] = value
        elif piece:
            _read_odd(piece, fields, faults, oddities)
    if not header.isprintable() or not _plausible(fields):
        _note(faults, FIELD_BROKEN)
    if not whole or not _complete(fields):
        _note(faults, FIELD_MISSING)
    flag = fields.get("Flag")
    if flag and (_number(flag) or 0) & SPLIT and "PNO" not in fields:
        oddities.append(UNNUMBERED)
    return _Header(fields, tuple(faults), tuple(oddities))


def _read_odd(piece: str, fields: dict[str, str], faults: list[str], oddities: list[str]) -> None:
    """A piece of the header that is not plainly `NAME=value`: commas, another spelling, a repetition, or nothing that can be read."""
    parts = [part.strip() for part in piece.split(",") if part.strip()]
    if len(parts) > 1 or "," in piece:
        _note(oddities, SEPARATOR)
    for part in parts:
        written, equals, value = part.partition("=")
        name = _SPELT.get(written.strip().lower(), written)
        if not equals or "=" in value:
            _note(faults, FIELD_BROKEN)
        elif fields.setdefault(name, value) != value:
            _note(faults, FIELD_REPEATED)
        if equals and name != written:
            _note(oddities, SPELLING)
        elif equals and name not in _KNOWN:
            _note(oddities, FIELD_UNKNOWN)


def _plausible(fields: dict[str, str]) -> bool:
    """Do the fields that everything else hangs on hold what they must? A missing one is another fault."""
    numbers = [fields[name] for name in ("Flag", "PNUM", "PNO") if fields.get(name)]
    return (
        _of_digits(fields.get("CN", "0000"), 4)
        and _of_digits(fields.get("ST", "00"), 2)
        and fields.get("MN", "0").strip() != ""
        and None not in [_number(number) for number in numbers]
    )


def _complete(fields: dict[str, str]) -> bool:
    """ST and CN are there, and MN too but in the answers of 2005 (90..), which leave it out."""
    return "ST" in fields and "CN" in fields and ("MN" in fields or fields["CN"].startswith("90"))


def _of_digits(text: str, count: int) -> bool:
    return len(text) == count and _digits(text)


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


@lru_cache(maxsize=512)
def _number(text: str) -> int | None:
    return int(text) if len(text) <= LONGEST_NUMBER and _digits(text) else None


def _note(found: list[str], slug: str) -> None:
    if slug not in found:
        found.append(slug)
