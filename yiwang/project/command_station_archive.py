"""`yiwang station archive`: old months of readings go from the database into Parquet files of the data folder."""

from datetime import date
from typing import Annotated

import typer
from rich.console import Console

from yiwang.intake.sensing import law, queries
from yiwang.intake.sensing.steps import archiving
from yiwang.kernel import walltime
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import SYSTEM, Call
from yiwang.kernel.wording import problem_text, word
from yiwang.project.refusal import Refusal

console = Console(stderr=True)


def archive(
    month: Annotated[str, typer.Argument(help="One month of UTC, as 2019-04; without it what may go is listed.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Every month that may go, the oldest first.")] = False,
    english: Annotated[bool, typer.Option("--en", help="In English.")] = False,
) -> None:
    """Take old months of readings out of the database into Parquet files, which are read again and compared before a row goes.

    Charts, exports, alarms and `yiwang station verify` find the files by themselves. The files lie in the data folder and are part of
    a backup; any program that reads Parquet opens them. Which months are old enough is a dated rule (sensing.readings-kept).
    Exit code 2 when a month may not go.

    Examples:

    yiwang station archive

    yiwang station archive 2019-04

    yiwang station archive --all
    """
    language, now = "en" if english else "zh-Hans", walltime.now()
    due = archiving.due(now)
    if month:
        due = (_month(month, language),)
    elif not due:
        since = f"{law.readings_kept_since(now):%Y-%m}"
        console.print(word("command.station.archive-none", language).format(since=since), highlight=False)
    for one in due:
        if month or everything:
            _archive(one, language)
        else:
            said = word("command.station.archive-due", language)
            console.print(said.format(month=f"{one:%Y-%m}", readings=queries.readings_in(SYSTEM, one)), highlight=False)


def _archive(month: date, language: str) -> None:
    """One month in a transaction of its own: what was done before one that fails stays done."""
    with console.status(word("command.station.archive-doing", language).format(month=f"{month:%Y-%m}")):
        try:
            fact = archiving.archive(
                month, call=Call(SYSTEM, walltime.now(), "command", None, "yiwang station archive")
            )
        except Problem as problem:
            raise Refusal("\n".join(problem_text(problem, language).values())) from None
    done = word("command.station.archive-done", language)
    console.print(done.format(month=fact.month, readings=fact.count, files=len(fact.files)), highlight=False)


def _month(written: str, language: str) -> date:
    try:
        return date.fromisoformat(f"{written}-01")
    except ValueError:
        raise Refusal(word("command.station.archive-no-month", language).format(given=written)) from None
