"""What is counted of the town's waters: sections by month, as the district's sheet says of them (plan rows 1.09, 1.15). Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from yiwang.indicators.measured import DatedRow, Group, Source, Standing, standing_on
from yiwang.packs.waters.appraisals import class_of_code, outcomes_of_month

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


MEASURED: Mapping[str, Source] = {
    "section_month": Source(
        outcomes=("measured", "worse_than_v", "assessed", "met_target", "not_met", "target_open"),
        group_by={SECTION: "number", MONTH: "number"},
        standings=sections,
        name={"zh-Hans": "断面月次", "en": "section-month"},
    ),
}
"""By name: what an indicator may count."""
