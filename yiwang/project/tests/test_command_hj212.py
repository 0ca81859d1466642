"""`yiwang hj212 decode` as somebody at the terminal meets it."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from yiwang.project.command_hj212 import app
from yiwang.project.refusal import Refusal

RIGHT = (
    "##0178ST=32;CN=2011;PW=123456;MN=0873HHMZWSLH02;CP=&&DataTime=20160103133030;060-Rtd=3.0943,060-Flag=N;"
    "011-Rtd=18.0412,011-Flag=N;001-Rtd=8.2137,001-Flag=N;B01-Rtd=10.9890,B01-Flag=N&&A9C1"
)
COMMAND = "##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&"


def run(*words: object, piped: bytes = b"") -> Result:
    return CliRunner().invoke(app, ["decode", *(str(word) for word in words)], input=piped)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A station's log: a right packet, one with a Modbus check, a line of words, one that is broken off."""
    file = tmp_path / "station.log"
    lines = [f"08:58 recv {RIGHT}", f"{COMMAND}0759", "link up \x1b[31m", RIGHT[:90]]
    file.write_text("\n".join(lines) + "\n", encoding="ascii")
    return file


def test_a_log_gives_a_verdict_for_each_packet_with_digits_as_they_were_sent(log: Path) -> None:
    done = run(log, "--json")
    told = json.loads(done.stdout)
    assert [(one["line"], one["ok"], one["fault"]) for one in told] == [
        (1, True, None),
        (2, False, "crc-modbus"),
        (3, False, "no-packet"),
        (4, False, "unended"),
    ]
    assert told[0]["fields"]["MN"] == "0873HHMZWSLH02"
    assert told[0]["readings"][0] == {
        "factor": "060",
        "statistic": "Rtd",
        "value": "3.0943",
        "written": "3.0943",
        "flag": "N",
        "at": "2016-01-03T13:30:30+08:00",
        "sampled_at": None,
    }
    assert (told[1]["len_ok"], told[1]["crc_ok"], told[1]["crc_kind"], told[1]["fields"]["CN"]) == (
        True,
        False,
        "modbus",
        "1062",
    )
    assert (told[0]["form"], told[1]["form"], told[0]["command"]) == ("2005", "2017", "real-time data")
    assert len(told[3]["readings"]) == 1


def test_people_read_what_is_wrong_in_words_and_nothing_steers_their_terminal(log: Path) -> None:
    said = run(log).stdout
    assert "✓ 2011 实时数据 · MN=0873HHMZWSLH02" in said
    assert "2016-01-03 13:30:30  060      Rtd            3.0943  正常" in said
    assert "✗ 1062 设置实时数据间隔 · MN=010000A8900016F000169DC0 · 校验码用的是 Modbus 算法" in said
    assert "link up \\x1b[31m" in said
    assert "\x1b[31m" not in said
    assert "the check is Modbus's" in run(log, "--en").stdout


def test_bytes_as_they_came_are_read_from_a_pipe() -> None:
    told = json.loads(run("-", "--json", piped=f"{RIGHT}{COMMAND}1c80".encode()).stdout)
    assert [(one["ok"], one["fields"]["CN"]) for one in told] == [(True, "2011"), (True, "1062")]


@pytest.mark.parametrize("language", [(), ("--en",)])
def test_where_no_packet_is_the_command_refuses_with_a_sentence(tmp_path: Path, language: tuple[str, ...]) -> None:
    for content in (b"", b"nothing here\n", b"\x00\x01"):
        file = tmp_path / "other.bin"
        file.write_bytes(content)
        refused = run(file, "--json", *language).exception
        assert isinstance(refused, Refusal)
        assert ("No packet was found" if language else "没有找到数据包") in str(refused)
    missing = run(tmp_path / "missing.bin", *language).exception
    assert isinstance(missing, Refusal)
    assert refused.exit_code == missing.exit_code == 2
