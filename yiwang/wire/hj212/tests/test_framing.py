"""Frames found in any stream: the same however it is cut, nothing lost, little held."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.wire.hj212.building import build
from yiwang.wire.hj212.framing import LONGEST_FRAME, LONGEST_GARBAGE, Found, Splitter

WHOLE = build([("ST", "32"), ("CN", "2011"), ("MN", "A1")], "DataTime=20210412154500;011-Rtd=1.5,011-Flag=N")
FRAME = WHOLE.rstrip()
PIECES = [
    WHOLE,
    FRAME,
    FRAME[:40],
    FRAME[:40] + b"\r\n",
    FRAME[:-2],
    FRAME.replace(b"##00", b"##99", 1),
    FRAME.replace(b"CP=&&", b"CP=&", 1),
    b"##",
    b"###",
    b"##12",
    b"##0100",
    b"&&",
    b"&",
    b"\r",
    b"\r\n",
    b"#",
    b"0123",
    b"\x00\xff",
    b"z" * 1030,
    b"&&ABCD",
]
streams = st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join)


def split(stream: bytes, cuts: list[int]) -> list[Found]:
    splitter, found, before = Splitter(), [], 0
    for cut in [*sorted(cuts), len(stream)]:
        found += splitter.feed(stream[before:cut])
        before = max(before, cut)
    return found + splitter.flush()


def without_line_ends(stream: bytes) -> bytes:
    return stream.replace(b"\r", b"").replace(b"\n", b"")


@given(streams, st.data())
def test_a_stream_gives_the_same_pieces_however_it_is_cut(stream: bytes, data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=8))
    whole = split(stream, [])
    assert split(stream, cuts) == whole
    assert split(stream, list(range(len(stream)))) == whole


@given(
    st.lists(st.sampled_from(["a", "A1B2", "&", "&&", "#", "##0012", "\r", "\n", "\r\n"]), max_size=9),
    st.integers(1, 4),
)
def test_what_is_seen_to_be_one_frame_at_once_is_so_byte_by_byte(pieces: list[str], check: int) -> None:
    stream = "".join(["##0012", *pieces[:5], "&&", *pieces[5:], "&&", "A1B2"[:check], "\r\n"]).encode()
    assert split(stream, []) == split(stream, list(range(len(stream))))


@given(streams | st.binary(max_size=300))
def test_nothing_but_line_ends_is_lost_and_no_piece_is_long(stream: bytes) -> None:
    found = split(stream, [])
    assert without_line_ends(b"".join(one.raw for one in found)) == without_line_ends(stream)
    assert all(0 < len(one.raw) <= (LONGEST_FRAME if one.framed else LONGEST_GARBAGE) for one in found)


@given(streams)
def test_what_came_before_does_not_hide_a_packet_behind_a_line_end(before: bytes) -> None:
    found = split(before + b"\r\n" + WHOLE, [])
    assert found[-1] == Found(FRAME, True)


@pytest.mark.parametrize(
    ("stream", "raws"),
    [
        (FRAME.replace(b"##0", b"##9", 1) + WHOLE, [FRAME.replace(b"##0", b"##9", 1), FRAME]),
        (FRAME.replace(b"##00", b"##00", 1)[:-10] + WHOLE, [FRAME[:-10], FRAME]),
        (FRAME[:-2] + b"\r\n" + WHOLE, [FRAME[:-2], FRAME]),
        (FRAME[:-1] + WHOLE, [FRAME[:-1], FRAME]),
        (b"##0012QN=1;CN=2011FFFF" + WHOLE, [b"##0012QN=1;CN=2011FFFF", FRAME]),
        (b"#" + WHOLE, [FRAME[:0] + b"#", FRAME]),
    ],
    ids=[
        "the length lies",
        "broken off",
        "half a check",
        "a digit of the check is gone",
        "no parameters",
        "one # more",
    ],
)
def test_a_damaged_frame_does_not_swallow_the_next(stream: bytes, raws: list[bytes]) -> None:
    assert [one.raw for one in split(stream, [])] == raws


def test_a_frame_is_given_back_before_its_line_ends() -> None:
    assert Splitter().feed(FRAME) == [Found(FRAME, True)]


@pytest.mark.parametrize("filling", [b"x", b"#", b"&", b"##0001", b"\r", b"##a", b"CP=&&a"])
def test_no_stream_makes_it_hold_more_than_one_frame(filling: bytes) -> None:
    splitter, given_back = Splitter(), 0
    stream = b"##0100QN=1;" + filling * (60_000 // len(filling))
    for start in range(0, len(stream), 997):
        given_back += sum(len(one.raw) for one in splitter.feed(stream[start : start + 997]))
        assert splitter.held <= LONGEST_FRAME + 6
    given_back += sum(len(one.raw) for one in splitter.flush())
    assert len(without_line_ends(stream)) <= given_back <= len(stream)
    assert splitter.held == 0


@pytest.mark.parametrize("over", range(-8, 9))
def test_a_frame_of_the_greatest_length_ends_at_the_same_place_however_it_is_cut(over: int) -> None:
    for ending in (b"##0100QN=1", b"\r\nabc", b"&&12&&34567890", b"xxxxxxxxxxx"):
        stream = b"##9999" + b"y" * (LONGEST_FRAME - 6 + over) + ending
        assert split(stream, list(range(LONGEST_FRAME - 30, len(stream)))) == split(stream, [])
