"""What is counted of the town's waters: sections by month, as the district's sheet says of them (plan rows 1.09, 1.15), and the days on
which somebody took a sample that shows whether the water is black and smelly (1.10). Pure.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from yiwang.indicators.measured import (
    DatedRow,
    Group,
    Source,
    Standing,
    StationDay,
    StationSource,
    standing_on,
)
from yiwang.intake.sensing.rules import StreamDay
from yiwang.kernel.params.problems import RuleNotInForce
from yiwang.packs.waters import law
from yiwang.packs.waters.appraisals import class_of_code, outcomes_of_month
from yiwang.packs.waters.rules.blacksmelly import TRANSPARENCY, Level, Profile, smell

SECTION, MONTH = "water_section", "section_month"


def sections(group: Group, today: date) -> Iterator[Standing]:
    """Each month that the district's sheet has of one section: 劣Ⅴ or not, and for an assessed one whether it has its class (R-011).

    The section is read by the day of the month that was sampled: a target that was set later judges no earlier month.
    """
    for row in group.get(MONTH, ()):
        month = date.fromisoformat(row.values["month"]).replace(day=1)
        section = standing_on(group.get(SECTION, ()), month)
        if section is not None:
            yield _section(row, section, month)


def _section(row: DatedRow, section: DatedRow, month: date) -> Standing:
    said = section.values
    return Standing(
        ref=row.key,
        month=month,
        since=row.valid_from,
        until=row.valid_to,
        holds=frozenset(_outcomes(row.values, said)),
        name={language: f"{said['called']} {month:%Y-%m}" for language in ("zh-Hans", "en")},
        team=said["team"],
        point=section.point,
        rows=(section, row),
    )


def _outcomes(values: Mapping[str, Any], section: Mapping[str, Any]) -> Iterable[str]:
    official, target = class_of_code(values.get("official_class")), class_of_code(section.get("target_class"))
    if official is not None:
        yield from outcomes_of_month(official, target)
        if section.get("assessed") and target:
            yield "assessed"


SMELLY_FACTORS = {"w01004": TRANSPARENCY, "w01009": "do", "w21003": "nh3n"}
"""Of the country's profile (R-024), which is that of most of the town's rivers, each item by the factor of a sample."""
SAMPLED = ("rtd", "sample")


def smelly_day(found: StationDay) -> Iterator[str]:
    """A day on which samples were taken at a section, transparency among what they say: the worst value of each item decides.

    Counted where the profile can be judged: every item was measured, or one is already beyond it. A bound (`>60`) is no value.
    """
    worst = {SMELLY_FACTORS[one.factor]: one.sums for one in found.streams if _says(one)}
    if found.row is None or TRANSPARENCY not in worst:
        return
    yield "sampled"
    values = {item: sums.greatest if item == "nh3n" else sums.least for item, sums in worst.items() if sums}
    try:
        judged = smell(
            {item: value for item, value in values.items() if value is not None},
            Profile.RURAL,
            found.day,
            law.rulebook(),
        )
    except RuleNotInForce:
        return
    if judged.certain:
        yield "conclusive"
        yield "black_smelly" if judged.level > Level.NONE else "not_smelly"


def _says(one: StreamDay) -> bool:
    """Whether samples came that day of an item of the profile, in the unit in which its limit is."""
    return (
        one.factor in SMELLY_FACTORS
        and one.comparable
        and (one.statistic, one.interval) == SAMPLED
        and one.sums is not None
    )


MEASURED: Mapping[str, Source | StationSource] = {
    "smelly_day": StationSource(
        outcomes=("sampled", "conclusive", "black_smelly", "not_smelly"),
        holds=smelly_day,
        register=SECTION,
        name={"zh-Hans": "采样日", "en": "sampling day"},
    ),
    "section_month": Source(
        outcomes=("measured", "worse_than_v", "assessed", "met_target", "not_met", "target_open"),
        group_by={SECTION: "number", MONTH: "number"},
        standings=sections,
        name={"zh-Hans": "断面月次", "en": "section-month"},
    ),
}
"""By name: what an indicator may count."""
