"""Every public packet gives the verdict that its columns state, or stands below with the reason why not."""

from collections import Counter

import pytest

from yiwang.wire.hj212 import packet, readings
from yiwang.wire.hj212.framing import Splitter
from yiwang.wire.hj212.packet import Packet
from yiwang.wire.hj212.tests.published import PACKETS, SESSION, Row, needs_packets, rows

pytestmark = needs_packets

DIFFERENT = {
    ("56", "ST"): ("", "21", "its length has three digits; the columns took the S of ST for the fourth"),
    ("56", "crc_ok"): (
        "",
        "0",
        "what stands between the length and the check can be checked all the same, and is wrong",
    ),
    ("56", "crc_kind"): ("", "none", "as above"),
    ("56", "problem"): ("no ##+4-digit length", "no ##+4-digit length; crc mismatch", "as above"),
    ("58", "CN"): ("2011FFFF", "2011", "the length says that the data segment ends before FFFF, which is the check"),
    ("58", "problem"): (
        "truncated or no && before CRC",
        "truncated or no && before CRC; field-missing",
        "it has no MN, ST and CP either",
    ),
    ("76", "Flag"): ("", "0", "the packet writes FLAG"),
    ("80", "variant"): ("2005-or-2017", "2017", "its factors are of 2017; commas stand where semicolons belong"),
    ("82", "variant"): ("2005-or-2017", "2017", "as above"),
    ("83", "variant"): ("2005-or-2017", "2017", "as above"),
}
"""Id, column: what the column states, what we say, why."""
WORDS = {packet.LENGTH_MISSING: "no ##+4-digit length", packet.UNENDED: "truncated or no && before CRC"}
WORDS |= dict.fromkeys((packet.CRC_MODBUS, packet.CRC_SWAPPED, packet.CRC_WRONG), "crc mismatch")
TOLD = {True: "1", False: "0", None: ""}


def verdict(read: Packet) -> Row:
    """A packet in the words of the columns."""
    length = f"length field {read.stated_length} != {read.length}"
    words = WORDS | {packet.LENGTH_WRONG: length}
    told = {name: read.fields.get(name, "") for name in ("ST", "CN", "MN", "Flag", "PNUM", "PNO")}
    return told | {
        "variant": readings.form_of(read),
        "len_ok": TOLD[read.length_ok],
        "crc_ok": TOLD[read.crc_ok],
        "crc_kind": read.crc_kind or "",
        "problem": "; ".join(words.get(fault, fault) for fault in read.faults),
    }


@pytest.mark.parametrize("row", rows(PACKETS), ids=lambda row: row["id"])
def test_a_public_packet_gives_the_verdict_of_its_columns(row: Row) -> None:
    said = verdict(packet.parse(row["packet"].encode()))
    different = {
        (row["id"], name): (row[name], value, DIFFERENT.get((row["id"], name), ("", "", "?"))[2])
        for name, value in said.items()
        if row[name] != value
    }
    assert different == {key: reason for key, reason in DIFFERENT.items() if key[0] == row["id"]}


def test_every_packet_of_the_public_session_gives_the_verdict_of_its_columns() -> None:
    session = rows(SESSION)
    assert len(session) > 2000
    for row in session:
        said = verdict(packet.parse(row["packet"].encode()))
        assert {name: row[name] for name in said} == said, row["id"]


def streams() -> list[tuple[str, bytes, list[bytes]]]:
    """All public packets one behind the other: as they are, with line ends, and with garbage between; what is to be found."""
    frames = [row["packet"].encode() for row in [*rows(PACKETS), *rows(SESSION)]]
    litter = [b"\x00\xff\x13 noise", b"# # &&", b"POST / HTTP/1.1", b"&&1234", b"x" * 150]
    between = [litter[number % len(litter)] + b"\r\n" for number in range(len(frames))]
    mixed = b"".join(noise + frame + b"\r\n" for noise, frame in zip(between, frames, strict=True))
    return [
        ("concatenated", b"".join(frames), frames),
        ("with line ends", b"\r\n".join(frames), frames),
        ("with garbage", mixed, frames),
    ]


@pytest.mark.parametrize(
    ("name", "stream", "frames"), streams(), ids=lambda value: value if isinstance(value, str) else ""
)
@pytest.mark.parametrize("size", [1, 7, 1024, 10**9])
def test_the_public_packets_are_found_in_a_stream_cut_anywhere(
    name: str, stream: bytes, frames: list[bytes], size: int
) -> None:
    splitter = Splitter()
    found = []
    for start in range(0, len(stream), size):
        found += splitter.feed(stream[start : start + size])
    found += splitter.flush()
    assert [one.raw for one in found if one.framed] == frames
    assert any(not one.framed for one in found) == (name == "with garbage")


def test_a_right_packet_is_given_back_with_its_last_character() -> None:
    for row in rows(PACKETS):
        if row["problem"] in ("", "crc mismatch"):
            assert [one.raw for one in Splitter().feed(row["packet"].encode())] == [row["packet"].encode()], row["id"]


def test_the_readings_of_the_session_are_counted_as_a_plain_search_counts_them() -> None:
    found: Counter[str] = Counter()
    for row in rows(SESSION):
        read = packet.parse(row["packet"].encode())
        told = readings.read(read.cp)
        assert (told.oddities, [one for one in told.readings if one.value is None or one.at is None]) == ((), [])
        found.update(one.statistic for one in told.readings)
    text = "\n".join(row["packet"] for row in rows(SESSION))
    assert found == {name: text.count(f"-{name}=") for name in ("Rtd", "RS")}
    assert found.total() > 5000
