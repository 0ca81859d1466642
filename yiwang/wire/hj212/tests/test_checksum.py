"""HJ 212's check against its definition, and what it can and cannot notice."""

from hypothesis import given
from hypothesis import strategies as st

from yiwang.wire.hj212.checksum import HJ212, MODBUS, NONE, SWAPPED, checksum, kind_of, modbus

GOLDEN = [
    (b"QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&", 0x1C80),
    (
        b"ST=32;CN=2011;PW=123456;MN=0873HHMZWSLH02;CP=&&DataTime=20160103133030;060-Rtd=3.0943,060-Flag=N;"
        b"011-Rtd=18.0412,011-Flag=N;001-Rtd=8.2137,001-Flag=N;B01-Rtd=10.9890,B01-Flag=N&&",
        0xA9C1,
    ),
]


def defined(data: bytes) -> int:
    """R-073, word for word."""
    crc = 0xFFFF
    for byte in data:
        crc = (crc >> 8) ^ byte
        for _ in range(8):
            lowest, crc = crc & 1, crc >> 1
            if lowest:
                crc ^= 0xA001
    return crc


def test_the_golden_values_come_out() -> None:
    assert [checksum(data) for data, _ in GOLDEN] == [value for _, value in GOLDEN]
    assert modbus(GOLDEN[0][0]) == 0x0759
    assert modbus(b"123456789") == 0x4B37


@given(st.binary(max_size=700))
def test_the_folded_check_is_the_defined_one(data: bytes) -> None:
    assert checksum(data) == defined(data)


def test_the_folded_check_is_the_defined_one_at_every_length() -> None:
    data = bytes(range(251)) * 45
    assert [checksum(data[:size]) for size in range(300)] == [defined(data[:size]) for size in range(300)]
    for size in (1023, 1024, 1025, 9999, 11000):
        assert checksum(data[:size]) == defined(data[:size])


@given(st.binary(min_size=2, max_size=60), st.integers(0, 0xFFFF))
def test_a_foreign_check_is_called_what_it_is(data: bytes, other: int) -> None:
    own, foreign = checksum(data), modbus(data)
    assert kind_of(data, own) == HJ212
    if foreign != own:
        assert kind_of(data, foreign) == MODBUS
    swapped = (foreign & 0xFF) << 8 | foreign >> 8
    if swapped not in (own, foreign):
        assert kind_of(data, swapped) == SWAPPED
    if other not in (own, foreign, swapped):
        assert kind_of(data, other) == NONE


def test_the_check_has_only_256_values_and_misses_bytes_exchanged_eight_apart() -> None:
    assert len({checksum(bytes([high, low])) for high in range(256) for low in range(256)}) == 256
    text = bytearray(b"DataTime=20210412154500;w01018-Rtd=235")
    changed = bytearray(text)
    changed[10], changed[18] = changed[18], changed[10]
    assert changed != text
    assert checksum(bytes(changed)) == checksum(bytes(text))
