"""Every fault, oddity, command and flag that a packet can have is said in words, and nothing else is."""

import pytest

from yiwang.gateways.hj212_tcp import session
from yiwang.gateways.hj212_tcp.decoding import NO_PACKET, decode, plain, shown
from yiwang.kernel.wording import LANGUAGES, texts
from yiwang.wire.hj212 import codes, packet, readings
from yiwang.wire.hj212.building import build


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_is_named_by_a_slug_or_code_has_words(language: str) -> None:
    said = {key for key in texts(language)["words"] if key.startswith("hj212.")}
    known = {f"hj212.fault.{slug}" for slug in (*packet.FAULTS, *session.FAULTS, NO_PACKET)}
    known |= {f"hj212.oddity.{slug}" for slug in (*packet.ODDITIES, *readings.ODDITIES)}
    known |= {f"hj212.command.{code}" for code in codes.COMMANDS} | {f"hj212.flag.{flag}" for flag in codes.DATA_FLAGS}
    assert {key for key in said if key.split(".")[1] in ("fault", "oddity", "command", "flag")} == known


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
