"""The law in force for this town, read once per process: dated rules, the catalogue of case types, the calendar."""

from datetime import date, datetime
from functools import cache
from pathlib import Path

from django.conf import settings

from yiwang.cases import classes, rules
from yiwang.cases.shapes import RULES
from yiwang.kernel import walltime
from yiwang.kernel.params import loading
from yiwang.kernel.params.rulebook import Rulebook
from yiwang.kernel.workdays.calendar import Calendar
from yiwang.kernel.workdays.loading import town_calendar


def pack_folders() -> tuple[Path, ...]:
    """The folders of the installed packs, by name."""
    return tuple(settings.PACKS)


def rule_files() -> list[Path]:
    """The files of this module's dated rules and of every installed pack's."""
    own = Path(__file__).parent / "params"
    return sorted([*own.glob("*.yaml"), *(path for folder in pack_folders() for path in loading.rule_files(folder))])


def type_files() -> list[Path]:
    """The files of case types of the installed packs."""
    return [folder / "case_types.yaml" for folder in pack_folders() if (folder / "case_types.yaml").exists()]


@cache
def rulebook() -> Rulebook:
    """The rules of this module and of every installed pack. Raises a RuleFileProblem with file and line."""
    return loading.load(rule_files(), shapes=RULES, all_of_them=True)


@cache
def catalogue() -> classes.Catalogue:
    """Every case type of the installed packs. Raises a RuleFileProblem with file and line."""
    return classes.load(type_files())


def last_day_to_reopen(closed_at: datetime) -> date:
    """The last day in the town on which a case closed then may be reopened, by the rule of the day of the close."""
    day = walltime.town_day(closed_at)
    return rules.last_day_to_reopen(day, int(rulebook().on("cases.reopen-window", day).value))


def type_names(language: str) -> dict[str, str]:
    """The name of every case type by code, in one language (`zh-Hans` or `en`)."""
    return {case_type.code: case_type.name[language] for case_type in catalogue().types()}


def calendar() -> Calendar:
    """The town's working days and hours."""
    return town_calendar(settings.TOWN_DIR)
