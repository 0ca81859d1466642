"""Every fault, oddity, command and flag that a packet can have is said in words, and nothing else is."""

import pytest

from yiwang.gateways.hj212_tcp import asking, orders, session
from yiwang.gateways.hj212_tcp.decoding import NO_PACKET, decode, plain, shown
from yiwang.gateways.hj212_tcp.naming import EVERY_DOOR, TABLES
from yiwang.intake.sensing.steps import keeping
from yiwang.kernel.wording import LANGUAGES, texts
from yiwang.wire.hj212 import packet, readings
from yiwang.wire.hj212.building import build


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_is_named_by_a_slug_or_code_has_words(language: str) -> None:
    said = {key for key in texts(language)["words"] if key.startswith("hj212.")}
    known = {
        f"hj212.fault.{slug}"
        for slug in (
            *packet.FAULTS,
            session.GARBAGE,
            session.PASSWORD_WRONG,
            session.UNKNOWN_COMMAND,
            session.INCOMPLETE,
            keeping.UNSTORABLE,
            NO_PACKET,
        )
    }
    known |= {f"hj212.oddity.{slug}" for slug in (*packet.ODDITIES, *readings.ODDITIES)}
    known |= {f"hj212.{kind}.{code}" for kind, table in TABLES.items() if kind not in EVERY_DOOR for code in table}
    known |= {f"hj212.outcome.{outcome}" for outcome in (*orders.ENDS, asking.NOT_CONNECTED, asking.NOT_UNDERSTOOD)}
    whys = (
        asking.NO_ORDER,
        asking.UNKNOWN_ORDER,
        asking.MISSING,
        asking.NO_NUMBER,
        asking.NO_MOMENT,
        asking.NO_HISTORY,
    )
    known |= {f"hj212.why.{why}" for why in whys}
    assert said == known | {"hj212.unverified", "hj212.stated"}
    shared = {f"{words}.{code}" for kind, words in EVERY_DOOR.items() for code in TABLES[kind]}
    assert shared <= set(texts(language)["words"])


@pytest.mark.parametrize(
    ("fields", "cp", "words", "not_verified"),
    [
        ([("ST", "39"), ("CN", "2011"), ("MN", "A")], "", ["site dust (meaning not verified)"], ["ST"]),
        (
            [("ST", "32"), ("CN", "3014"), ("MN", "A")],
            "",
            ["comparison sampling (meaning not verified)", "water source"],
            ["CN"],
        ),
        ([("ST", "91"), ("CN", "9011"), ("MN", "A")], "QnRtn=3", ["QnRtn=3 wrong password"], []),
        (
            [("ST", "91"), ("CN", "9012")],
            "QN=1;ExeRtn=4",
            ["ExeRtn=4 timeout or no communication (meaning not verified)"],
            ["ExeRtn"],
        ),
        ([("ST", "91"), ("CN", "9012")], "ExeRtn=77", ["ExeRtn=77"], []),
        ([("ST", "91"), ("CN", "9012")], "ExeRtn=x", ["result of a request"], []),
    ],
)
def test_what_nobody_has_verified_says_so_and_answers_are_in_words(
    fields: list[tuple[str, str]], cp: str, words: list[str], not_verified: list[str]
) -> None:
    (decoded,) = decode([build(fields, cp)])
    assert [each for each in words if each not in shown(decoded, "en")] == []
    assert plain(decoded)["unverified"] == not_verified


def test_a_packet_with_codes_that_nobody_knows_is_shown_as_it_is() -> None:
    numbers = [("PNUM", "2"), ("PNO", "1")]
    raw = build([("ST", "77"), ("CN", "7777"), ("MN", "A"), *numbers], "DataTime=?;011-Rtd=x,011-Flag=Q")
    (decoded,) = decode([raw])
    lines = shown(decoded, "en").splitlines()
    assert lines[0].startswith("    1 ✓ 7777 · MN=A · PNO=1/2 · ")
    assert lines[1].split() == ["—", "011", "Rtd", "x", "Q"]
    assert (plain(decoded)["readings"][0]["value"], plain(decoded)["command"], plain(decoded)["part"]) == (
        None,
        None,
        [1, 2],
    )
