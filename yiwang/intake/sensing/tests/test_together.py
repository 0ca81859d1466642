"""Several doors store the same readings at once, in different orders and into months that nobody has made: each is stored once."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from yiwang.intake.sensing import queries
from yiwang.intake.sensing.models import Reading, ReadingBatch, StationContact
from yiwang.intake.sensing.steps.storing import Outcome
from yiwang.intake.sensing.tests.small_town import (
    NOW,
    SYSTEM,
    make_station,
    measured,
    packet,
    stored,
)

pytestmark = pytest.mark.django_db(transaction=True)
DOORS, READINGS = 4, 300
DAY = 24 * 60


def drop_months() -> None:
    """Months that other tests made: here they are to be made by several at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'reading'::regclass")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TABLE {name}")


def test_what_several_store_at_once_is_stored_once_and_nobody_waits_around_a_circle():
    make_station()
    drop_months()
    readings = [measured(str(n % 9), -n * DAY) for n in range(READINGS)]  # ten months
    begun = Barrier(DOORS)

    def door(number: int) -> list[Outcome]:
        order = random.Random(number).sample(readings, READINGS)
        try:
            begun.wait()
            return [stored(packet(*order[at : at + 60])) for at in range(0, READINGS, 60)]
        finally:
            connection.close()

    with ThreadPoolExecutor(DOORS) as pool:
        outcomes = [one for found in pool.map(door, range(DOORS)) for one in found]
    assert sum(one.stored for one in outcomes) == READINGS
    assert sum(one.repeated for one in outcomes) == READINGS * (DOORS - 1)
    assert sum(one.apart for one in outcomes) == 0
    assert Reading.objects.count() == READINGS
    assert all(queries.check_batch(SYSTEM, one.id).holds for one in ReadingBatch.objects.all())
    assert StationContact.objects.get().heard_at - NOW < timedelta(seconds=1)
