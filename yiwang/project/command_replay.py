"""`yiwang replay`: build every table again from the journal, and compare."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from yiwang.kernel.journal.replay import Outcome, ReplayStopped, replay
from yiwang.project.refusal import Refusal

app = typer.Typer(
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Compare the tables with the journal.",
)
console = Console(stderr=True)


@app.command()
def run(as_json: Annotated[bool, typer.Option("--json", help="For a machine to read.")] = False) -> None:
    """Apply the whole journal to empty tables and compare them with the town's. Changes nothing; exit code 2 for a difference.

    Example: yiwang replay
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task("重放 replaying (entries)")
        try:
            outcome = replay(lambda done, total: bars.update(task, completed=done, total=total))
        except ReplayStopped as stopped:
            raise Refusal(
                f"重放停住了 The replay stopped: {stopped}\n"
                "日志中有一条读不出或用不上。请保留数据文件夹，把这一行告诉维护者。"
            ) from None
    if as_json:
        typer.echo(json.dumps(asdict(outcome), ensure_ascii=False, default=str))
    else:
        _print(outcome)
    if outcome.differences:
        raise typer.Exit(2)


def _print(outcome: Outcome) -> None:
    say = Console().print
    tables = len(outcome.tables)
    say(f"{outcome.entries} 条日志 entries · {tables} 张表 tables", highlight=False)
    for one in outcome.differences:
        say(f"[red]≠[/red] {one.table} {one.kind} {one.key} {', '.join(one.columns)}", highlight=False)
    if not outcome.differences:
        say("所有表与日志一致。 Every table is as the journal says.")
