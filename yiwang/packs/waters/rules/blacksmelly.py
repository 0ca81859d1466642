"""Black-smelly water (黑臭): one measurement, a point over time, a water over its points, and whether it is gone (R-021 … R-024). Pure.

Two profiles: towns (urban) have two levels, the country (rural) one. Which was used stands in every verdict. What was not measured
can only make it worse: a finding stands, "nothing found" is proved only when every item of the profile was measured.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any

from yiwang.kernel.params.rulebook import Rulebook, RuleVersion

PERCENT = Decimal("0.01")
TRANSPARENCY, DEPTH = "transparency_cm", "depth_cm"
SMELLY_ITEMS = (TRANSPARENCY, "do", "orp_mv", "nh3n")
"""Transparency in cm, dissolved oxygen and ammonia nitrogen in mg/L, redox potential in mV."""


class Profile(StrEnum):
    """By which table a water is judged."""

    URBAN = "urban"
    RURAL = "rural"


PROFILE_RULES = {Profile.URBAN: "waters.black-smelly-urban", Profile.RURAL: "waters.black-smelly-rural"}


class Level(IntEnum):
    """How black and smelly; the rural profile has no heavy level, its one level is LIGHT here and told as 黑臭."""

    NONE = 0
    LIGHT = 1
    HEAVY = 2


@dataclass(frozen=True, slots=True)
class Smell:
    """One measurement at one point. `missing`: items of the profile that were not measured."""

    profile: Profile
    level: Level
    items: Mapping[str, Level]
    missing: tuple[str, ...]
    shallow: bool
    rule: RuleVersion

    @property
    def certain(self) -> bool:
        """Whether the level stands whatever was not measured: nothing is worse than the worst level of the profile."""
        worst = Level.HEAVY if self.profile is Profile.URBAN else Level.LIGHT
        return not self.missing or self.level is worst


def smell(values: Mapping[str, Decimal], profile: Profile, on: date, book: Rulebook) -> Smell:
    """R-021 (urban) or R-024 (rural) for one measurement: `SMELLY_ITEMS`, and the depth of the water in cm where it is known.

    Raises RuleNotInForce for a day before the profile's guide.
    """
    rule = book.on(PROFILE_RULES[profile], on)
    law = rule.value
    depth = values.get(DEPTH)
    shallow = depth is not None and depth < law["shallow_below_cm"]
    wanted = [item for item in SMELLY_ITEMS if item in law]
    levels = {
        item: _level(values[item], law[item])
        for item in wanted
        if item in values and not (shallow and item == TRANSPARENCY)
    }
    if shallow and depth is not None and TRANSPARENCY in values:
        levels[TRANSPARENCY] = _in_shallow_water(values[TRANSPARENCY], depth, law)
    missing = tuple(item for item in wanted if item not in values)
    return Smell(profile, max(levels.values(), default=Level.NONE), levels, missing, shallow, rule)


def _level(value: Decimal, limits: Mapping[str, Any]) -> Level:
    """A value at a limit is on the better side of it."""
    if "light_below" in limits:
        heavy = "heavy_below" in limits and value < limits["heavy_below"]
        light = value < limits["light_below"]
    else:
        heavy = "heavy_above" in limits and value > limits["heavy_above"]
        light = value > limits["light_above"]
    return Level.HEAVY if heavy else Level.LIGHT if light else Level.NONE


def _in_shallow_water(transparency_cm: Decimal, depth_cm: Decimal, law: Mapping[str, Any]) -> Level:
    """40 % of the depth instead of 25 cm; never heavy, since 10 cm would then lie above the limit of light.

    With the switch `shallow_not_clear_is_light` water whose bottom cannot be seen is light, as a public program has it.
    """
    if law["shallow_not_clear_is_light"] and transparency_cm < depth_cm:
        return Level.LIGHT
    return Level.LIGHT if transparency_cm < depth_cm * law["shallow_share_percent"] * PERCENT else Level.NONE


# --- points and waters (R-022) ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PointVerdict:
    """A point over the measurements of a period."""

    level: Level
    measurements: int


def judge_point(found: Sequence[Smell], on: date, book: Rulebook) -> PointVerdict:
    """R-022: heavy where one item has 60 % of its data, or two have 30 % each, at the heavy level; light where any datum is light.

    The guide says "else light" of a water that is known to smell; that one single light datum is enough is this project's reading.
    """
    law = book.on("waters.black-smelly-points", on).value
    levels: dict[str, list[Level]] = {}
    for one in found:
        for item, level in one.items.items():
            levels.setdefault(item, []).append(level)
    shares = [(every.count(Level.HEAVY), len(every)) for every in levels.values()]
    often = any(100 * heavy >= law["one_item_from"] * every for heavy, every in shares)
    several = sum(100 * heavy >= law["several_items_from"] * every for heavy, every in shares)
    if often or several >= law["several_items"]:
        return PointVerdict(Level.HEAVY, len(found))
    worst = max((one.level for one in found), default=Level.NONE)
    return PointVerdict(min(worst, Level.LIGHT), len(found))


@dataclass(frozen=True, slots=True)
class WaterVerdict:
    """A water over its points in order downstream. `reaches`: first and last of each run of three or more heavy points, from 0.

    `too_few_points`: they do not show the water as the guide asks. It asks for 200 to 600 m between them too; no sheet says that.
    """

    level: Level
    reaches: tuple[tuple[int, int], ...]
    heavy_points: int
    points: int
    too_few_points: bool


def judge_water(points: Sequence[Level], on: date, book: Rulebook) -> WaterVerdict:
    """R-022: heavy as a whole with 60 % of its points heavy, else light where any point is; heavy reaches by three in a row."""
    law = book.on("waters.black-smelly-points", on).value
    heavy = sum(level is Level.HEAVY for level in points)
    worst = max(points, default=Level.NONE)
    whole = bool(points) and 100 * heavy >= law["water_from"] * len(points)
    return WaterVerdict(
        level=Level.HEAVY if whole else min(worst, Level.LIGHT),
        reaches=tuple(run for run in _runs(points) if run[1] - run[0] + 1 >= law["points_in_a_row"]),
        heavy_points=heavy,
        points=len(points),
        too_few_points=len(points) < law["points_least"],
    )


def _runs(points: Sequence[Level]) -> list[tuple[int, int]]:
    """First and last place of each run of heavy points."""
    runs: list[tuple[int, int]] = []
    for at, level in enumerate(points):
        if level is not Level.HEAVY:
            continue
        if runs and runs[-1][1] == at - 1:
            runs[-1] = (runs[-1][0], at)
        else:
            runs.append((at, at))
    return runs


# --- elimination (R-023) ----------------------------------------------------------------------------------------------


class Elimination(StrEnum):
    """Whether a water may be told to be black and smelly no more."""

    ELIMINATED = "eliminated"
    PEOPLE_NOT_SATISFIED = "people_not_satisfied"
    MEASURED_SMELLY = "measured_smelly"
    NOT_PROVED = "not_proved"
    """Nobody was asked, nothing was measured, or not every item of the profile was."""


def eliminated(found: Sequence[Smell], satisfied: int, asked: int, on: date, book: Rulebook) -> Elimination:
    """R-023: at least 90 % of those asked are satisfied, and no measurement of the period reaches the light level."""
    if any(one.level > Level.NONE for one in found):
        return Elimination.MEASURED_SMELLY
    if asked and 100 * satisfied < book.on("waters.black-smelly-elimination", on).value * asked:
        return Elimination.PEOPLE_NOT_SATISFIED
    proved = bool(asked and found) and not any(one.missing for one in found)
    return Elimination.ELIMINATED if proved else Elimination.NOT_PROVED
