"""What is sent: answers in the form of the asker, and commands that a reader reads as meant."""

from datetime import UTC, datetime

import pytest

from yiwang.wire.hj212 import building, codes
from yiwang.wire.hj212.building import Addressee, Unwritable, build, frame
from yiwang.wire.hj212.packet import parse

NEW = parse(build([("QN", "20210412154520280"), ("ST", "21"), ("CN", "2011"), ("PW", "1"), ("MN", "A"), ("Flag", "5")]))
OLD = parse(build([("QN", "20040516010101001"), ("ST", "32"), ("CN", "2051"), ("PW", "1"), ("MN", "A"), ("Flag", "1")]))
BARE = parse(build([("ST", "32"), ("CN", "2011"), ("MN", "A")]))
ANSWERS = [
    (
        building.request_answer(NEW, codes.WRONG_CRC),
        "QN=20210412154520280;ST=91;CN=9011;PW=1;MN=A;Flag=4;CP=&&QnRtn=9&&",
    ),
    (building.notice_answer(NEW), "QN=20210412154520280;ST=91;CN=9013;PW=1;MN=A;Flag=4;CP=&&&&"),
    (building.data_answer(NEW), "QN=20210412154520280;ST=91;CN=9014;PW=1;MN=A;Flag=4;CP=&&&&"),
    (building.request_answer(OLD, codes.READY), "ST=91;CN=9011;PW=1;MN=A;CP=&&QN=20040516010101001;QnRtn=1&&"),
    (building.notice_answer(OLD), "ST=91;CN=9013;PW=1;MN=A;CP=&&QN=20040516010101001&&"),
    (building.data_answer(OLD), "ST=91;CN=9014;PW=1;MN=A;CP=&&QN=20040516010101001;CN=2051&&"),
    (building.data_answer(BARE), "ST=91;CN=9014;MN=A;CP=&&CN=2011&&"),
]


@pytest.mark.parametrize(("written", "segment"), ANSWERS)
def test_an_answer_has_the_form_of_what_it_answers(written: bytes, segment: str) -> None:
    assert written == frame(segment.encode())
    assert parse(written).ok


AT = datetime(2021, 4, 12, 7, 45, 20, 280_500, UTC)
TO = Addressee("21", "A", "123456")
QN = building.request_number(AT)
COMMANDS = [
    (TO.get_time(QN), "1011", ""),
    (TO.set_time(AT, QN), "1012", "SystemTime=20210412154520"),
    (TO.get_interval(QN), "1061", ""),
    (TO.set_interval(30, QN), "1062", "RtdInterval=30"),
    (TO.get_minutes(QN), "1063", ""),
    (TO.set_minutes(10, QN), "1064", "MinInterval=10"),
    (TO.start_realtime(QN), "2011", ""),
    (TO.stop_realtime(QN), "2012", ""),
    (TO.history(codes.HOUR, AT, AT, QN), "2061", "BeginTime=20210412154520,EndTime=20210412154520"),
]


@pytest.mark.parametrize(("written", "command", "cp"), COMMANDS)
def test_a_command_says_what_is_asked_and_wants_an_answer(written: bytes, command: str, cp: str) -> None:
    found = parse(written)
    assert (found.ok, found.cn, found.cp, found.qn, found.wants_reply) == (True, command, cp, "20210412154520280", True)
    assert (found.mn, found.fields["ST"], found.fields["PW"]) == ("A", "21", "123456")


def test_what_no_packet_can_hold_is_refused() -> None:
    for field in (("MN", "A;B"), ("MN", "A&"), ("MN", "A\r\n"), ("MN", "河"), ("", "A"), ("MN", "##")):
        with pytest.raises(Unwritable, match="cannot stand"):
            build([field])
    for cp in ("a=1&&", "&a=1", "a=##", "a=1\r\n", "a=河"):
        with pytest.raises(Unwritable, match="parameters"):
            build([("MN", "A")], cp)
    with pytest.raises(Unwritable, match="at most 9999"):
        build([("MN", "A")], "x" * 10_000)
    for seconds in (29, 3601):
        with pytest.raises(Unwritable, match="not from 30 to 3600"):
            TO.set_interval(seconds, QN)
    for minutes in (0, 100):
        with pytest.raises(Unwritable, match="not from 1 to 99"):
            TO.set_minutes(minutes, QN)
    with pytest.raises(Unwritable, match="no history"):
        TO.history("1011", AT, AT, QN)
