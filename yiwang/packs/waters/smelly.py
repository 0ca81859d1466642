"""A sheet of measurements judged as black-smelly water or not: each row, each point over its rows, and the water over its points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from yiwang.kernel.problems import Problem
from yiwang.kernel.sheets.measured import MOST, Bound, Measured
from yiwang.kernel.walltime import town_day
from yiwang.kernel.wording import Teller
from yiwang.packs.waters import law
from yiwang.packs.waters.cells import POSSIBLE
from yiwang.packs.waters.rules.blacksmelly import (
    DEPTH,
    PROFILE_RULES,
    SMELLY_ITEMS,
    TRANSPARENCY,
    Level,
    PointVerdict,
    Profile,
    Smell,
    WaterVerdict,
    judge_point,
    judge_water,
    smell,
)
from yiwang.packs.waters.rules.items import Sample
from yiwang.packs.waters.samplesheet import SampleRow

WORSE_BELOW = frozenset(SMELLY_ITEMS) - {"nh3n"}
"""Items of which less is worse: there a “<” lies on the bad side, with ammonia a “>”."""


@dataclass(frozen=True, slots=True)
class SmellRow:
    """A row with its finding; `open`: items of which only a bound is known that leaves their level open."""

    row: SampleRow
    found: Smell | None
    open: tuple[str, ...]
    refused: Problem | None

    @property
    def certain(self) -> bool:
        """Whether the level stands whatever was not measured, or not exactly."""
        return bool(self.found and self.found.certain and not self.open)


@dataclass(frozen=True, slots=True)
class Smells:
    """A sheet: its rows, its points in the order in which they first stand there, and the water that they make."""

    profile: Profile
    rows: tuple[SmellRow, ...]
    points: Mapping[str, PointVerdict]
    water: WaterVerdict


def judge(rows: Sequence[SampleRow], profile: Profile, now: datetime) -> Smells:
    """Judge a sheet by the rules of each row's day; points and water by those of the last. Raises RuleNotInForce for a sheet of
    days before the guide of points.
    """
    judged = tuple(_judge(row, profile) for row in rows)
    at_points: dict[str, list[Smell]] = {}
    for one in judged:
        if one.found:
            at_points.setdefault(one.row.section, []).append(one.found)
    last = max((town_day(one.row.at) for one in judged if one.found), default=town_day(now))
    points = {name: judge_point(found, last, law.rulebook()) for name, found in at_points.items()}
    water = judge_water([point.level for point in points.values()], last, law.rulebook())
    return Smells(profile, judged, points, water)


def _judge(row: SampleRow, profile: Profile) -> SmellRow:
    if row.refused:
        return SmellRow(row, None, (), row.refused)
    try:
        found, hidden = judge_sample(row.sample, profile, town_day(row.at))
        return SmellRow(row, found, hidden, None)
    except Problem as problem:
        return SmellRow(row, None, (), problem)


def judge_sample(sample: Sample, profile: Profile, day: date) -> tuple[Smell, tuple[str, ...]]:
    """One measurement, and the items whose bound leaves their level open. Raises RuleNotInForce."""
    values = {item: _value(item, one) for item, one in sample.items() if item in (*SMELLY_ITEMS, DEPTH)}
    hidden = tuple(item for item in values if _open(item, sample, profile, day))
    return smell(values, profile, day, law.rulebook()), hidden


def _value(item: str, one: Measured) -> Decimal:
    """What counts of a value: itself, or just beyond a bound on the bad side: it is at least so bad. Less than 25 cm are shallow."""
    if one.bound is Bound.BELOW and item in (*WORSE_BELOW, DEPTH):
        return one.value - STEP
    return one.value + STEP if one.bound is Bound.ABOVE and item == "nh3n" else one.value


def _open(item: str, sample: Mapping[str, Measured], profile: Profile, day: date) -> bool:
    """Whether the level of an item depends on what its bound, or with transparency that of the depth, leaves unknown."""
    if item == DEPTH:
        return False
    found = [{item: value} for value in _ends(item, sample[item])]
    if item == TRANSPARENCY and DEPTH in sample:
        found = [one | {DEPTH: depth} for one in found for depth in _depths(sample[DEPTH], profile, day)]
    return len({smell(one, profile, day, law.rulebook()).level for one in found}) > 1


def _ends(item: str, one: Measured) -> list[Decimal]:
    """The least and the most that a value can be."""
    least, most = POSSIBLE.get(item, (Decimal(0), MOST))
    if one.bound is Bound.EXACT:
        return [one.value]
    return [least, one.value - STEP] if one.bound is Bound.BELOW else [one.value + STEP, most]


def _depths(one: Measured, profile: Profile, day: date) -> list[Decimal]:
    """The same of the depth, and both sides of where water stops being shallow, if that lies between: there the limit jumps."""
    ends = _ends(DEPTH, one)
    edge = Decimal(law.rulebook().on(PROFILE_RULES[profile], day).value["shallow_below_cm"])
    return [*ends, *(at for at in (edge - STEP, edge) if ends[0] < at < ends[-1])]


STEP = Decimal("0.000001")


# --- in words ---------------------------------------------------------------------------------------------------------


class SmellTeller(Teller):
    """Speaks one language about black-smelly water."""

    part = "waters"

    def __init__(self, language: str, profile: Profile) -> None:
        super().__init__(language)
        self.profile = profile

    def level(self, level: Level) -> str:
        """The rural profile has one level only."""
        return self.say(f"smell.{self.profile}.{level.name.lower()}")

    def why(self, one: SmellRow) -> str:
        """The items that made it so, and what was not measured."""
        if one.found is None:
            return self.fault(one.refused) if one.refused else ""
        worst = [item for item, level in one.found.items.items() if level > Level.NONE]
        said = [self.say("smell.by", items=self.items(worst))] if worst else []
        if one.found.missing:
            said.append(self.say("smell.missing", items=self.items(one.found.missing)))
        if one.open:
            said.append(self.say("smell.open", items=self.items(one.open)))
        if one.found.shallow:
            said.append(self.say("smell.shallow"))
        return self.joined(said)

    def lines(self, smells: Smells) -> list[str]:
        """The points, the water, and what the answer does not prove."""
        water, rules = smells.water, [one.found.rule for one in smells.rows if one.found]
        rules.append(law.rulebook().versions("waters.black-smelly-points")[-1])
        said = [self.say("smell.profile", profile=self.say(f"smell.{self.profile}"))]
        for name, point in smells.points.items():
            said.append(
                self.say("smell.point", point=name or "—", level=self.level(point.level), count=point.measurements)
            )
        if smells.points:
            said.append(
                self.say("smell.water", level=self.level(water.level), heavy=water.heavy_points, points=water.points)
            )
        if water.too_few_points:
            said.append(self.say("smell.too-few"))
        if any(one.found and not one.certain for one in smells.rows):
            said.append(self.say("smell.no-proof"))
        unseen = sorted({rule.version for rule in rules if not rule.verified})
        return [*said, self.say("unverified", rules=self.listed(unseen))] if unseen else said

    def plain(self, smells: Smells) -> dict[str, Any]:
        """For a machine. `level`: none, light or heavy; with the rural profile light means black and smelly."""
        return {
            "profile": str(smells.profile),
            "rows": [self._row(one) for one in smells.rows],
            "points": {
                name: {"level": point.level.name.lower(), "measurements": point.measurements}
                for name, point in smells.points.items()
            },
            "water": {
                "level": smells.water.level.name.lower(),
                "heavy_points": smells.water.heavy_points,
                "points": smells.water.points,
                "too_few_points": smells.water.too_few_points,
                "heavy_reaches": [list(reach) for reach in smells.water.reaches],
            },
        }

    def _row(self, one: SmellRow) -> dict[str, Any]:
        told: dict[str, Any] = {
            "row": one.row.number,
            "section": one.row.section,
            "at": one.row.at.isoformat() if one.row.dated else None,
            "level": one.found.level.name.lower() if one.found else None,
            "reason": self.why(one),
            "open": list(one.open),
            "faults": [self.refusal(fault) for fault in one.row.faults],
        }
        if one.found:
            told["items"] = {item: level.name.lower() for item, level in one.found.items.items()}
            told |= {"missing": list(one.found.missing), "certain": one.certain, "rule": one.found.rule.version}
        return told
