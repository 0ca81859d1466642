"""A town that lives for some days: the same for the same seed, and after a stop as if there had been none."""

import importlib
import re
from collections import Counter
from dataclasses import replace as altered
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as town_settings
from django.db import connection, transaction

import yiwang
from tests.journeys.conftest import all_cases
from yiwang.cases.stages import State
from yiwang.kernel import walltime
from yiwang.kernel.terms import Actor, ActorKind
from yiwang.project.refusal import Refusal
from yiwang.project.simulation.memory import Memory
from yiwang.project.simulation.town_life import SimulationSummary, life_waits, living_town, simulate

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
SYSTEM = Actor(ActorKind.SYSTEM)
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def xinhai(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Xinhai with its invented people, loaded once."""
    with django_db_blocker.unblock(), transaction.atomic():
        importlib.import_module(town_settings.TOWN_LOADER).load(town_settings.TOWN_DIR, demonstration=True)
        yield
        transaction.set_rollback(True)


def simulated(seed: int, *, days: int, rate: int = 3) -> SimulationSummary:
    """Some days of the town, with case numbers counted from the beginning, as in a fresh database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('case_serial', 1, false)")
    return simulate(days, rate, seed, now=NOW)


def verbs() -> Counter[str]:
    """How many entries of each kind the journal holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT verb, count(*) FROM entry GROUP BY verb")
        return Counter(dict(cursor.fetchall()))


@pytest.mark.once
def test_the_same_seed_gives_the_same_town_and_another_seed_another(xinhai, db):
    towns = []
    for seed in (3, 3, 4):
        with transaction.atomic():
            towns.append((simulated(seed, days=2), verbs()))
            transaction.set_rollback(True)
    assert towns[0] == towns[1]
    assert altered(towns[0][0], numbers=()) != altered(towns[2][0], numbers=())


@pytest.mark.once
def test_a_past_that_was_stopped_goes_on_from_its_memory_as_if_it_had_not_been(xinhai, db, tmp_path):
    memory, begun, asked = tmp_path / "life.jsonl", len(all_cases()), []

    def stop(what: str, done: int, total: int) -> None:
        asked.append(done)
        if len(asked) == 150:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        living_town(NOW, stop, memory=Memory(memory))
    half = len(all_cases()) - begun
    with memory.open("a", encoding="utf-8") as lines:
        lines.write('["POST /cases/')  # a kill may stop the pen
    assert life_waits(memory)
    summary = living_town(datetime(2026, 11, 23, 7, 0, tzinfo=UTC), memory=Memory(memory))
    assert 0 < half < len(summary.numbers) == len(all_cases()) - begun
    assert set(summary.states) == {str(state) for state in State}
    assert summary.refused == {}
    memory.unlink()
    assert not life_waits(memory)


def test_a_town_that_is_no_demonstration_is_not_simulated(xinhai, db, settings):
    settings.DEMONSTRATION = False
    with pytest.raises(Refusal):
        simulate(1, 1, 1, now=NOW)


def test_only_the_simulation_moves_the_clock():
    package = Path(yiwang.__file__).parent
    moving = [
        str(file.relative_to(package))
        for file in package.rglob("*.py")
        if "tests" not in file.parts and re.search(r"\bwalltime\.at\(|import at\b", file.read_text(encoding="utf-8"))
    ]
    assert sorted(moving) == ["project/simulation/alarmed.py", "project/simulation/town_life.py"]


def test_the_clock_goes_on_after_it_was_moved():
    before = walltime.now()
    with walltime.at(NOW):
        assert walltime.now() == walltime.now() == NOW
    assert walltime.now() >= before
