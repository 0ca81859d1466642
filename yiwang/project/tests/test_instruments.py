"""A public session of an instrument, sent over TCP, becomes stored readings; a plain search of its text counts what must be there."""

import asyncio
import csv
import gzip
import io
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Sum
from psycopg.conninfo import make_conninfo

from yiwang.intake.sensing import queries
from yiwang.intake.sensing.facts import Description, StreamDescription
from yiwang.intake.sensing.models import ApartDay, KeptPacket, Reading
from yiwang.intake.sensing.steps import stations
from yiwang.kernel import walltime
from yiwang.kernel.people.steps.teams import create_team
from yiwang.kernel.terms import Actor, ActorKind, Call
from yiwang.project import instruments
from yiwang.project.database import APPLICATION_ROLE

SHARED = Path(os.environ.get("YIWANG_SHARED_DATA", Path(__file__).resolve().parents[3].parent / "shared" / "data"))
SESSION = SHARED / "hj212" / "simulator_session.tsv.gz"
MN, PASSWORD = "DXCBZ000000005", "123456"
FACTORS = ("w01018", "w21003", "w21011", "w21001", "w01001")
SYSTEM = Actor(ActorKind.SYSTEM)
ANSWERED = {"2011", "2021", "2081"}
NOT_OURS = {"1011", "1012", "9021"}
"""Commands to an instrument, and a greeting of the maker's own."""
DATA_ANSWER = re.compile(rb"QN=(\d+);ST=91;CN=9014;")

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not SESSION.exists(), reason=f"{SESSION} is not there (set YIWANG_SHARED_DATA)"),
]


@pytest.fixture
def packets() -> list[str]:
    text = gzip.decompress(SESSION.read_bytes()).decode()
    rows = csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [row["packet"] for row in rows]


@pytest.fixture
def station() -> None:
    call = Call(SYSTEM, walltime.now(), "test")
    team = create_team("water", "department", name_zh="水务站", name_en="Water Station", call=call).team_id
    said = Description("simulated", "模拟水质站", "Simulated station", "hj212", MN, team, date(2016, 1, 1))
    streams = [StreamDescription(one, "rtd", "realtime", "pH" if one == "w01001" else "mg/L", 60) for one in FACTORS]
    made = stations.register_station(said, streams, call=call)
    stations.set_password(made.station_id, PASSWORD, call=call)


def send(content: bytes, *, answers: int, size: int) -> list[bytes]:
    """Serve, send all of it in pieces, wait for so many data answers, stop; the request numbers that were answered."""

    async def talk(port: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        heard = bytearray()

        async def listen() -> None:
            while len(DATA_ANSWER.findall(heard)) < answers and (data := await reader.read(65536)):
                heard.extend(data)

        listening = asyncio.create_task(listen())
        for start in range(0, len(content), size):
            writer.write(content[start : start + size])
            await writer.drain()
        await asyncio.wait_for(listening, 60)
        writer.close()
        return bytes(heard)

    async def both() -> bytes:
        stop = asyncio.Event()
        port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        serving = asyncio.create_task(instruments.serve("127.0.0.1", 0, stop, port.set_result))
        try:
            return await talk(await asyncio.wait_for(port, 20))
        finally:
            stop.set()
            await asyncio.wait_for(serving, 20)

    return DATA_ANSWER.findall(asyncio.run(both()))


def counted(packets: list[str]) -> tuple[dict[tuple[str, str], Decimal], Counter[str]]:
    """What must be stored, and how many of the values sent are repetitions or differ from the first: by a plain search."""
    first: dict[tuple[str, str], Decimal] = {}
    others: Counter[str] = Counter()
    for packet in packets:
        if ";CN=2011;" in packet:
            (at,) = re.findall(r"DataTime=(\d{14})", packet)
            for factor, text in re.findall(r"(w\d{5})-Rtd=([0-9.]+)", packet):
                known = first.setdefault((factor, at), Decimal(text))
                others["same" if known == Decimal(text) else "differs"] += 1
    others["same"] -= len(first)
    return first, others


def stored() -> dict[tuple[str, str], Decimal]:
    """What is stored: factor and time of Shanghai → value."""
    (seen,) = queries.stations(SYSTEM)
    factors = {one.stream_id: one.description.factor for one in seen.streams}
    return {
        (factors[one.stream], f"{walltime.in_town(one.at):%Y%m%d%H%M%S}"): one.value for one in Reading.objects.all()
    }


@pytest.mark.usefixtures("station")
def test_the_public_session_sent_over_tcp_is_stored_and_answered_packet_by_packet(packets: list[str]) -> None:
    content = "".join(f"{packet}\r\n" for packet in packets).encode()
    asked = [re.findall(r"QN=(\d+)", one)[0].encode() for one in packets if re.findall(r"CN=(\d+)", one)[0] in ANSWERED]
    assert sorted(send(content, answers=len(asked), size=1400)) == sorted(asked)
    first, others = counted(packets)
    assert stored() == first
    assert len(first) > 1000
    apart = dict(ApartDay.objects.values_list("reason").annotate(Sum("seen")))
    assert apart["differs"] == others["differs"]
    unknown = [one for one in packets if re.findall(r"CN=(\d+)", one)[0] in NOT_OURS]
    assert sum(KeptPacket.objects.filter(fault="command-unknown").values_list("times", flat=True)) == len(unknown)
    assert send(content, answers=len(asked), size=100_000) == asked
    assert stored() == first


class Process:
    """`yiwang.project.instruments` as the supervisor starts it, on this test's database, in the role that may not delete."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        database = make_conninfo(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"])
        told = {"DATABASE_URL": database, "YIWANG_DB_ROLE": APPLICATION_ROLE}
        told |= {instruments.HOST: "127.0.0.1", instruments.PORT: str(self.port)}
        self.process = subprocess.Popen([sys.executable, "-m", "yiwang.project.instruments"], env=os.environ | told)

    def line(self) -> socket.socket:
        for _ in range(200):
            try:
                return socket.create_connection(("127.0.0.1", self.port), timeout=10)
            except ConnectionRefusedError:
                time.sleep(0.1)
        raise AssertionError("nobody listens")

    def end(self, which: signal.Signals) -> int:
        self.process.send_signal(which)
        return self.process.wait(20)


@pytest.mark.processes
@pytest.mark.usefixtures("station")
def test_a_process_that_is_killed_in_the_middle_has_stored_all_that_it_answered(packets: list[str]) -> None:
    data = [one for one in packets if ";CN=2011;" in one]
    process = Process()
    try:
        with process.line() as line:
            line.sendall("".join(f"{packet}\r\n" for packet in data[:400]).encode())
            heard = b""
            while len(DATA_ANSWER.findall(heard)) < 100:
                heard += line.recv(4096)
            line.sendall("".join(f"{packet}\r\n" for packet in data[400:]).encode())
    finally:
        assert process.end(signal.SIGKILL) == -signal.SIGKILL
    answered = {number.decode() for number in DATA_ANSWER.findall(heard)}
    promised, _ = counted([one for one in data if re.findall(r"QN=(\d+)", one)[0] in answered])
    kept = stored()
    assert len(promised) > 50
    assert {key: kept.get(key) for key in promised} == promised
    again = Process()
    with again.line() as line:
        line.sendall("".join(f"{packet}\r\n" for packet in data).encode())
        heard = b""
        while len(DATA_ANSWER.findall(heard)) < len(data):
            heard += line.recv(65536)
    assert again.end(signal.SIGTERM) == 0
    assert stored() == counted(data)[0]
