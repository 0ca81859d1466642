"""Commands to an instrument: sent again while nothing comes, ended by what it answers, never more than a few at a time."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.gateways.hj212_tcp.orders import ANSWERED, ARROWS, ENDS, MOST_ORDERS, OVERTIME_S, SENT, Ended, Orders
from yiwang.gateways.hj212_tcp.session import Known, Session
from yiwang.wire.hj212 import codes
from yiwang.wire.hj212.building import Addressee, Unwritable, build
from yiwang.wire.hj212.packet import Packet, parse

AT = datetime(2021, 4, 12, 7, 45, 20, tzinfo=UTC)
TO = Addressee("21", "A1", "123456")
QN = "20210412154520000"


def of(cn: str, cp: str, qn: str = QN, flag: str = "4") -> Packet:
    return parse(build([("QN", qn), ("ST", "21"), ("CN", cn), ("PW", "123456"), ("MN", "A1"), ("Flag", flag)], cp))


def given_one() -> Orders:
    orders = Orders()
    assert parse(orders.give(TO, Addressee.get_time, at=AT, now=0.0)).cn == codes.GET_TIME
    return orders


def test_a_command_that_is_answered_ends_with_what_the_instrument_told() -> None:
    orders = given_one()
    assert orders.hear(of(codes.REQUEST_ANSWER, "QnRtn=1"), 1.0) == []
    assert orders.hear(of(codes.GET_TIME, "SystemTime=20210412154521"), 2.0) == []
    assert orders.hear(of(codes.RESULT, "ExeRtn=1"), 3.0) == [
        Ended("A1", QN, codes.GET_TIME, "done", 1, "SystemTime=20210412154521")
    ]
    assert (len(orders), orders.hear(of(codes.RESULT, "ExeRtn=1"), 4.0)) == (0, None)


@pytest.mark.parametrize(
    ("answer", "outcome", "returned"),
    [
        (of(codes.REQUEST_ANSWER, "QnRtn=3"), "refused", 3),
        (of(codes.REQUEST_ANSWER, "QnRtn=?"), "refused", None),
        (of(codes.RESULT, "ExeRtn=5"), "failed", 5),
        (parse(build([("ST", "91"), ("CN", "9012"), ("MN", "A1")], f"QN={QN};ExeRtn=1")), "done", 1),
    ],
)
def test_refusals_failures_and_the_form_of_2005_are_understood(
    answer: Packet, outcome: str, returned: int | None
) -> None:
    assert given_one().hear(answer, 1.0) == [Ended("A1", QN, codes.GET_TIME, outcome, returned, "")]


def test_a_command_without_an_answer_is_sent_three_times_and_given_up() -> None:
    orders = given_one()
    sent = [orders.look(step * OVERTIME_S) for step in (0.9, 1.0, 1.5, 2.0, 3.0, 4.0)]
    assert [parse(written).cn for written, _ in sent if written] == [codes.GET_TIME] * (codes.SENDINGS - 1)
    assert [bool(written) for written, _ in sent] == [False, True, False, True, False, False]
    assert [one.outcome for _, ended in sent for one in ended] == ["unanswered"]
    assert len(orders) == 0


def test_a_command_that_was_answered_is_not_sent_again_and_given_up_when_nothing_follows() -> None:
    orders = given_one()
    orders.hear(of(codes.REQUEST_ANSWER, "QnRtn=1"), 5.0)
    assert orders.look(5.0 + OVERTIME_S - 0.1) == (b"", [])
    written, ended = orders.look(5.0 + OVERTIME_S)
    assert (written, [one.outcome for one in ended]) == (b"", ["unanswered"])


def test_commands_of_one_moment_have_numbers_of_their_own_and_only_some_wait_at_a_time() -> None:
    orders = Orders()
    written = [orders.give(TO, Addressee.get_time, at=AT, now=0.0) for _ in range(MOST_ORDERS + 3)]
    assert len({parse(one).qn for one in written if one}) == MOST_ORDERS == len(orders)
    assert written[MOST_ORDERS:] == [b"", b"", b""]


def test_a_session_orders_only_from_instruments_that_have_shown_themselves() -> None:
    session = Session({"A1": Known("123456", False)}.get)
    history = partial(Addressee.history, command=codes.HOUR, begin=AT - timedelta(hours=3), end=AT)

    def write(to: Addressee, qn: str) -> bytes:
        return history(to, qn=qn)

    assert session.order("A1", write, now=0.0, at=AT) == b""
    session.receive(build([("ST", "21"), ("CN", "2011"), ("PW", "123456"), ("MN", "A1")]), now=0.0, at=AT)
    asked = parse(session.order("A1", write, now=0.0, at=AT))
    assert (asked.cn, asked.cp, asked.fields["PW"]) == (
        "2061",
        "BeginTime=20210412124520,EndTime=20210412154520",
        "123456",
    )
    sent_again = session.tick(now=OVERTIME_S, at=AT).send
    assert parse(sent_again) == asked._replace(raw=sent_again.rstrip())
    turn = session.receive(
        build(
            [("QN", asked.qn), ("ST", "21"), ("CN", "2061"), ("PW", "123456"), ("MN", "A1"), ("Flag", "5")],
            "DataTime=20210412130000;w01018-Avg=1",
        ),
        now=OVERTIME_S + 1,
        at=AT,
    )
    assert [(one.interval, len(one.readings)) for one in turn.handed] == [("hour", 1)]
    assert session.order("X9", write, now=0.0, at=AT) == b""
    with pytest.raises(Unwritable):
        session.order("A1", lambda to, qn: to.set_interval(1, qn), now=0.0, at=AT)


def test_the_table_says_for_each_state_what_becomes_of_it() -> None:
    happenings = {happened for _, happened in ARROWS}
    assert ARROWS.keys() == {(state, happened) for state in (SENT, ANSWERED) for happened in happenings}
    assert set(ARROWS.values()) <= {ANSWERED, *ENDS}


HEARD = [
    of(codes.REQUEST_ANSWER, "QnRtn=1"),
    of(codes.REQUEST_ANSWER, "QnRtn=9"),
    of(codes.RESULT, "ExeRtn=1"),
    of(codes.GET_TIME, "SystemTime=1"),
]


@given(st.lists(st.sampled_from([None, *HEARD]), max_size=8))
def test_whatever_comes_in_whatever_order_a_command_ends_once(heard: list[Packet | None]) -> None:
    orders, ended, now = given_one(), 0, 0.0
    for one in [*heard, *[None] * (codes.SENDINGS + 1)]:
        now += OVERTIME_S if one is None else 1.0
        ended += len(orders.look(now)[1]) if one is None else len(orders.hear(one, now) or [])
    assert ended == 1
