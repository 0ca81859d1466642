"""The table of topics, as somebody writes it, with its mistakes told by line."""

from pathlib import Path

import pytest

from yiwang.gateways.mqtt.declared import TOPICS, read_topics
from yiwang.gateways.mqtt.messages import Listened
from yiwang.intake.sensing import law
from yiwang.kernel.params.problems import RuleFileProblem
from yiwang.kernel.wording import LANGUAGES, problem_text

RIGHT = """
client: yiwang-small
listen:
  - topic: small/{station}/{factor}
    key: small/{station}
    payload: number
    moment: received
  - topic: lora/up
    payload: json
    station: dev
    moment: time
    moment_form: seconds
    values: {flow: w00000, nh3.v: w21003}
    statistic: avg
    interval: minute
publish:
  address: https://town.example/sta/v1.1/
  stations: [one]
"""


def said(tmp_path: Path, text: str):
    file = tmp_path / TOPICS
    file.write_text(text, encoding="utf-8")
    return read_topics(file, law.catalogue())


def test_the_file_says_what_is_listened_to_and_what_is_published(tmp_path):
    found = said(tmp_path, RIGHT)
    assert found.client == "yiwang-small"
    assert found.listening == (
        Listened("small/{station}/{factor}", "small/{station}", "received", as_json=False),
        Listened("lora/up", "{station}", "time", moment_form="seconds", station="dev",
                 values={"flow": "w00000", "nh3.v": "w21003"}, statistic="avg", interval="minute"),
    )  # fmt: skip
    assert found.published.address == "https://town.example/sta/v1.1"
    assert (found.published.covers("one"), found.published.covers("two")) == (True, False)
    everything = said(tmp_path, RIGHT.replace("[one]", "all")).published
    assert everything.covers("two")
    assert said(tmp_path, RIGHT[: RIGHT.index("publish")]).published is None


@pytest.mark.parametrize(
    ("before", "after", "line", "slug", "reason"),
    [
        ("small/{station}/{factor}", "small/#", 4, "mqtt-topic-refused", "levels"),
        ("small/{station}/{factor}", "small/+/{factor}", 4, "mqtt-topic-refused", "levels"),
        ("small/{station}/{factor}", "small//{factor}", 4, "mqtt-topic-refused", "levels"),
        ("topic: small/{station}/{factor}", "topic: '{any}/{station}/{factor}'", 4, "mqtt-topic-refused", "first-level"),
        ("small/{station}/{factor}", "v1.1/{station}/{factor}", 4, "mqtt-topic-refused", "first-level"),
        ("small/{station}/{factor}", "small/{factor}/{factor}", 4, "mqtt-topic-refused", "part-twice"),
        ("lora/up", "small/{gate}/up", 8, "mqtt-topic-refused", "meets"),
        ("key: small/{station}", "key: small/{device}", 5, "mqtt-topic-refused", "part-unknown"),
        ("    station: dev\n", "", 8, "mqtt-topic-refused", "part-unknown"),
        ("moment: received", "moment: time", 7, "mqtt-topic-refused", "number-has-no-moment"),
        ("moment: received", "moment: received\n    flag: q", 8, "mqtt-topic-refused", "only-json"),
        ("small/{station}/{factor}", "small/{station}/x", 4, "mqtt-topic-refused", "no-factor"),
        ("values: {flow: w00000, nh3.v: w21003}", "value: v", 8, "mqtt-topic-refused", "no-factor"),
        ("statistic: avg", "value: v", 13, "mqtt-topic-refused", "one-of-two"),
        ("nh3.v: w21003", "nh3.v: w99999", 13, "mqtt-topic-refused", "factor-unknown"),
        ("statistic: avg", "statistic: middle", 14, "rule-file-unknown-choice", None),
        ("https://town.example/sta/v1.1/", "town.example", 17, "mqtt-topic-refused", "address"),
        ("client: yiwang-small", "client: yi wang", 2, "rule-file-wrong-kind", None),
        ("payload: json", "payload: json\n    colour: red", 10, "rule-file-unknown-key", None),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_and_reason(tmp_path, before, after, line, slug, reason):
    assert before in RIGHT
    with pytest.raises(RuleFileProblem) as refused:
        said(tmp_path, RIGHT.replace(before, after, 1))
    found = [(one.line, one.slug, one.parameters.get("reason")) for one in refused.value.everything()]
    assert (line, slug, reason) in found, found
    for language in LANGUAGES:
        assert "mqtt.refused" not in " ".join(problem_text(refused.value, language).values())
