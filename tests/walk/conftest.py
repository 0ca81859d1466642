"""The town of both walks: loaded once for each, gone after it."""

from collections.abc import Iterator
from typing import Any

import pytest

from yiwang.kernel import walltime
from yiwang.kernel.journal import sealer, sequencer
from yiwang.kernel.journal.notes import Signer
from yiwang.project.tests import two_grounds
from yiwang.project.tests.two_grounds import TwoGrounds


@pytest.fixture(scope="module")
def grounds(django_db_setup: None, django_db_blocker: Any) -> Iterator[TwoGrounds]:
    """Xinhai with a case on each of two grounds, its journal sealed."""
    with django_db_blocker.unblock(), two_grounds.made() as made:
        while sequencer.sequence_once():
            pass
        sealer.seal_once(Signer("yiwang/xinhai", bytes(32)), walltime.now())
        yield made
