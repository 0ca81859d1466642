"""The river of the tests, made once."""

import pytest

from yiwang.intake.sensing.alarms.tests.river import River, made


@pytest.fixture
def river(db, remembered) -> River:
    return remembered("river with an instrument", made)
