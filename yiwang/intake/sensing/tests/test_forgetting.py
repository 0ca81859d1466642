"""What could not be used is forgotten after its span, and the journal says how much; a reading never, an open question neither."""

from datetime import timedelta

import pytest

from yiwang.intake.sensing.models import ApartDay, ApartReading, KeptPacket, Reading
from yiwang.intake.sensing.steps import correcting, forgetting
from yiwang.intake.sensing.tests.small_town import NOW, call_of, make_station, measured, packet, stored
from yiwang.kernel.journal.replay import replay

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=402)


@pytest.fixture
def evidence(db):
    """A stored reading, one that cannot be, one that differs, each with its packet."""
    make_station()
    stored(packet(measured("5"), measured("-1", 1), raw=b"##1"))
    stored(packet(measured("6"), raw=b"##2"))


def left() -> tuple[int, int, int, int]:
    return tuple(model.objects.count() for model in (Reading, ApartReading, KeptPacket, ApartDay))  # type: ignore[return-value]


def test_nothing_is_forgotten_before_its_time(evidence):
    assert forgetting.forget(call=call_of(NOW + timedelta(days=400))) is None
    assert left() == (1, 2, 2, 3)


def test_what_is_old_goes_but_no_reading_and_nothing_that_waits_for_a_decision(evidence):
    fact = forgetting.forget(call=call_of(LATER))
    assert (fact.values, fact.packets, fact.days) == (1, 1, 3)
    assert left() == (1, 1, 1, 0)
    correcting.refuse(ApartReading.objects.get().id, reason="仪器坏了", call=call_of(LATER))
    fact = forgetting.forget(call=call_of(LATER))
    assert (fact.values, fact.packets) == (1, 1)
    assert left() == (1, 0, 0, 0)
    assert forgetting.forget(call=call_of(LATER)) is None
    assert replay().differences == ()
