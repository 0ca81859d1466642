"""What packs count of what was measured: things that were to be measured in a month, and which outcomes hold of each (docs/adr/0054). Pure.

Only packs know what a value means, and indicators may not know packs: the composition root says where their sources are. A source
is a function from what the registers say of one group (a section, a river) to dated standings: in any order of entries the same.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from yiwang.cases.outcomes import OUTCOMES
from yiwang.cases.partoutcomes import PART_OUTCOMES
from yiwang.intake.sensing.rules import StreamDay


@dataclass(frozen=True, slots=True)
class DatedRow:
    """What a register says under a key from a day on, until the day before `valid_to`; `entry`: in the journal, that said so last."""

    register: str
    key: str
    valid_from: date
    valid_to: date | None
    values: Mapping[str, Any]
    entry: int

    def holds(self, on: date) -> bool:
        """Whether it says so on a day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    @property
    def point(self) -> tuple[float, float] | None:
        """Longitude and latitude (WGS 84); None for a row from before its register had points."""
        said = self.values
        return (
            (float(said["longitude"]), float(said["latitude"])) if "longitude" in said and "latitude" in said else None
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """How one thing stands from a day on, before `until`: it counts in `month` (its first day), and these outcomes hold of it.

    `ref` names the thing within its source; `team` is a code; `point` is longitude and latitude (WGS 84). `rows`: what it rests on.
    """

    ref: str
    month: date
    since: date
    until: date | None
    holds: frozenset[str]
    name: Mapping[str, str]
    team: str = ""
    point: tuple[float, float] | None = None
    rows: tuple[DatedRow, ...] = ()


Group = Mapping[str, Sequence[DatedRow]]
"""By register, every dated row of one group, oldest first."""


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of thing that is counted. `outcomes`: what may hold of it; `group_by`: by register the field of its key that says to which
    group a row belongs; `standings`: of one group, as of a day. A change of what it finds is another `version`: all is made anew.
    """

    outcomes: tuple[str, ...]
    group_by: Mapping[str, str]
    standings: Callable[[Group, date], Iterable[Standing]]
    version: int = 1
    name: Mapping[str, str] = field(default_factory=dict)
    """What one of the things is called."""


# --- stations, by the day --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AlarmThere:
    """An alarm that began at the station on the day and was not withdrawn."""

    alarm_id: UUID
    rule: str
    case_number: str


@dataclass(frozen=True, slots=True)
class StationDay:
    """What a station measured on one day of the town. `row`: the row of the source's register at which it stands, as of the day."""

    station: str
    day: date
    streams: Sequence[StreamDay]
    row: DatedRow | None
    alarms: Sequence[AlarmThere]

    @property
    def valid(self) -> int:
        """Valid values that came, of those expected."""
        return sum(one.valid for one in self.streams)

    @property
    def expected(self) -> int:
        """Values that should have come by themselves."""
        return sum(one.expected for one in self.streams)


@dataclass(frozen=True, slots=True)
class StationSource:
    """Stations by the day: `holds` says which outcomes hold of a day, none where it is not to be counted. `register`: of stations
    that stand at a row of it only (empty: of all).
    """

    outcomes: tuple[str, ...]
    holds: Callable[[StationDay], Iterable[str]]
    register: str = ""
    version: int = 1
    name: Mapping[str, str] = field(default_factory=dict)


Sources = Mapping[str, Source | StationSource]

_installed: list[Callable[[], Sources]] = []


def install(sources: Callable[[], Sources]) -> None:
    """Say where the sources come from, by their full name (`waters.section_month`). Asked once, when the first one is wanted."""
    _installed[:] = [sources]
    known.cache_clear()


@cache
def known() -> Sources:
    """Every source of the installed packs by its full name; none before the root said where they are."""
    found = {name: source for sources in _installed for name, source in sources().items()}
    for name, source in found.items():
        twice = set(source.outcomes) & {*OUTCOMES, *PART_OUTCOMES}
        assert not twice, f"{name}: {twice} are outcomes of cases"  # noqa: S101 - a programmer's mistake
    return found


def by_day() -> Mapping[str, StationSource]:
    """Those that count stations by the day."""
    return {name: one for name, one in known().items() if isinstance(one, StationSource)}


def standing_on(rows: Iterable[DatedRow], on: date) -> DatedRow | None:
    """The row that holds on a day, else the first one: what was measured before it was written down is judged by that."""
    every = sorted(rows, key=lambda row: row.valid_from)
    return next((row for row in every if row.holds(on)), every[0] if every else None)


@dataclass(frozen=True, slots=True)
class Span:
    """Some days of one month on which a thing stood in one way: from `since` on, before `until` (None: to the month's end and on)."""

    month: date
    since: date
    until: date | None
    holds: frozenset[str]


def monthly(
    first: date, ends: date | None, today: date, changes: Iterable[date], holds: Callable[[date], Iterable[str]]
) -> Iterator[Span]:
    """A thing that is there for a time, in each month that has begun: how it stands on the days on which that changes.

    It counts once in each month, as it stood when the month was over or as of a day within it.
    """
    month, last = first.replace(day=1), min(today, ends - timedelta(days=1)) if ends else today
    turns = sorted(set(changes))
    while month <= last:
        following = (month + timedelta(days=31)).replace(day=1)
        begins = max(month, first)
        starts = [begins, *(one for one in turns if begins < one < following)]
        found = [(start, frozenset(holds(start))) for start in starts]
        kept = [one for at, one in enumerate(found) if not at or found[at - 1][1] != one[1]]
        for (start, standing), until in zip(kept, [*(start for start, _ in kept[1:]), None], strict=True):
            yield Span(month, start, until, standing)
        month = following
