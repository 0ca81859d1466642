"""`yiwang hj212 decode` as somebody at the terminal meets it."""

import asyncio
import json
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from yiwang.gateways.hj212_tcp import asking
from yiwang.gateways.hj212_tcp.orders import Ended
from yiwang.project import command_hj212
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
    assert "✓ 2011 实时数据 · MN=0873HHMZWSLH02 · 水污染源" in said
    assert "2016-01-03 13:30:30  060      Rtd            3.0943  正常" in said
    assert "✗ 1062 设置实时数据间隔 · MN=010000A8900016F000169DC0 · 水污染源 · 校验码用的是 Modbus 算法" in said
    assert "link up \\x1b[31m" in said
    assert "\x1b[31m" not in said
    assert "the check is Modbus's" in run(log, "--en").stdout


def test_what_was_piped_in_is_not_told_of_as_a_file() -> None:
    assert str(run("-", piped=b"hello\n").exception).startswith("传进来的内容里没有找到数据包。")


def test_bytes_as_they_came_are_read_from_a_pipe() -> None:
    told = json.loads(run("-", "--json", piped=f"{RIGHT}{COMMAND}1c80".encode()).stdout)
    assert [(one["ok"], one["fields"]["CN"]) for one in told] == [(True, "2011"), (True, "1062")]


@pytest.mark.parametrize("language", [(), ("--en",)])
def test_where_no_packet_is_the_command_refuses_with_a_sentence(tmp_path: Path, language: tuple[str, ...]) -> None:
    for content in (b"", b"nothing here\n", b"\x00\x01", "# 说明\n\n## 怎么用\n".encode()):
        file = tmp_path / "other.bin"
        file.write_bytes(content)
        refused = run(file, "--json", *language).exception
        assert isinstance(refused, Refusal)
        assert ("No packet was found" if language else "没有找到数据包") in str(refused)
    missing = run(tmp_path / "missing.bin", *language).exception
    assert isinstance(missing, Refusal)
    assert refused.exit_code == missing.exit_code == 2


class Instrument:
    """Stands for the server behind the socket: what an instrument named A1 answers."""

    async def order(self, mn: str, write: object) -> Ended | None:
        outcomes = {
            "A1": ("done", 1, "SystemTime=20261126080000"),
            "B2": ("refused", 3, ""),
            "C3": ("unanswered", None, ""),
        }
        if mn == "D4":
            await asyncio.sleep(30)
        if mn not in outcomes:
            return None
        outcome, returned, told = outcomes[mn]
        return Ended(mn, "1", "1011", outcome, returned, told)


@pytest.fixture
def door(settings: object) -> Iterator[None]:
    """A door for instruments that hears orders in a data folder of its own."""
    loop, ready = asyncio.new_event_loop(), threading.Event()
    with tempfile.TemporaryDirectory(prefix="hj") as folder:
        settings.DATA_DIR = Path(folder)  # type: ignore[attr-defined]
        with socket.socket(socket.AF_UNIX) as gone:  # of a process that was killed
            gone.bind(str(asking.socket_of(Path(folder), 0)))

        async def serve() -> None:
            server = await asking.listen(asking.socket_of(Path(folder), 1), Instrument())
            assert server
            ready.set()
            async with server:
                await server.serve_forever()

        serving = asyncio.ensure_future(serve(), loop=loop)
        thread = threading.Thread(target=lambda: loop.run_until_complete(asyncio.wait([serving])))
        thread.start()
        assert ready.wait(10)
        yield
        loop.call_soon_threadsafe(serving.cancel)
        thread.join(10)
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0.01))
        loop.close()


def order(*words: str) -> Result:
    return CliRunner().invoke(app, ["order", *words])


@pytest.mark.usefixtures("door")
def test_an_order_tells_what_the_instrument_answered() -> None:
    assert "A1 已执行。SystemTime=20261126080000" in order("A1", "get-time").stdout
    assert json.loads(order("A1", "get-time", "--json").stdout)["outcome"] == "done"


@pytest.mark.usefixtures("door")
@pytest.mark.parametrize(
    ("words", "chinese", "english"),
    [
        (("B2", "get-time"), "QnRtn=3 密码错误", "QnRtn=3 wrong password"),
        (("C3", "get-time"), "没有回答", "did not answer"),
        (("X9", "get-time"), "没有连接", "not connected"),
        (("A1", "dance"), "没有 dance 这个命令", "There is no order dance"),
        (("A1", "set-interval"), "没有写 --seconds", "--seconds is missing"),
        (("A1", "history", "--begin", "x", "--end", "y"), "x 不是时间", "x is not a moment"),
        (
            ("A1", "history", "--of", "year", "--begin", "2026-11-26", "--end", "2026-11-27"),
            "没有 year 这种",
            "no history of year",
        ),
    ],
)
def test_an_order_that_was_not_done_is_refused_with_the_reason(
    words: tuple[str, ...], chinese: str, english: str
) -> None:
    for given, said in (((), chinese), (("--en",), english)):
        refused = order(*words, *given).exception
        assert isinstance(refused, Refusal)
        assert said in str(refused)
        assert refused.exit_code == 2


@pytest.mark.usefixtures("door")
def test_an_order_that_takes_longer_than_anybody_waits_is_said_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command_hj212, "PATIENCE_S", 0.2)
    for given, said in (((), "还没有执行完"), (("--en",), "not done yet")):
        refused = order("D4", "get-time", *given).exception
        assert isinstance(refused, Refusal)
        assert said in str(refused)


def test_without_a_door_for_instruments_the_order_says_how_to_open_one(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    refused = order("A1", "get-time").exception
    assert isinstance(refused, Refusal)
    assert "yiwang up --instrument-port" in str(refused)


def send(*words: str) -> Result:
    return CliRunner().invoke(app, ["send", *words])


AT = ("--at", "2026-11-26T08:00:00+08:00")


@contextmanager
def listener(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A port that takes one packet and gives this answer; where it is, and what it heard."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            line, _ = server.accept()
            with line:
                heard.append(line.recv(4096))
                line.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}", heard
        thread.join(10)


def test_a_packet_written_for_trying_is_a_right_one(tmp_path: Path) -> None:
    printed = send("A1", "w21003=0.850", "w01001-Avg=7.2", "--command", "2061", *AT).stdout
    file = tmp_path / "packet"
    file.write_text(printed, encoding="ascii")
    (told,) = json.loads(run(file, "--json").stdout)
    assert (told["ok"], told["oddities"], told["fields"]["CN"], told["fields"]["QN"]) == (
        True,
        [],
        "2061",
        "20261126080000000",
    )
    assert [(one["factor"], one["statistic"], one["value"], one["flag"]) for one in told["readings"]] == [
        ("w21003", "Rtd", "0.850", "N"),
        ("w01001", "Avg", "7.2", "N"),
    ]


def test_what_was_answered_to_a_packet_is_told() -> None:
    taken = b"##0070QN=20261126080000000;ST=91;CN=9014;PW=1;MN=A1;Flag=4;CP=&&&&"
    refused = b"##0078QN=20261126080000000;ST=91;CN=9011;PW=1;MN=A1;Flag=4;CP=&&QnRtn=3&&"
    with listener(taken + b"0000\r\n") as (to, heard):
        assert "9014 数据应答" in send("A1", "w21003=1", "--to", to, *AT).stdout
    assert heard[0].decode().strip() in send("A1", "w21003=1", *AT).stdout
    for answer, said in ((refused + b"0000\r\n", "QnRtn=3 密码错误"), (b"", "没有应答"), (b"hello\r\n", "hello")):
        with listener(answer) as (to, _):
            fault = send("A1", "w21003=1", "--to", to, *AT).exception
        assert isinstance(fault, Refusal)
        assert said in str(fault)


@pytest.mark.parametrize(
    "words",
    [
        ("A1", "w21003"),
        ("A1", "w21003=1;x=2"),
        ("A;1", "w21003=1"),
        ("河", "w21003=1"),
        ("A1", "w21003=1", "--at", "yesterday"),
        ("A1", "w21003=1", "--to", "127.0.0.1:1"),
        ("A1", "w21003=1", "--to", "nowhere"),
        ("A1", "w21003=1", "--to", "127.0.0.1:99999"),
    ],
)
def test_what_cannot_be_written_or_sent_is_refused_with_the_reason(words: tuple[str, ...]) -> None:
    refused = send(*words).exception
    assert isinstance(refused, Refusal)
    assert "--help" in str(refused) or "--to" in str(refused)
