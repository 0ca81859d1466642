"""`yiwang workdays add DATE N`: the day that is N working days after a day, and what was skipped on the way."""

import json
from typing import Annotated

import typer

from yiwang.cases import law
from yiwang.kernel.problems import Problem
from yiwang.kernel.wording import problem_text
from yiwang.kernel.workdays import adding
from yiwang.project.refusal import Refusal

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Working days by the State Council's notices.",
)


@app.callback()
def _group() -> None:
    """Working days by the State Council's notices."""


@app.command()
def add(
    day: Annotated[str, typer.Argument(help="The day from which is counted (itself not counted), as 2019-09-30.")],
    count: Annotated[str, typer.Argument(help="How many working days.", metavar="N")],
    as_json: Annotated[bool, typer.Option("--json", help="For a machine to read.")] = False,
    english: Annotated[bool, typer.Option("--en", help="In English.")] = False,
) -> None:
    """Count working days, make-up Sundays included; says which days were skipped and why. Exit code 2 for a wrong day.

    Example: yiwang workdays add 2019-09-30 5
    """
    language = "en" if english else "zh-Hans"
    try:
        answer = adding.add(day, count, law.calendar())
    except Problem as problem:
        raise Refusal("\n".join(problem_text(problem, language).values())) from None
    typer.echo(json.dumps(answer.plain(), ensure_ascii=False) if as_json else "\n".join(answer.words(language)))
