"""What a State Council notice on holidays says: which days are off, and which weekend days are worked instead. Pure."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice. `year` is the year it arranges; its days may begin in the December before (R-301)."""

    year: int
    title: str
    number: str
    posted: date
    page: str
    verified: bool
    """Whether somebody of this project has seen the notice itself, its number and its days; else they come from public lists."""


@dataclass(frozen=True, slots=True)
class MarkedDay:
    """A day that a notice takes off (`rest`) or makes a working day; `holiday` is a word key, `holiday.<slug>`."""

    day: date
    rest: bool
    holiday: str
    notice: Notice


WEEKEND = "weekend"
"""Why a Saturday or Sunday that no notice names is off; stands where a holiday's slug would."""
