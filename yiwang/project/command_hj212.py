"""`yiwang hj212 decode FILE`: what stands in packets of instruments (HJ 212), and which of them can be relied on."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from yiwang.gateways.hj212_tcp import decoding
from yiwang.gateways.hj212_tcp.decoding import Decoded
from yiwang.kernel.wording import word
from yiwang.project.refusal import Refusal

STANDARD_INPUT = Path("-")

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

    echo '##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80' | yiwang hj212 decode -
    """  # noqa: E501  # a packet has no place to break
    language = "en" if english else "zh-Hans"
    decoded = list(decoding.decode(_lines(file, language)))
    found = [one for one in decoded if one.packet]
    if not found:
        raise Refusal(word("command.hj212.nothing", language).format(file=file))
    if as_json:
        typer.echo(json.dumps([decoding.plain(one) for one in decoded], ensure_ascii=False))
        return
    for one in decoded:
        typer.echo(decoding.shown(one, language))
    _sum_up(found, language)


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
