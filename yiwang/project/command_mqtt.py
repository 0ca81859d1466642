"""`yiwang mqtt read TOPIC PAYLOAD`: what the town would make of a message, by its table of topics (`mqtt.yaml`)."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from django.conf import settings

from yiwang.gateways.mqtt import messages
from yiwang.gateways.mqtt.messages import Message
from yiwang.intake.sensing.received import Packet
from yiwang.kernel import walltime
from yiwang.kernel.problems import Problem
from yiwang.kernel.wording import problem_text, word
from yiwang.project import mqtt
from yiwang.project.refusal import Refusal

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Messages of instruments over MQTT.",
)


@app.callback()
def _group() -> None:
    """Messages of instruments over MQTT."""


@app.command()
def read(
    topic: Annotated[str, typer.Argument(help="The topic, as the instrument writes it.")],
    payload: Annotated[str, typer.Argument(help="The payload.")],
    town: Annotated[Path | None, typer.Option(help="The town's folder; the installed one when left out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For a machine to read.")] = False,
    english: Annotated[bool, typer.Option("--en", help="In English.")] = False,
) -> None:
    """Read a message as the door would: station's key and readings. Nothing is stored or sent.

    Exit code 0 when it can be used; 2 when something is wrong with it, or with the table of topics.

    Examples:

    yiwang mqtt read xinhai/hongxing-pump/flow '{"at": "2026-11-27T08:00:00+08:00", "value": 3.2}'
    """
    language = "en" if english else "zh-Hans"
    try:
        said = mqtt.topics(town or settings.TOWN_DIR)
    except Problem as problem:
        raise Refusal("\n".join(problem_text(problem, language).values())) from None
    found = messages.read(Message(topic, payload.encode(), walltime.now()), said.listening)
    if as_json:
        typer.echo(json.dumps(_plain(found), ensure_ascii=False))
    elif found.readings:
        typer.echo(word("command.mqtt.key", language).format(key=found.key))
        for one in found.readings:
            value = "–" if one.value is None else one.value
            typer.echo(f"{one.at.isoformat()}  {one.factor}  {one.statistic}/{one.interval}  {value}  {one.flag}")
    if found.fault:
        fault = word(f"mqtt.fault.{found.fault}", language)
        raise Refusal(word("command.mqtt.faulty", language).format(fault=fault))


def _plain(found: Packet) -> dict[str, Any]:
    return {
        "key": found.key,
        "fault": found.fault or None,
        "readings": [
            {
                "factor": one.factor,
                "statistic": one.statistic,
                "interval": one.interval,
                "at": one.at.isoformat(),
                "value": None if one.value is None else str(one.value),
                "flag": one.flag,
            }
            for one in found.readings
        ],
    }
