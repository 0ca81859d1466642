"""One packet read: what is written is read again, what is wrong is named, and nothing is ever too broken to be looked at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.wire.hj212 import packet
from yiwang.wire.hj212.building import build, frame
from yiwang.wire.hj212.checksum import modbus
from yiwang.wire.hj212.packet import FAULTS, FIELDS, ODDITIES, parse
from yiwang.wire.hj212.readings import form_of, read

SEGMENT = b"QN=20210412154520280;ST=21;CN=2011;PW=123456;MN=DX5;Flag=5;CP=&&DataTime=20210412154500;w01018-Rtd=2.50,w01018-Flag=N&&"
texts = st.text(
    st.characters(codec="ascii", exclude_characters=";&,=#", exclude_categories=["C"]), min_size=1, max_size=20
).map(str.strip)
parameters = st.lists(st.tuples(texts, texts), max_size=6).map(
    lambda pairs: ";".join(f"{name}={value}" for name, value in pairs)
)


@given(
    st.fixed_dictionaries(
        {
            "ST": st.integers(10, 99).map(str),
            "CN": st.integers(1000, 9999).map(str),
            "MN": texts.filter(bool),
        },
        optional={"QN": texts, "PW": texts, "Flag": st.integers(0, 255).map(str)},
    ),
    parameters,
)
def test_what_was_written_is_read_again(fields: dict[str, str], cp: str) -> None:
    ordered = [(name, fields[name]) for name in FIELDS if name in fields]
    found = parse(build(ordered, cp))
    assert (found.fields, found.cp, found.faults) == (fields, cp, ())
    assert build(list(found.fields.items()), found.cp).rstrip() == found.raw


@given(st.binary(max_size=400) | st.binary(max_size=60).map(lambda more: b"##0119" + SEGMENT[:40] + more))
def test_any_bytes_give_a_packet_and_only_known_words(raw: bytes) -> None:
    found = parse(raw)
    assert set(found.faults) <= set(FAULTS)
    assert set(found.oddities) <= set(ODDITIES)
    assert found.ok is not bool(found.faults)
    assert found.length_ok in (True, False, None)
    form_of(found)
    read(found.cp)


PIECES = [
    "QN=20210412154520280",
    "qn=1",
    "QN=2",
    "QN=",
    "ST=21",
    "CN=2011",
    "MN=DX5",
    "mn=DX6",
    "Flag=7",
    "Flag=x",
    "PNO=1",
    "A,B=1",
    "=",
    "",
]


@given(st.lists(st.sampled_from(PIECES), max_size=7), st.sampled_from(["CP=", "", "\x01"]), st.booleans())
def test_fields_that_are_remembered_are_read_as_those_that_are_not(pieces: list[str], last: str, first: bool) -> None:
    header = ";".join([*PIECES[:first], *pieces, last])
    assert packet._read_header(header) == packet._header_of(header)
    assert list(packet._read_header(header).fields) == list(packet._header_of(header).fields)


def test_every_damage_of_one_byte_is_named_or_makes_another_right_packet() -> None:
    whole = frame(SEGMENT).rstrip()
    unnoticed = 0
    for place in range(len(whole)):
        for bit in range(8):
            damaged = bytearray(whole)
            damaged[place] ^= 1 << bit
            found = parse(bytes(damaged))
            if found.ok and found._replace(raw=whole) != parse(whole):
                unnoticed += chr(damaged[place]).lower() != chr(whole[place]).lower()
    assert unnoticed == 0


def with_segment(old: bytes, new: bytes) -> bytes:
    assert old in SEGMENT
    return frame(SEGMENT.replace(old, new))


FAULTY = [
    (frame(SEGMENT).replace(b"##0", b"##1"), (packet.LENGTH_WRONG,)),
    (frame(SEGMENT).replace(b"##0", b"##"), (packet.LENGTH_MISSING,)),
    (frame(SEGMENT)[:-40], (packet.UNENDED,)),
    (frame(SEGMENT)[:-3], (packet.CRC_BROKEN,)),
    (frame(SEGMENT)[:-6] + b"wxyz", (packet.CRC_BROKEN,)),
    (b"##%04d%b%04X" % (len(SEGMENT), SEGMENT, modbus(SEGMENT)), (packet.CRC_MODBUS,)),
    (
        b"##%04d%b%04x" % (len(SEGMENT), SEGMENT, modbus(SEGMENT) >> 8 | (modbus(SEGMENT) & 255) << 8),
        (packet.CRC_SWAPPED,),
    ),
    (frame(SEGMENT)[:-6] + b"1234", (packet.CRC_WRONG,)),
    (with_segment(b"MN=DX5;", b""), (packet.FIELD_MISSING,)),
    (with_segment(b"CN=2011", b"CN=20x1"), (packet.FIELD_BROKEN,)),
    (with_segment(b"MN=DX5", b"MN DX5"), (packet.FIELD_BROKEN, packet.FIELD_MISSING)),
    (with_segment(b"MN=DX5", b"MN=D\x005"), (packet.FIELD_BROKEN,)),
    (with_segment(b"MN=DX5", b"MN=DX5;MN=DX6"), (packet.FIELD_REPEATED,)),
    (with_segment(b"Flag=5", b"Flag=five"), (packet.FIELD_BROKEN,)),
    (with_segment(b"CP=&&D", b"CQ=&&D"), (packet.FIELD_MISSING,)),
]


@pytest.mark.parametrize(
    ("raw", "faults"), FAULTY, ids=lambda value: ",".join(value) if isinstance(value, tuple) else ""
)
def test_a_faulty_packet_names_its_fault_and_yields_what_can_be_read(raw: bytes, faults: tuple[str, ...]) -> None:
    found = parse(raw)
    assert found.faults == faults
    assert not found.ok
    assert found.qn == "20210412154520280"


@pytest.mark.parametrize(
    ("old", "new", "oddities"),
    [
        (b"Flag=5", b"FLAG=5", (packet.SPELLING,)),
        (b"PW=123456;", b"PW=123456;,", (packet.SEPARATOR,)),
        (b"PW=123456;", b"PW=123456,", (packet.SEPARATOR,)),
        (b"PW=123456;", b"PW=123456;Ver=2;", (packet.FIELD_UNKNOWN,)),
        (b"Flag=5", b"Flag=7", (packet.UNNUMBERED,)),
        (b"-Flag=N", b"-Flag=N;i-Info=\xce\xc5", (packet.NOT_ASCII,)),
    ],
)
def test_a_common_departure_is_read_and_named_and_is_no_fault(
    old: bytes, new: bytes, oddities: tuple[str, ...]
) -> None:
    found = parse(with_segment(old, new))
    assert (found.ok, found.oddities) == (True, oddities)
    assert (found.mn, found.cn, found.fields["PW"], found.flag in (5, 7)) == ("DX5", "2011", "123456", True)


def test_the_check_may_be_written_in_small_letters() -> None:
    whole = frame(b"ST=32;CN=2011;MN=A;CP=&&&&")
    assert parse(whole).ok
    assert parse(whole[:-6] + whole[-6:].lower()).ok


@pytest.mark.parametrize(
    ("numbers", "part"),
    [
        (b"PNUM=2;PNO=1;", (1, 2)),
        (b"PNO=2;PNUM=2;", (2, 2)),
        (b"PNO=3;PNUM=2;", None),
        (b"PNO=0;PNUM=2;", None),
        (b"PNO=1;PNUM=1;", None),
        (b"PNUM=2;", None),
    ],
)
def test_the_parts_of_a_packet_are_numbered_in_either_order(numbers: bytes, part: tuple[int, int] | None) -> None:
    assert parse(with_segment(b"Flag=5;", b"Flag=7;" + numbers)).part == part
