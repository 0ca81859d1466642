"""`yiwang case show NUMBER`: one case with its clocks and its history."""

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from yiwang.cases import numbers, queries
from yiwang.cases.queries import CaseView, Happening
from yiwang.kernel import walltime
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import Actor, ActorKind
from yiwang.kernel.wording import problem_text, word
from yiwang.project.refusal import Refusal

app = typer.Typer(no_args_is_help=True, help="Cases.")


@app.callback()
def _group() -> None:
    """Cases."""


@app.command()
def show(
    number: Annotated[str, typer.Argument(help="The case's number; spaces, dashes and small letters do not matter.")],
    as_json: Annotated[bool, typer.Option("--json", help="For a machine to read.")] = False,
) -> None:
    """Show a case: state, clocks, history. Exit code 2 when there is no such number.

    Example: yiwang case show XH20190402W0000147
    """
    if not numbers.is_number(numbers.tidy(number)):
        raise Refusal(
            f"“{number}”不是案件编号。\n编号是 XH、日期、来源字母、五位序号和两位校验码，这一个的校验码不对。\n请核对后再输入。"
        )
    actor = Actor(ActorKind.SYSTEM)
    try:
        case = queries.case(actor, number)
    except Problem as problem:
        raise Refusal("\n".join(problem_text(problem).values())) from None
    history = queries.timeline(actor, case.row.id)
    if as_json:
        typer.echo(json.dumps(_plain(case, history), ensure_ascii=False, default=str))
    else:
        _print(case, history)


def _plain(case: CaseView, history: tuple[Happening, ...]) -> dict[str, Any]:
    """The case without what was said in private: the terminal is not the place for it."""
    row = {key: value for key, value in asdict(case.row).items() if key != "text"}
    return {
        "case": row,
        "clocks": [asdict(clock) for clock in case.clocks],
        "history": [
            {"entry": one.entry_id, "verb": one.verb, "at": one.happened_at, "actor": one.actor} for one in history
        ],
    }


def _print(case: CaseView, history: tuple[Happening, ...]) -> None:
    say = Console().print
    say(f"{numbers.spaced(case.row.number)}  {word(f'case.state.{case.row.state}')}  {case.row.title}", highlight=False)
    clocks = Table("时限 clock", "规则 rule", "到期 due", "状态 state")
    for clock in case.clocks:
        due = f"{walltime.in_town(clock.due_at):%Y-%m-%d %H:%M}" if clock.due_at else "—"
        clocks.add_row(word(f"case.clock.{clock.stage}"), f"{clock.rule} {clock.amount} {clock.unit}", due, clock.state)
    say(clocks)
    for one in history:
        say(
            f"{walltime.in_town(one.happened_at):%Y-%m-%d %H:%M}  {word(f'verb.{one.verb}')}  {one.actor}",
            highlight=False,
        )
