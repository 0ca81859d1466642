"""Which stored alarm an episode is, after readings that came late moved, joined, cut or took away episodes. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from yiwang.intake.sensing.alarms.rules import Episode


@dataclass(frozen=True, slots=True)
class Known:
    """A stored alarm."""

    alarm_id: UUID
    episode: Episode


@dataclass(frozen=True, slots=True)
class Matched:
    """`changed`: stored alarms with what their episode is now; `new`: episodes that none is; `gone`: stored ones that are no episode
    of their own, each with the stored alarm whose episode holds it now, if one does."""

    changed: tuple[tuple[Known, Episode], ...]
    new: tuple[Episode, ...]
    gone: tuple[tuple[Known, UUID | None], ...]


def match(stored: Iterable[Known], judged: Sequence[Episode]) -> Matched:
    """Pair stored alarms with episodes: with the one of the same start, else with the first that it has a moment in common with.

    An episode is one alarm: of several stored ones in it the earliest stays, and the others are part of it.
    """
    left = sorted(stored, key=lambda one: one.episode.start)
    by_start = {episode.start: episode for episode in judged}
    taken: dict[int, Known] = {}
    for one in left:
        same = by_start.get(one.episode.start)
        if same is not None:
            taken[id(same)] = one
    for one in left:
        if one in taken.values():
            continue
        free = next((each for each in judged if id(each) not in taken and _meet(one.episode, each)), None)
        if free is not None:
            taken[id(free)] = one
    kept = {one.alarm_id for one in taken.values()}
    changed = [(taken[id(each)], each) for each in judged if id(each) in taken and taken[id(each)].episode != each]
    gone = [(one, _holder(one, judged, taken)) for one in left if one.alarm_id not in kept]
    return Matched(tuple(changed), tuple(each for each in judged if id(each) not in taken), tuple(gone))


def _meet(one: Episode, other: Episode) -> bool:
    return one.covers(other.start) or other.covers(one.start)


def _holder(one: Known, judged: Sequence[Episode], taken: dict[int, Known]) -> UUID | None:
    holding = next((each for each in judged if _meet(one.episode, each) and id(each) in taken), None)
    return taken[id(holding)].alarm_id if holding is not None else None
