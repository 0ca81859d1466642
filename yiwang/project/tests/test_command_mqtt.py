"""`yiwang mqtt read` as somebody at the terminal meets it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from yiwang.project.command_mqtt import app
from yiwang.project.refusal import Refusal

TOPIC = "xinhai/hongxing-pump/flow"
RIGHT = '{"at": "2026-11-27T08:00:00+08:00", "value": 3.20}'


def test_a_message_is_shown_as_the_door_would_read_it():
    done = CliRunner().invoke(app, ["read", TOPIC, RIGHT])
    assert done.stdout.splitlines() == [
        "站点标识：xinhai/hongxing-pump",
        "2026-11-27T08:00:00+08:00  w00000  rtd/realtime  3.20  N",
    ]
    told = json.loads(CliRunner().invoke(app, ["read", TOPIC, RIGHT, "--json"]).stdout)
    assert (told["key"], told["fault"], told["readings"][0]["value"]) == ("xinhai/hongxing-pump", None, "3.20")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((TOPIC, '{"value": 3.2}'), "没有监测时间"),
        (("elsewhere", "3", "--en"), "mqtt.yaml does not have this topic"),
        ((TOPIC, RIGHT, "--town", "nowhere"), "mqtt.yaml"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(words, told):
    done = CliRunner().invoke(app, ["read", *words])
    assert isinstance(done.exception, Refusal)
    assert told in str(done.exception)
    assert not Path("nowhere").exists()
