"""Topics and payloads as makers write them, and what the town reads in them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from yiwang.gateways.mqtt.messages import FAULTS, MOST_BYTES, Listened, Message, meet, read
from yiwang.intake.sensing.steps import keeping
from yiwang.kernel.wording import LANGUAGES, texts

NOW = datetime(2026, 11, 27, 4, 0, tzinfo=UTC)
AT = datetime(2026, 11, 27, 0, 0, tzinfo=UTC)
PLAIN = Listened("xinhai/{station}/{factor}", "xinhai/{station}", "received", as_json=False, factors={"flow": "w00000"})
JSON = Listened("town/{station}", "{station}", "at", value="v", factor="f", flag="q")
SEVERAL = Listened(
    "lora/{gate}/up",
    "lora/{station}",
    "time",
    moment_form="milliseconds",
    station="dev.eui",
    values={"data.0": "w01018", "data.1.nh3": "w21003", "battery": "w01001"},
)
ALL = (PLAIN, JSON, SEVERAL)
MS = 1795737600000


def message(topic: str, payload: str, *, retained: bool = False) -> Message:
    return Message(topic, payload.encode(), NOW, retained)


@pytest.mark.parametrize(
    ("topic", "payload", "key", "readings"),
    [
        ("xinhai/pump-1/flow", "3.20", "xinhai/pump-1", [("w00000", NOW, "3.20", "N")]),
        ("xinhai/pump-1/w01018", " 7 \n", "xinhai/pump-1", [("w01018", NOW, "7", "N")]),
        ("town/S1", '{"at":"2026-11-27T08:00:00+08:00","f":"w01018","v":1.50,"q":"D"}', "S1", [("w01018", AT, "1.50", "D")]),
        ("town/S1", '{"at":"2026-11-27T00:00:00Z","f":"w01018","v":"1.5"}', "S1", [("w01018", AT, "1.5", "N")]),
        ("town/S1", '{"at":"2026-11-27T00:00:00Z","f":"w01018","v":null,"q":"F"}', "S1", [("w01018", AT, "None", "F")]),
        ("lora/g/up", f'{{"dev":{{"eui":77}},"time":{MS},"data":[1.0,{{"nh3":0.2}}]}}', "lora/77",
         [("w01018", AT, "1.0", "N"), ("w21003", AT, "0.2", "N")]),
    ],
)  # fmt: skip
def test_a_message_becomes_a_packet_of_its_station(topic, payload, key, readings):
    found = read(message(topic, payload), ALL)
    assert (found.key, found.fault) == (key, "")
    assert [(one.factor, one.at, str(one.value), one.flag) for one in found.readings] == readings
    assert found.raw == f"{topic}\n{payload}".encode()


@pytest.mark.parametrize(
    ("topic", "payload", "fault"),
    [
        ("elsewhere/1", "3", "topic-unknown"),
        ("xinhai/pump-1/flow/more", "3", "topic-unknown"),
        ("xinhai/pump-1/flow", "much", "payload-unreadable"),
        ("xinhai/pump-1/flow", "NaN", "payload-unreadable"),
        ("xinhai/pump-1/flow", "", "payload-unreadable"),
        ("xinhai/pump-1/flow", "３", "payload-unreadable"),
        ("xinhai/pump-1/flow", "1" * (MOST_BYTES + 1), "too-large"),
        ("town/S1", "{", "payload-unreadable"),
        ("town/S1", '{"v":1,"v":2}', "payload-unreadable"),
        ("town/S1", "[" * 5000, "payload-unreadable"),
        ("town/S1", "5", "moment-broken"),
        ("town/S1", '{"f":"w01018","v":1}', "moment-broken"),
        ("town/S1", '{"at":"2026-11-27T08:00:00","f":"w01018","v":1}', "moment-broken"),
        ("town/S1", '{"at":1795737600,"f":"w01018","v":1}', "moment-broken"),
        ("town/S1", '{"at":"2026-11-27T00:00:00Z","f":"w01018","v":true}', "value-broken"),
        ("town/S1", '{"at":"2026-11-27T00:00:00Z","f":"w01018"}', "value-broken"),
        ("town/S1", '{"at":"2026-11-27T00:00:00Z","v":1}', "value-broken"),
        ("lora/g/up", f'{{"time":{MS},"data":[1]}}', "station-missing"),
        ("lora/g/up", f'{{"dev":{{"eui":"a"}},"time":{MS}}}', "value-broken"),
        ("lora/g/up", '{"dev":{"eui":"a"},"time":1e300,"data":[1]}', "moment-broken"),
        ("lora/g/up", '{"dev":{"eui":"a"},"time":99999999999999999999,"data":[1]}', "moment-broken"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_packet_with_its_fault(topic, payload, fault):
    found = read(message(topic, payload), ALL)
    assert (found.fault, found.readings) == (fault, type(found.readings)())


def test_one_broken_value_leaves_the_others():
    payload = f'{{"dev":{{"eui":"a"}},"time":{MS},"data":[1.0,{{"nh3":"?"}}]}}'
    found = read(message("lora/g/up", payload), ALL)
    assert (found.fault, [one.value for one in found.readings]) == ("value-broken", [Decimal("1.0")])


def test_an_old_message_that_the_broker_kept_has_no_moment_but_its_own():
    assert read(message("xinhai/pump-1/flow", "3", retained=True), ALL).fault == "retained"
    own = '{"at":"2026-11-27T00:00:00Z","f":"w01018","v":1}'
    assert [one.at for one in read(message("town/S1", own, retained=True), ALL).readings] == [NOW - timedelta(hours=4)]


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("a/{x}/b", "a/c/{y}", True),
        ("a/{x}", "a/{x}/b", False),
        ("a/b", "a/c", False),
        ("a/{x}/b", "a/{x}/c", False),
    ],
)
def test_two_patterns_meet_where_a_topic_could_have_both(one, other, both):
    assert meet(one, other) is meet(other, one) is both


def test_a_topic_with_signs_of_patterns_is_taken_by_the_letter():
    odd = Listened("a.b/{x}", "{x}", "received", as_json=False)
    assert odd.filter == "a.b/+"
    assert read(message("aXb/1", "1"), [odd]).fault == "topic-unknown"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_has_words_and_nothing_else_has(language):
    said = {key for key in texts(language)["words"] if key.startswith("mqtt.fault.")}
    assert said == {f"mqtt.fault.{fault}" for fault in (*FAULTS, keeping.UNSTORABLE)}
