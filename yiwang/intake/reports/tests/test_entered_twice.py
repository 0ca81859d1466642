"""The same order of the hotline typed in twice."""

import pytest

from yiwang.cases.tests.conftest import town  # noqa: F401
from yiwang.intake.reports.problems import AlreadyTaken
from yiwang.intake.reports.steps import receiving


def test_an_order_that_was_entered_before_is_refused_and_named(town):  # noqa: F811
    entered = {"channel": "hotline", "text": "路灯不亮", "source_key": "20190402-77"}
    first = receiving.enter(**entered, call=town.call("operator"))
    with pytest.raises(AlreadyTaken) as refusal:
        receiving.enter(**entered, call=town.call("operator"))
    assert refusal.value.parameters["number"] == first.number
