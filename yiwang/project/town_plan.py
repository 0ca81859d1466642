"""The town's promises from its folder into the plan of a year."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from yiwang.kernel import walltime
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import SYSTEM, Actor, Call
from yiwang.kernel.wording import problem_text, word
from yiwang.plan import loading, queries, steps
from yiwang.plan.commitments import Commitment
from yiwang.plan.items import Contents
from yiwang.plan.wording import Kept
from yiwang.project.townfolder import read_town


@dataclass(frozen=True, slots=True)
class TownPlan:
    """What stands in a town's folder: the contents, and the promises in their order."""

    contents: Contents
    promises: tuple[Commitment, ...]


def read_plan(town_dir: Path) -> TownPlan | None:
    """The folder's promises with those of packs; None where it has none. Of a folder that was checked (town.refuse_faults)."""
    if not (town_dir / loading.PROMISES).exists():
        return None
    found, _ = read_town(town_dir)
    assert found is not None, "a folder without a fault has a town"  # noqa: S101
    teams = [row["code"] for row in found.departments]
    of_packs = [path for folder in settings.PACKS if (path := folder / loading.PROMISES).exists()]
    promises = loading.read_commitments(town_dir / loading.PROMISES, teams=teams, of_packs=of_packs)
    return TownPlan(loading.read_contents(town_dir / loading.CONTENTS, teams=teams), promises)


def carry_over(town_dir: Path) -> int | None:
    """Give a demonstration the promises of its plan for the current year too, so that its board lives; gives that year.

    None where the folder has no plan. Again changes nothing.
    """
    plan = read_plan(town_dir)
    if plan is None:
        return None
    now = walltime.now()
    year = walltime.town_day(now).year
    call = Call(SYSTEM, now, "command", None, f"promises of {plan.contents.year} carried over")
    steps.promise_year(year, plan.contents, plan.promises, call=call)
    return year


def keep_up(town_dir: Path) -> str:
    """At a start: a demonstration whose board lives gets what packs and its folder promise by now; gives what spoke against it.

    A number to reach that was changed in a file needs the number of a paper, which a start cannot know: then all stays as it was.
    """
    now = walltime.now()
    year = walltime.town_day(now).year
    if not queries.promises_of(SYSTEM, year):
        return ""
    try:
        with transaction.atomic():
            carry_over(town_dir)
    except Problem as refusal:
        return " ".join(problem_text(refusal).values())
    return ""


def kept_by_hand(actor: Actor, year: int, plan: TownPlan) -> tuple[Kept, ...]:
    """The promises of a year that a person left otherwise than the folder wants them. Raises NotFound."""
    return queries.kept_by_hand(actor, year, plan.promises)


def kept_in_words(rows: Iterable[tuple[int, str, Sequence[str]]]) -> list[str]:
    """A line for each such promise (year, row, fields), below one that says what to do; nothing for none."""
    lines = [
        f"  {year} 年 {row}：{'、'.join(word(f'plan.edited.{field}') for field in fields)}"
        for year, row, fields in rows
    ]
    if not lines:
        return []
    return [
        "这些任务在页面上改过，没有照文件改回去（要改请在页面上改） edited on the page and left so: " + str(len(lines)),
        *lines,
    ]


def edited_lines(town_dir: Path, year: int | None) -> list[str]:
    """What `yiwang town load` says of the promises of a year that were left as a person edited them."""
    plan = read_plan(town_dir)
    if plan is None or year is None:
        return []
    actor = SYSTEM
    return kept_in_words((year, one.row, one.fields) for one in kept_by_hand(actor, year, plan))
