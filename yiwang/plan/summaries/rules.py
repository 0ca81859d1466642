"""What is decided about summaries: which may be public, their numbers, and how often which colour stands in one. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from yiwang.plan.facts import Words
from yiwang.plan.rules import Colour
from yiwang.plan.summaries.facts import FrozenPromise
from yiwang.plan.summaries.problems import MonthNotBegun, MonthStaysInside

BOARD, MONTH = KINDS = ("board", "month")
PUBLIC, INTERNAL = DISCLOSURES = ("public", "internal")
TOWN, COMMITTEE, TEAM = BY = ("town", "committee", "team")


def disclosable(kind: str, disclosure: str) -> None:
    """Pass when a summary of this kind may have this state.

    Raises MonthStaysInside for the table of a month in public: its figures open to cases, and each needs its own release.
    """
    if kind == MONTH and disclosure == PUBLIC:
        raise MonthStaysInside


def month_of(day: date, today: date) -> date:
    """The first day of the month that a day lies in. Raises MonthNotBegun for a month to come."""
    first = day.replace(day=1)
    if first > today:
        raise MonthNotBegun(month=f"{first:%Y-%m}")
    return first


def number_after(newest: int | None) -> int:
    """The next number of a year, from 1 on and without a gap."""
    return (newest or 0) + 1


@dataclass(frozen=True, slots=True)
class Tally:
    """How many promises, of which colour, and how many are late."""

    total: int
    colours: dict[Colour, int]
    late: int


def tally(promises: Iterable[FrozenPromise]) -> Tally:
    """Count promises by colour; every colour has its number, 0 too."""
    listed = list(promises)
    counted = Counter(one.colour for one in listed)
    return Tally(len(listed), {one: counted[str(one)] for one in Colour}, sum(one.late for one in listed))


def whose(promises: Iterable[FrozenPromise]) -> list[tuple[str, Words, Tally]]:
    """Departments that have a late or a red promise, in the order in which the plan names them: this is no league table."""
    by_owner: dict[str, list[FrozenPromise]] = {}
    for one in promises:
        by_owner.setdefault(one.owner, []).append(one)
    counted = [(owner, listed[0].owner_name, tally(listed)) for owner, listed in by_owner.items()]
    return [one for one in counted if one[2].late or one[2].colours[Colour.RED]]
