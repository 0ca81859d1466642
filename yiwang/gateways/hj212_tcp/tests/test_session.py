"""One connection, without a socket: what is handed on to be stored, what is answered and when, what is refused."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.gateways.hj212_tcp import session as sessions
from yiwang.gateways.hj212_tcp.session import Handed, Known, Session, Turn
from yiwang.intake.sensing.guesses import MOST_WRONG, WHILE, Guesses
from yiwang.wire.hj212 import codes, packet
from yiwang.wire.hj212.building import build, data_answer, frame
from yiwang.wire.hj212.checksum import modbus
from yiwang.wire.hj212.joining import WAIT_SECONDS
from yiwang.wire.hj212.packet import parse

AT = datetime(2021, 4, 12, 7, 45, 20, tzinfo=UTC)
STATIONS = {"A1": Known("123456", False), "B2": Known("", True)}
CP = "DataTime=20210412154500;w01018-Rtd=2.50,w01018-Flag=N;w21003-Rtd=0.1"


def of(
    cn: str,
    cp: str = CP,
    *,
    mn: str = "A1",
    pw: str = "123456",
    qn: str = "20210412154520280",
    flag: int = 5,
    part: str = "",
) -> bytes:
    fields = [("QN", qn), ("ST", "21"), ("CN", cn), ("PW", pw), ("MN", mn), ("Flag", str(flag))]
    if part:
        number, of_all = part.split("/")
        fields += [("PNUM", of_all), ("PNO", number)]
    return build(fields, cp)


def with_modbus(raw: bytes) -> bytes:
    segment = raw[6:-6]
    return b"##%04d%b%04X\r\n" % (len(segment), segment, modbus(segment))


def talk(*sent: bytes) -> tuple[Session, Turn]:
    session = Session(STATIONS.get)
    return session, session.receive(b"".join(sent), now=0.0, at=AT)


def answered(sent: bytes) -> list[tuple[str, str]]:
    """Command and parameters of each packet that was sent."""
    return [(found.cn, found.cp) for found in map(parse, sent.split(b"\r\n")[:-1])]


def test_data_is_handed_on_and_answered_only_when_it_is_stored() -> None:
    session, turn = talk(of(codes.REALTIME), of(codes.HOUR))
    assert [(one.mn, one.interval, len(one.readings), one.fault) for one in turn.handed] == [
        ("A1", "realtime", 2, ""),
        ("A1", "hour", 2, ""),
    ]
    assert (turn.send, session.waiting) == (b"", 2)
    assert session.stored(turn.handed[:1]) == data_answer(parse(of(codes.REALTIME)))
    assert session.waiting == 1


def test_who_wants_no_answer_gets_none() -> None:
    session, turn = talk(of(codes.REALTIME, flag=4))
    assert session.stored(turn.handed) == b""


REFUSED = [
    (of(codes.REALTIME, pw="654321"), sessions.PASSWORD_WRONG, codes.WRONG_PASSWORD),
    (of(codes.REALTIME).replace(b"2.50", b"2.51"), packet.CRC_WRONG, codes.WRONG_CRC),
    (with_modbus(of(codes.REALTIME)), packet.CRC_MODBUS, codes.WRONG_CRC),
    (of(codes.REALTIME).replace(b"##0", b"##1"), packet.LENGTH_WRONG, codes.WRONG_CRC),
    (of("7777"), sessions.UNKNOWN_COMMAND, codes.WRONG_CN),
    (of("9021"), sessions.UNKNOWN_COMMAND, codes.WRONG_CN),
    (frame(of(codes.REALTIME)[6:-6].replace(b"ST=21;", b"")), packet.FIELD_MISSING, codes.UNKNOWN),
]


@pytest.mark.parametrize(
    ("sent", "fault", "returned"), REFUSED, ids=lambda value: value if isinstance(value, str) else ""
)
def test_what_cannot_be_used_is_refused_with_the_reason_and_kept_as_evidence(
    sent: bytes, fault: str, returned: int
) -> None:
    session, turn = talk(sent)
    assert turn.handed == [Handed("A1", "", (), sent.rstrip(), fault, b"")]
    assert answered(turn.send) == [("9011", f"QnRtn={returned}")]
    assert session.stored(turn.handed) == b""


def test_a_foreign_check_is_tolerated_where_the_station_is_known_for_it_and_a_wrong_one_never() -> None:
    foreign = with_modbus(of(codes.REALTIME, mn="B2"))
    session, turn = talk(foreign, of(codes.REALTIME, mn="B2")[:-6] + b"1234\r\n")
    assert [(one.fault, len(one.readings)) for one in turn.handed] == [("", 2), (packet.CRC_WRONG, 0)]
    assert answered(session.stored(turn.handed)) == [("9014", "")]


def test_an_instrument_that_nobody_knows_is_told_so_and_its_values_are_handed_on() -> None:
    session, turn = talk(of(codes.REALTIME, mn="X9"), of("7777", mn="X9"))
    assert [(one.mn, len(one.readings), one.answer) for one in turn.handed] == [("X9", 2, b""), ("X9", 0, b"")]
    assert answered(turn.send) == [("9011", f"QnRtn={codes.WRONG_MN}")] * 2
    assert list(session.instruments) == []


def test_a_value_that_was_lost_leaves_its_packet_as_evidence_and_the_others_are_used() -> None:
    session, turn = talk(of(codes.REALTIME, "DataTime=20210412154500;w01018-Rtd=--;w21003-Rtd=0.1"))
    assert [(one.fault, [str(reading.value) for reading in one.readings]) for one in turn.handed] == [
        ("value-broken", ["0.1"])
    ]
    assert answered(session.stored(turn.handed)) == [("9014", "")]


def test_parts_are_handed_on_as_one_and_each_is_answered() -> None:
    more = "DataTime=20210412154500;w21011-Rtd=7"
    session, turn = talk(of(codes.REALTIME, flag=7, part="2/2", cp=more), of(codes.REALTIME, flag=7, part="1/2"))
    assert [(len(one.readings), one.fault) for one in turn.handed] == [(3, "")]
    assert len(answered(session.stored(turn.handed))) == 2


def test_a_part_that_stays_alone_is_used_after_a_while_and_kept_as_evidence() -> None:
    session, turn = talk(of(codes.REALTIME, flag=7, part="1/2"))
    assert turn.handed == []
    assert session.tick(now=WAIT_SECONDS - 0.1, at=AT).handed == []
    late = session.tick(now=WAIT_SECONDS, at=AT).handed
    assert [(len(one.readings), one.fault) for one in late] == [(2, sessions.INCOMPLETE)]


def test_what_is_broken_off_is_given_up_after_a_while_or_at_the_end() -> None:
    half = of(codes.REALTIME)[:60]
    session, turn = talk(half)
    assert turn.handed == session.tick(now=sessions.STALE_S - 0.1, at=AT).handed == []
    assert [one.fault for one in session.tick(now=sessions.STALE_S, at=AT).handed] == [packet.UNENDED]
    session, _ = talk(half)
    assert [(one.raw, one.fault) for one in session.end(now=0.1, at=AT).handed] == [(half, packet.UNENDED)]


def test_an_instrument_that_asks_for_the_time_gets_it() -> None:
    session, turn = talk(of(codes.TIME_ASKED, ""))
    assert answered(turn.send) == [("9013", ""), ("1012", "SystemTime=20210412154520")]
    done = session.receive(of(codes.RESULT, "ExeRtn=1", qn="20210412154520000"), now=1.0, at=AT)
    assert [(one.mn, one.command, one.outcome) for one in done.ended] == [("A1", "1012", "done")]
    assert (done.handed, done.send) == ([], b"")


def test_who_never_sends_a_packet_of_a_known_instrument_is_shown_the_door() -> None:
    session = Session(STATIONS.get)
    for _ in range(sessions.PATIENCE):
        assert not session.receive(b"GET / HTTP/1.1\r\n##", now=0.0, at=AT).close
    last = session.receive(of(codes.STATE, mn="X9") * 5, now=0.0, at=AT)
    assert (last.close, len(last.handed)) == (True, 1)
    patient, _ = talk(*[of(codes.REALTIME, mn="X9")] * sessions.PATIENCE, of(codes.REALTIME))
    assert not patient.receive(of(codes.REALTIME, mn="X9"), now=0.0, at=AT).close


def test_who_guesses_the_password_of_a_known_instrument_is_shown_the_door_too() -> None:
    guess, damaged = of(codes.REALTIME, pw="guess"), of(codes.REALTIME).replace(b"2.50", b"2.51")
    session, turn = talk(*[guess, damaged] * sessions.PATIENCE)
    assert (turn.close, session.receive(guess, now=0.0, at=AT).close) == (False, True)
    mistaken = [*[guess] * (MOST_WRONG - 1), of(codes.REALTIME)]
    assert not talk(*mistaken * (sessions.PATIENCE // 5))[1].close


def test_an_answer_that_is_heard_first_does_not_tell_the_system_of_an_instrument() -> None:
    session, _ = talk(of(codes.RESULT, "ExeRtn=1"))
    assert list(session.instruments) == []
    assert session.order("A1", lambda to, qn: to.get_time(qn), now=0.0, at=AT) == b""
    session.receive(of(codes.REALTIME), now=0.0, at=AT)
    session.receive(of(codes.RESULT, "ExeRtn=1"), now=0.0, at=AT)
    asked = parse(session.order("A1", lambda to, qn: to.get_time(qn), now=0.0, at=AT))
    assert (asked.cn, asked.fields["ST"]) == (codes.GET_TIME, "21")


PIECES = [
    of(codes.REALTIME),
    of(codes.REALTIME, mn="B2", pw=""),
    of(codes.REALTIME, flag=7, part="1/2"),
    of(codes.REALTIME, flag=7, part="2/2", cp="DataTime=20210412154500;w21011-Rtd=7"),
    of(codes.HOUR, pw="wrong"),
    of(codes.TIME_ASKED, ""),
    with_modbus(of(codes.MINUTE, mn="B2", pw="")),
    with_modbus(of(codes.MINUTE)),
    of(codes.REALTIME, mn="X9"),
    of(codes.REALTIME)[:50] + b"\r\n",
    b"\x00noise\xff\r\n",
    of(codes.RESULT, "ExeRtn=1"),
    of("9021"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=10), st.data())
def test_a_connection_says_the_same_however_its_bytes_are_cut(pieces: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(pieces)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=10)))
    whole, split = Session(STATIONS.get), Session(STATIONS.get)
    turns = [whole.receive(stream, now=0.0, at=AT), whole.end(now=0.0, at=AT)]
    pairs = zip([0, *cuts], [*cuts, len(stream)], strict=True)
    parts = [split.receive(stream[start:end], now=0.0, at=AT) for start, end in pairs]
    parts.append(split.end(now=0.0, at=AT))
    handed = [one for turn in turns for one in turn.handed]
    assert [one for turn in parts for one in turn.handed] == handed
    assert b"".join(turn.send for turn in parts) == b"".join(turn.send for turn in turns)
    assert split.stored(handed) == whole.stored(handed)
    assert split.waiting == 0
    promised = sum(len(answered(one.answer)) for one in handed)
    assert promised <= sum(piece.count(b"CN=20") for piece in pieces)


@given(st.binary(max_size=300), st.integers(0, 3))
def test_no_bytes_make_a_connection_fail(noise: bytes, seconds: int) -> None:
    session = Session(STATIONS.get)
    handed = session.receive(noise + of(codes.REALTIME) + noise, now=0.0, at=AT).handed
    handed += session.tick(now=seconds * 5.0, at=AT).handed
    handed += session.end(now=60.0, at=AT).handed
    session.stored(handed)
    assert session.waiting == 0


def test_who_guesses_a_password_waits_and_keeps_nobody_else_out() -> None:
    guesses = Guesses()
    stranger, other = Session(STATIONS.get, guesses, "10.0.0.9"), Session(STATIONS.get, guesses, "10.0.0.1")
    for number in range(MOST_WRONG):
        stranger.receive(of(codes.REALTIME, pw=f"{number:06d}"), now=0.0, at=AT)
    later = Session(STATIONS.get, guesses, "10.0.0.9")
    refused = later.receive(of(codes.REALTIME), now=0.0, at=AT)
    assert [one.fault for one in refused.handed] == [sessions.PASSWORD_WRONG]
    assert [one.fault for one in other.receive(of(codes.REALTIME), now=0.0, at=AT).handed] == [""]
    assert [one.fault for one in later.receive(of(codes.REALTIME), now=0.0, at=AT + WHILE).handed] == [""]
