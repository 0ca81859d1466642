"""What can be wrong with the table of topics and with the broker's address. The words are in texts/."""

from collections.abc import Mapping
from typing import ClassVar

from yiwang.kernel.params.problems import RuleFileProblem
from yiwang.kernel.problems import Problem


class TopicRefused(RuleFileProblem):
    """A description of topics cannot be used. Parameters: topic, reason (a slug of texts/, words `mqtt.refused`), given."""

    slug = "mqtt-topic-refused"
    coded: ClassVar[Mapping[str, str]] = {"reason": "mqtt.refused"}


class BrokerAddressWrong(Problem):
    """The broker's address cannot be used. Parameter: given, without a password."""

    slug = "mqtt-broker-address-wrong"


class PasswordInAddress(Problem):
    """A password stands in the broker's address, where everybody on the machine can read it."""

    slug = "mqtt-password-in-address"


class NoTopics(Problem):
    """A broker is named, and the town's folder describes no topics. Parameter: file."""

    slug = "mqtt-no-topics"
