"""What a wrong value raised is taken back when a person lets another value count, and the other way round."""

import pytest

from yiwang.intake.sensing import queries
from yiwang.intake.sensing.alarms.tests.river import River, call, flat, live, made
from yiwang.intake.sensing.steps import correcting
from yiwang.kernel.terms import Actor, ActorKind

pytestmark = pytest.mark.django_db


def accept_all(reason: str) -> None:
    for one in queries.apart(Actor(ActorKind.SYSTEM), code="x01-1"):
        correcting.accept(one.apart_id, reason=reason, call=call())


def test_a_correction_takes_back_what_a_wrong_value_raised_and_raises_what_it_hid(db):
    river: River = made()
    river.send(flat(0, 4, "2"))
    river.judge()
    assert [start for start, *_ in live()] == [0]
    river.send(flat(0, 4, "0.5"))
    river.judge()
    assert [start for start, *_ in live()] == [0]
    accept_all("校准后补传")
    river.judge()
    assert live() == []
    river.send(flat(0, 4, "2.5"))
    accept_all("又核对了一次")
    river.judge()
    assert [start for start, *_ in live()] == [0]
