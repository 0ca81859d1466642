"""What an alarm rule says, as plain frozen values (declared.py reads them from packs), and the limits it is judged by. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from yiwang.intake.sensing.rules import BOUNDS, COUNTED, MARKED

SEVERITIES = ("minor", "major", "serious")
"""一般, 较重, 严重: from the least on."""
OVER, UNDER = SIDES = ("over", "under")
EITHER, RISE, FALL = DIRECTIONS = ("either", "rise", "fall")


BY_HAND = MARKED
COUNTING = frozenset(COUNTED)
"""R-077: every other flag (M maintenance, C calibration, D fault …) says that a value means nothing."""
BOUNDED = BOUNDS
"""A sample's value that only says on which side of it the true one lies."""


class Series(NamedTuple):
    """One line of values of a station: what was measured, which statistic of it, and over what interval (HJ 212 names)."""

    factor: str
    statistic: str
    interval: str


class Sample(NamedTuple):
    """One reading. `value` in the unit of its series, None where only the flag came; `at` is the start of its interval."""

    at: datetime
    value: Decimal | None
    flag: str


# --- where a limit stands --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number:
    """A limit that the rule states itself."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class OfRow:
    """A limit that stands in a field of the register row at which the station stands: a permit's limit, for instance."""

    field: str


@dataclass(frozen=True, slots=True)
class ByRow:
    """A step that the register row decides: what it says in `field`, in the standard's words by `meaning` (row's word, step).

    `without`: words of the row for which there is no limit, and shall be none.
    """

    field: str
    meaning: tuple[tuple[str, str | int], ...]
    without: tuple[str, ...] = ()


Way = str | int | ByRow
"""A step within a rule's value: a key, a place in a list (the first is 1), or what the register row says."""


@dataclass(frozen=True, slots=True)
class OfStandard:
    """A limit of a dated rule (params): `rule` is its id, `path` leads to the number within its value."""

    rule: str
    path: tuple[Way, ...]

    @property
    def by_row(self) -> bool:
        """Whether the register row has a say in it."""
        return any(isinstance(step, ByRow) for step in self.path)


Source = Number | OfRow | OfStandard


@dataclass(frozen=True, slots=True)
class Level:
    """A limit from a day to a day (both included, None: until further notice). `value` None: there is no limit on these days.

    `version` and `hash` say what it was read from, `verified` whether somebody has seen that.
    """

    first: date
    last: date | None
    value: Decimal | None
    version: str
    hash: str
    verified: bool


# --- conditions ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Limit:
    """The value is beyond a limit; on it is within (R-000). It is back when within `back` times the limit."""

    series: Series
    side: str
    source: Source
    back: Decimal


@dataclass(frozen=True, slots=True)
class Rate:
    """The value moves faster than `an_hour` (in its unit) from one reading to the next; back as of a limit."""

    series: Series
    direction: str
    an_hour: Decimal
    back: Decimal


@dataclass(frozen=True, slots=True)
class Stuck:
    """The value does not move by more than `band` (in its unit) from one reading to the next."""

    series: Series
    band: Decimal


@dataclass(frozen=True, slots=True)
class Missing:
    """No reading, whatever its flag, for longer than `silence`."""

    series: Series
    silence: timedelta


@dataclass(frozen=True, slots=True)
class Unusable:
    """Readings come, but their flags say that they count for nothing (R-077: stopped, maintained, broken, calibrated …)."""

    series: Series


@dataclass(frozen=True, slots=True)
class Count:
    """Within a day of the town more than `allowed` readings lie above a limit: from the one that is too many on until that day is over.

    `every`: how far apart the readings are that are counted; a station that sends more often has other means.
    """

    series: Series
    every: timedelta
    source: Source
    allowed: Source


@dataclass(frozen=True, slots=True)
class Several:
    """Several conditions: `every` one of them at once, or any."""

    every: bool
    parts: tuple["Condition", ...]


Condition = Limit | Rate | Stuck | Missing | Unusable | Count | Several
Single = Limit | Rate | Stuck | Missing | Unusable | Count


@dataclass(frozen=True, slots=True)
class Rung:
    """From when on an episode is of a severity: when it went beyond `times` the limit and has lasted for `lasting`."""

    severity: str
    times: Decimal
    lasting: timedelta


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """One alarm rule of a pack.

    `stands_at`: it is for stations at a row of this register (empty: at any). `lasting`: how long it must be so before it is
    an alarm; `clear_after`: how long it must be back before it is over; `speaks_for`: for how long a reading says how it is,
    if none follows. `ladder`: the severities. `case_type`, `team_field` (a field of the register row that names the team;
    empty: the type's department): the case it opens. `proof`: for how long the same instrument must be back before that
    case may close as proven. `effective_from`: readings before that day are not judged by it.
    """

    code: str
    name: Mapping[str, str]
    stands_at: str
    when: Condition
    lasting: timedelta
    clear_after: timedelta
    speaks_for: timedelta
    ladder: tuple[Rung, ...]
    case_type: str
    team_field: str
    proof: timedelta
    effective_from: date
    reference: Mapping[str, str]
    verified: bool
    hash: str

    @property
    def version(self) -> str:
        """The label that people read."""
        return f"{self.code}@{self.effective_from}"

    @property
    def singles(self) -> tuple[Single, ...]:
        """The single conditions in the order in which they are written."""
        return tuple(singles(self.when))

    @property
    def series(self) -> tuple[Series, ...]:
        """The lines of values it looks at, each once."""
        return tuple(dict.fromkeys(one.series for one in self.singles))

    def compares(self, series: Series) -> bool:
        """Whether it looks at how great the values of a series are, and not only at whether any come that can be used."""
        return any(one.series == series and not isinstance(one, Missing | Unusable) for one in self.singles)

    @property
    def of_days(self) -> bool:
        """Whether it counts within days: then how it stands rests on all of its day."""
        return any(isinstance(one, Count) for one in self.singles)

    @property
    def of_silence(self) -> bool:
        """Whether it can be raised by no reading at all, and so only by the clock."""
        return any(isinstance(one, Missing) for one in self.singles)


def singles(condition: Condition) -> Iterator[Single]:
    """The single conditions of one, in the order in which they are written."""
    if isinstance(condition, Several):
        for part in condition.parts:
            yield from singles(part)
    else:
        yield condition


def sources(rule: AlarmRule) -> tuple[Source, ...]:
    """Where the limits of a rule stand, and how often they may be exceeded, each once."""
    found = (one.source for one in rule.singles if isinstance(one, Limit | Count))
    allowed = (one.allowed for one in rule.singles if isinstance(one, Count))
    return tuple(dict.fromkeys((*found, *allowed)))


@dataclass(frozen=True, slots=True)
class Watch:
    """A rule at one station: the rule, and its limits as they hold there, by where they stand, the oldest first."""

    rule: AlarmRule
    levels: Mapping[Source, tuple[Level, ...]]
