"""The town of both walks: loaded once for each, gone after it."""

from collections.abc import Iterator
from typing import Any

import pytest

from yiwang.project.tests import two_grounds
from yiwang.project.tests.two_grounds import TwoGrounds


@pytest.fixture(scope="module")
def grounds(django_db_setup: None, django_db_blocker: Any) -> Iterator[TwoGrounds]:
    """Xinhai with a case on each of two grounds."""
    with django_db_blocker.unblock(), two_grounds.made() as made:
        yield made
