"""Case and report numbers (R-104): `XH` + yyyyMMdd + source letter + five digits + two check digits. Pure."""

import re
from datetime import date
from enum import StrEnum

PREFIX = "XH"
SERIAL_DIGITS = 5
_SHAPE = re.compile(r"XH(\d{4})(\d{2})(\d{2})([A-Z])(\d{5})(\d{2})")


class Source(StrEnum):
    """Where a case comes from, as the letter in its number."""

    PORTAL = "W"
    HOTLINE = "H"
    DESK = "D"
    GRID = "G"
    SENSOR = "S"
    DUTY = "C"
    DRAW = "F"
    APPLICATION = "A"
    RECHECK = "R"
    PLAN = "P"


def check_digits(body: str) -> str:
    """The two check digits by ISO 7064 MOD 97-10 (letters count as 10…35), which finds any single slip and any swap."""
    digits = "".join(str(int(character, 36)) for character in body)
    return f"{98 - int(digits + '00') % 97:02d}"


def head(day: date, source: Source) -> str:
    """What the numbers of a source on a day begin with, before the serial."""
    return f"{PREFIX}{day:%Y%m%d}{source}"


def number(day: date, source: Source, serial: int) -> str:
    """The number of the `serial`-th case of a source on a day. Raises ValueError for a serial beyond five digits."""
    if not 0 <= serial < 10**SERIAL_DIGITS:
        raise ValueError(f"serial {serial} does not fit into {SERIAL_DIGITS} digits")
    body = f"{head(day, source)}{serial:0{SERIAL_DIGITS}d}"
    return body + check_digits(body)


def tidy(text: str) -> str:
    """A number as somebody typed or read it out, without spaces and dashes, in capitals and half-width."""
    half_width = text.translate({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})
    return re.sub(r"[\s\x00-\x1f\-—–·]", "", half_width).upper()


def is_number(text: str) -> bool:
    """Whether a (tidied) text is a well-formed number with right check digits."""
    return bool(_SHAPE.fullmatch(text)) and check_digits(text[:-2]) == text[-2:]


def spaced(number_text: str) -> str:
    """The number in groups that can be read out on the telephone."""
    return f"{number_text[:2]} {number_text[2:10]} {number_text[10:16]} {number_text[16:]}"
