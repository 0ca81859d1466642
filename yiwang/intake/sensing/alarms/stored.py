"""An episode as JSON in a row, and back. Pure."""

from typing import Any

from pydantic import TypeAdapter

from yiwang.intake.sensing.alarms.rules import Episode

_EPISODES: TypeAdapter[Episode] = TypeAdapter(Episode)


def written(episode: Episode) -> Any:
    """The episode as JSON."""
    return _EPISODES.dump_python(episode, mode="json")


def read(stored: Any) -> Episode:
    """The episode that was written so."""
    return _EPISODES.validate_python(stored)
