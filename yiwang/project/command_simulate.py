"""`yiwang simulate`: a town's days, invented: reports come in by the real doors and cases live their whole life."""

import json
import os
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from yiwang.kernel import walltime
from yiwang.kernel.wording import word
from yiwang.project import environment
from yiwang.project.processes import FolderLock
from yiwang.project.refusal import Refusal
from yiwang.project.simulation.town_life import SimulationSummary, simulate

app = typer.Typer(
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Let the town live for some days, for demonstrations and tests.",
)
console = Console(stderr=True)


@app.command()
def run(
    days: Annotated[int, typer.Option(help="How many days of history, up to now.")] = 14,
    rate: Annotated[int, typer.Option(help="About how many reports on a working day.")] = 8,
    seed: Annotated[int, typer.Option(help="The same seed gives the same reports and decisions.")] = 1,
    at: Annotated[str, typer.Option(help="A running demonstration's address: real requests at once, as load.")] = "",
    living: Annotated[bool, typer.Option(help="Leave a case in every state, as at a first start.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For a machine to read.")] = False,
) -> None:
    """Simulate residents, desk and departments. Only in a demonstration. Exit code 2 when it is none.

    Examples:

    yiwang simulate --days 30 --rate 20 --seed 1

    yiwang simulate --days 1 --rate 200 --at http://127.0.0.1:8000
    """
    if not at:
        _town_stands_still()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task("模拟 simulating (days)", total=days)

        def show(_what: str, done: int, total: int) -> None:
            bars.update(task, completed=done, total=total)

        summary = simulate(days, rate, seed, now=walltime.now(), progress=show, at=at, waiting_room=living)
        seconds = bars.tasks[0].elapsed or 0
    if as_json:
        typer.echo(json.dumps(asdict(summary), ensure_ascii=False))
    else:
        _print(summary, seconds)


def _town_stands_still() -> None:
    """Raises Refusal while `yiwang up` runs: its timers live in the present and would find every past clock run out."""
    lock_path = environment.data_folder().lock
    lock = FolderLock(lock_path)
    try:
        lock.take()
    except Refusal:
        if lock_path.read_text(encoding="utf-8").strip() == str(os.getpid()):
            return
        raise Refusal(
            "这个镇正在运行，它的计时会和模拟的过去互相干扰。 The town is running; its timers would disturb the simulated past.\n"
            "先停下它（Ctrl-C）再模拟，或用 --at http://127.0.0.1:8000 现场模拟。 Stop it first, or use --at."
        ) from None
    lock.release()


def _print(summary: SimulationSummary, seconds: float) -> None:
    say = Console().print
    say(
        f"{sum(summary.reports.values())} 件上报 reports · {summary.photos} 张照片 photos · {seconds:.0f} s",
        highlight=False,
    )
    for title, rows, key in (
        ("来源 by channel", summary.reports, ""),
        ("步骤 steps", summary.steps, "case.arrow."),
        ("现状 states now", summary.states, "case.state."),
        ("被拒 refused", summary.refused, ""),
    ):
        table = Table(title, "", title_justify="left")
        for name, number in rows.items():
            table.add_row(_named(key, name), str(number))
        if rows:
            say(table)
    say(f"到期 clocks that ran out: {summary.ran_out} · 超时 overdue now: {summary.overdue}", highlight=False)


def _named(key: str, name: str) -> str:
    return f"{word(key + name)} {name}" if key and name != "draw" else name
