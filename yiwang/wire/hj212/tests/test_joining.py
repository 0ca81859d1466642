"""Parts of a split packet become one, in any order, sent twice or not; what stays incomplete is given back in time and in bounds."""

from hypothesis import given
from hypothesis import strategies as st

from yiwang.wire.hj212.building import build
from yiwang.wire.hj212.joining import MOST_BYTES, MOST_SETS, WAIT_SECONDS, Joined, Joiner
from yiwang.wire.hj212.packet import Packet, parse
from yiwang.wire.hj212.readings import read


def part(number: int, of: int, *, qn: str = "1", mn: str = "A", cp: str = "") -> Packet:
    numbers = [("PNUM", str(of)), ("PNO", str(number))]
    fields = [
        ("QN", qn),
        ("ST", "21"),
        ("CN", "2011"),
        ("MN", mn),
        ("Flag", "7"),
        *(numbers if number % 2 else numbers[::-1]),
    ]
    return parse(build(fields, cp or f"DataTime=20210412154500;w0100{number}-Rtd={number}"))


@given(st.permutations([1, 2, 3, 4]), st.lists(st.integers(1, 4), max_size=3))
def test_parts_in_any_order_and_repeated_make_one_packet_once(order: list[int], repeated: list[int]) -> None:
    joiner, whole = Joiner(), []
    for number in order[:-1] + [again for again in repeated if again != order[-1]] + order[-1:]:
        whole += joiner.add(part(number, 4), 0.0)
    assert [joined.complete for joined in whole] == [True]
    assert [one.factor for one in read(whole[0].cp).readings] == ["w01001", "w01002", "w01003", "w01004"]
    assert joiner.held == 0


def test_a_whole_packet_does_not_wait() -> None:
    alone = parse(build([("ST", "21"), ("CN", "2011"), ("MN", "A")], "DataTime=20210412154500"))
    assert Joiner().add(alone, 0.0) == [Joined((alone,), True)]


def test_parts_of_different_instruments_and_requests_stay_apart() -> None:
    joiner = Joiner()
    assert [joiner.add(part(1, 2, mn=mn, qn=qn), 0.0) for mn in "AB" for qn in "12"] == [[], [], [], []]
    assert [len(joiner.add(part(2, 2, mn=mn, qn=qn), 0.0)) for mn in "BA" for qn in "21"] == [1, 1, 1, 1]


def test_a_new_set_under_the_same_name_ends_the_old_one() -> None:
    joiner = Joiner()
    joiner.add(part(1, 2), 0.0)
    old = joiner.add(part(1, 2, cp="DataTime=20210412154600"), 1.0)
    assert [(len(joined.packets), joined.complete) for joined in old] == [(1, False)]
    assert [joined.complete for joined in joiner.add(part(2, 2), 2.0)] == [True]


def test_a_set_that_waits_too_long_is_given_back_incomplete() -> None:
    joiner = Joiner()
    joiner.add(part(2, 3), 0.0)
    joiner.add(part(3, 3), 3.0)
    assert joiner.expire(3.0 + WAIT_SECONDS - 0.1) == []
    late = joiner.expire(3.0 + WAIT_SECONDS)
    assert [([one.part for one in joined.packets], joined.complete) for joined in late] == [([(2, 3), (3, 3)], False)]
    assert (joiner.held, joiner.flush()) == (0, [])


def test_sets_beyond_the_bounds_make_room_oldest_first() -> None:
    joiner = Joiner()
    given_back = [
        joined for number in range(MOST_SETS + 2) for joined in joiner.add(part(1, 2, qn=str(number)), float(number))
    ]
    assert [joined.packets[0].qn for joined in given_back] == ["0", "1"]
    heavy = "x=" + "9" * 5000
    for number in range(1, 200):
        joiner.add(part(number, 999, qn="h", cp=heavy), 100.0)
        assert joiner.held <= MOST_BYTES
    assert 0 < joiner.held == sum(len(one.raw) for joined in joiner.flush() for one in joined.packets)
