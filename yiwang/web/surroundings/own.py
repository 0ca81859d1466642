"""What the town measured of its rivers by itself, judged and in words; beside the district's classes and never instead of them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from yiwang.intake.sensing import openwater
from yiwang.intake.sensing.openwater import OpenWater
from yiwang.kernel.appraisals import Appraisal, Given, appraise
from yiwang.kernel.terms import Actor
from yiwang.kernel.walltime import town_day
from yiwang.web import house
from yiwang.web.board import shown as board
from yiwang.web.surroundings import shown
from yiwang.web.surroundings.reading import RIVER, SECTION, River, Section

SAMPLE = "waters.sample"


class Own:
    """The newest samples and means of the town's own stations, read once for a page."""

    def __init__(self, actor: Actor, now: datetime) -> None:
        self._actor, self._now = actor, now

    @cached_property
    def _found(self) -> tuple[OpenWater, ...]:
        return openwater.newest(self._actor, self._now)

    def at(self, register: str, key: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What was measured at a row of a register; of what has no class, nothing."""
        here = [one for one in self._found if one.row == (register, key)]
        return [_shown(one, judged) for one in here if (judged := _judged(one, values))]

    def section(self, one: Section) -> dict[str, Any]:
        """A section as shown.section has it, with what the town measured there."""
        return shown.section(one) | {"own": self.at(SECTION, one.row.key, one.row.values)}

    def beside(self, rivers: Iterable[River], rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """The lines of rivers (shown.river_rows), each with what the town measured there."""
        return [row | {"own": self.along(river)} for river, row in zip(rivers, rows, strict=True)]

    def along(self, river: River) -> list[dict[str, Any]]:
        """What was measured at a river, and at each of its sections."""
        at_sections = [told for one in river.sections for told in self.at(SECTION, one.row.key, one.row.values)]
        return self.at(RIVER, river.code, river.row.values) + at_sections


def _judged(one: OpenWater, about: Mapping[str, Any]) -> Appraisal | None:
    return appraise(SAMPLE, Given(town_day(one.until), one.values, about))


def _shown(one: OpenWater, judged: Appraisal) -> dict[str, Any]:
    return {
        "name": one.name[house.language()],
        "when": _when(one),
        "class": shown.water_class(judged),
        "met": shown.of_target(judged),
        "short": shown.said("own.short", when=_when(one), found=shown.words(judged.words)),
        "findings": [shown.finding(found) for found in judged.findings],
        "illustrative": one.illustrative,
    }


def _when(one: OpenWater) -> str:
    if one.since is None:
        return shown.said("own.sample", day=board.day(town_day(one.until)))
    return shown.said("own.mean", days=openwater.DAYS, measured=one.days)
