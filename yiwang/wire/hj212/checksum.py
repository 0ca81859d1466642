"""The check at the end of a packet (R-073), and the Modbus one that some instruments send in its place.

HJ 212's own check takes the high byte of its state into the next step and drops the low one. Two things follow, and both are
tested: it can only take 256 values, and eight steps without data lead back to where they began, so bytes that lie eight apart may be
added (XOR) before the table is asked. That makes it fast here, and it says how little the check proves: one packet of 256 that
was damaged at random passes, and two bytes exchanged eight apart are never noticed.
"""

from functools import cache

HJ212, MODBUS, SWAPPED, NONE = "hj212", "modbus", "modbus-byteswapped", "none"


def _eight_steps(value: int) -> int:
    for _ in range(8):
        value, lowest = value >> 1, value & 1
        if lowest:
            value ^= 0xA001
    return value


TABLE = tuple(_eight_steps(value) for value in range(256))
_WORD = 64
"""Bits of the eight bytes into which data is folded."""


@cache
def _folds(doublings: int) -> tuple[tuple[int, int], ...]:
    """How data of up to 2 to the power of `doublings` bits is folded into one word: by how many bits it is moved each time, and the mask of
    those that stay. The same for all lengths between two powers, so no more than a dozen are remembered.
    """
    width, folds = max(_WORD, 1 << (doublings - 1)), []
    while width >= _WORD:
        folds.append((width, (1 << width) - 1))
        width >>= 1
    return tuple(folds)


def checksum(data: bytes) -> int:
    """The check of a data segment, 0 to 0xFFFF: `crc = TABLE[(crc >> 8) ^ byte]` from 0xFFFF on, folded first."""
    if not data:
        return 0xFFFF
    folded, bits = int.from_bytes(data, "big"), 8 * len(data)
    for width, lowest in _folds((bits - 1).bit_length()):
        folded = (folded >> width) ^ (folded & lowest)
    folded ^= 0xFF << (bits - 8) % _WORD  # the first byte meets the high byte of 0xFFFF
    crc = 0
    for byte in folded.to_bytes(8, "big"):
        crc = TABLE[(crc >> 8) ^ byte]
    return crc


def modbus(data: bytes) -> int:
    """CRC-16/MODBUS, 0 to 0xFFFF: the same table, with the low byte taken into the next step."""
    crc = 0xFFFF
    for byte in data:
        crc = (crc >> 8) ^ TABLE[(crc ^ byte) & 0xFF]
    return crc


def kind_of(data: bytes, stated: int) -> str:
    """Which check of `data` the number `stated` is: HJ212, MODBUS, SWAPPED (Modbus, its bytes exchanged), or NONE of them."""
    if stated == checksum(data):
        return HJ212
    other = modbus(data)
    if stated == other:
        return MODBUS
    return SWAPPED if stated == (other & 0xFF) << 8 | other >> 8 else NONE
