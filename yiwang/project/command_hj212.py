"""`yiwang hj212 decode FILE`: what stands in packets of instruments (HJ 212), and which of them can be relied on.
`yiwang hj212 order MN get-time`: a command to one that is connected to the running town.
`yiwang hj212 send MN w21003=0.85`: a packet as an instrument would send it, for trying.
"""

import json
import socket
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from django.conf import settings
from rich.console import Console

from yiwang.gateways.hj212_tcp import asking, decoding, trying
from yiwang.gateways.hj212_tcp.decoding import Decoded
from yiwang.gateways.hj212_tcp.naming import named
from yiwang.kernel import walltime
from yiwang.kernel.wording import word
from yiwang.project.refusal import Refusal

TAKEN = "9014"
PORTS = range(1, 65536)
"""A greater number would be taken for another port, 65536 less, at which somebody else may listen."""
INVENTED = "123456"
"""What every instrument of a demonstration shows itself by, and every example of the standard."""
STANDARD_INPUT = Path("-")
PATIENCE_S = 60.0
"""So long the end of an order is waited for here: longer than it stays open without a word from its instrument."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Packets of instruments of water and air: HJ 212-2017, HJ/T 212-2005.",
)
console = Console(stderr=True)


@app.callback()
def _group() -> None:
    """Packets of instruments of water and air: HJ 212-2017, HJ/T 212-2005."""


@app.command()
def decode(
    file: Annotated[
        Path, typer.Argument(help="Packets as they came, or a log with one to a line; - reads what is piped in.")
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="A list with ok, fault, fields and readings of each packet.")
    ] = False,
    english: Annotated[bool, typer.Option("--en", help="In English.")] = False,
) -> None:
    """Read packets, check length and check digits, name what is wrong, and list the readings. Nothing is stored or sent.

    Exit code 0 when there is a packet, also a faulty one (its fault is named); 2 when no packet can be found.

    Examples:

    yiwang hj212 decode capture.bin

    yiwang hj212 decode station.log --json

    echo '##0036ST=32;CN=2011;MN=A1;CP=&&011-Rtd=5&&D1C1' | yiwang hj212 decode -
    """
    language = "en" if english else "zh-Hans"
    decoded = list(decoding.decode(_lines(file, language)))
    found = [one for one in decoded if one.packet]
    if not found:
        raise Refusal(word(f"command.hj212.nothing{'-piped' if str(file) == '-' else ''}", language).format(file=file))
    if as_json:
        typer.echo(json.dumps([decoding.plain(one) for one in decoded], ensure_ascii=False))
        return
    for one in decoded:
        typer.echo(decoding.shown(one, language))
    _sum_up(found, language)


@app.command()
def order(
    mn: Annotated[str, typer.Argument(help="The instrument's number (MN).")],
    what: Annotated[str, typer.Argument(help=f"One of: {', '.join(asking.ORDERS)}.")],
    seconds: Annotated[
        int | None, typer.Option(help="For set-interval: between two packets of real-time data.")
    ] = None,
    minutes: Annotated[int | None, typer.Option(help="For set-minutes: of minute data.")] = None,
    of: Annotated[str, typer.Option(help="For history: minute, hour or day data.")] = "hour",
    begin: Annotated[
        str, typer.Option(help="For history: from, as 2026-11-26T08:00; of the town without an offset.")
    ] = "",
    end: Annotated[str, typer.Option(help="For history: to.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="For a machine to read.")] = False,
    english: Annotated[bool, typer.Option("--en", help="In English.")] = False,
) -> None:
    """Send a command to an instrument that is connected, and tell what it answered. What it sends of its history is stored.

    Exit code 0 when the instrument has done it; 2 when it is not connected, refused, failed, did not answer (three times 10 s),
    or is not done within a minute (a long history, which goes on).

    Examples:

    yiwang hj212 order 3101511140000000000HXW01 get-time

    yiwang hj212 order 3101511140000000000HXW01 set-interval --seconds 60

    yiwang hj212 order 3101511140000000000HXW01 history --of hour --begin 2026-11-26T08:00+08:00 --end 2026-11-26T20:00+08:00
    """
    language = "en" if english else "zh-Hans"
    asked = {"mn": mn, "order": what, "seconds": seconds, "minutes": minutes, "of": of, "begin": begin, "end": end}
    told = _ask({name: value for name, value in asked.items() if value not in (None, "")}, language)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
    said = word(f"hj212.outcome.{told['outcome']}", language).format(mn=mn, **_in_words(told, language))
    if told["outcome"] != "done":
        raise Refusal(said)
    if not as_json:
        typer.echo(said)


@app.command()
def send(
    mn: Annotated[str, typer.Argument(help="The number (MN) in whose name to send.")],
    values: Annotated[list[str], typer.Argument(help="factor=value (Rtd), or factor-Avg=value; each gets the flag N.")],
    to: Annotated[str, typer.Option(help="HOST:PORT to send to; left out: the packet is only printed.")] = "",
    password: Annotated[str, typer.Option(help="Of the station.")] = INVENTED,
    system: Annotated[str, typer.Option(help="ST: 21 surface water, 22 air, 32 water source …")] = "21",
    command: Annotated[str, typer.Option(help="CN: 2011 real-time, 2051 minute, 2061 hour, 2031 day data.")] = "2011",
    at: Annotated[str, typer.Option(help="DataTime, as 2026-11-26T08:00+08:00; now when left out.")] = "",
    english: Annotated[bool, typer.Option("--en", help="In English.")] = False,
) -> None:
    """Write a packet as an instrument would and send it to a town, for trying; print it and what was answered.

    Exit code 0 when the data was taken (9014) or only printed; 2 when it was refused, or nobody answered.

    Examples:

    yiwang hj212 send 3101511140000000000HXW01 w21003=0.85 w01001=7.2

    yiwang hj212 send 3101511140000000000HXW01 w21003-Avg=2.4 --command 2061 --to 127.0.0.1:9212
    """
    language = "en" if english else "zh-Hans"
    try:
        moment = datetime.fromisoformat(at) if at else walltime.now()
        content = trying.packet_for(system=system, command=command, mn=mn, password=password, at=moment, values=values)
    except ValueError as fault:
        raise Refusal(word("command.hj212.not-written", language).format(why=fault)) from None
    typer.echo(content.decode("ascii").rstrip())
    if to:
        _show_answer(_sent(content, to, language), language)


def _sent(content: bytes, to: str, language: str) -> bytes:
    host, _, port = to.rpartition(":")
    try:
        if int(port) not in PORTS:
            raise ValueError(f"{port}: 1–{PORTS[-1]}")
        return trying.send(content, host or "127.0.0.1", int(port))
    except (OSError, ValueError) as fault:
        raise Refusal(word("command.hj212.not-sent", language).format(to=to, why=fault)) from None


def _show_answer(answer: bytes, language: str) -> None:
    told = next(decoding.decode([answer]), None)
    said = decoding.shown(told, language) if told else word("command.hj212.no-answer", language)
    if told is None or told.packet is None or told.packet.cn != TAKEN:
        raise Refusal(said)
    typer.echo(said)


def _in_words(told: dict[str, Any], language: str) -> dict[str, str]:
    """What the words for an outcome need: the instrument's own number with what it stands for."""
    kind = "exertn" if told["outcome"] == "failed" else "qnrtn"
    number = told.get("returned")
    meaning = f"{number} {named(kind, number, language)}".strip() if number is not None else "—"
    return {"returned": meaning, "told": told.get("told", ""), "why": _why(told, language)}


def _why(told: dict[str, Any], language: str) -> str:
    """Why an order is none: in words where the door names the reason."""
    if "reason" not in told:
        return str(told.get("why", ""))
    return word(f"hj212.why.{told['reason']}", language).format(about=told["about"], orders=", ".join(asking.ORDERS))


def _ask(asked: dict[str, Any], language: str) -> dict[str, Any]:
    """What the door for instruments says. Raises Refusal when there is none, or when it takes longer than anybody waits here.

    Of several processes that instruments connect to, the one with this instrument answers.
    """
    told: dict[str, Any] = {}
    for path in sorted(settings.DATA_DIR.glob(asking.SOCKETS)):
        told = _ask_one(path, asked, language) or told
        if told and told["outcome"] != asking.NOT_CONNECTED:
            break
    if not told:
        raise Refusal(word("command.hj212.no-door", language))
    return told


def _ask_one(path: Path, asked: dict[str, Any], language: str) -> dict[str, Any]:
    """What one process says; nothing where nobody is there any more."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(PATIENCE_S)
        try:
            line.connect(str(path))
            line.sendall(json.dumps(asked).encode() + b"\n")
            with line.makefile("rb") as answers:
                return dict(json.loads(answers.readline()))
        except (ConnectionRefusedError, FileNotFoundError):
            return {}
        except TimeoutError:  # the door is there: an instrument sends a long history, for hours if need be
            raise Refusal(word("command.hj212.still-open", language).format(mn=asked["mn"])) from None
        except (OSError, ValueError):
            raise Refusal(word("command.hj212.no-door", language)) from None


def _lines(file: Path, language: str) -> Iterator[bytes]:
    try:
        if file == STANDARD_INPUT:
            yield from sys.stdin.buffer
            return
        with file.open("rb") as content:
            yield from content
    except OSError as error:
        raise Refusal(word("command.hj212.no-file", language).format(file=file, why=error.strerror)) from None


def _sum_up(found: list[Decoded], language: str) -> None:
    faulty = sum(1 for one in found if one.faults)
    said = word("command.hj212.sum", language).format(
        packets=len(found), faulty=faulty, readings=sum(len(one.read.readings) for one in found)
    )
    console.print(said, markup=False, highlight=False)
