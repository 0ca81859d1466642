"""`yiwang station samples FILE`: a laboratory's sheet of samples is looked at, or entered."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from yiwang.intake.sensing.samples import taking
from yiwang.intake.sensing.samples.taking import Taken
from yiwang.kernel import walltime
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import SYSTEM, Call
from yiwang.kernel.wording import problem_text, word
from yiwang.project.refusal import Refusal

SHOWN = 20
"""So many things that were not entered are named; a machine gets all."""
console = Console(stderr=True)


def samples(
    file: Annotated[Path, typer.Argument(help="A CSV (also .gz) or XLSX with one sample per row.")],
    check: Annotated[bool, typer.Option("--check", help="Only say what would be; keep nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For a machine to read.")] = False,
    english: Annotated[bool, typer.Option("--en", help="In English.")] = False,
) -> None:
    """Enter a laboratory's samples; the same sheet again changes nothing. What cannot be used is named with row and column, the rest
    goes in. Exit code 1 when nothing of the sheet could be used, 2 when it cannot be read at all.

    Examples:

    yiwang station samples november.xlsx --check

    yiwang station samples november.xlsx
    """
    language = "en" if english else "zh-Hans"
    if not file.is_file():
        raise Refusal(word("command.register.no-file", language).format(file=file))
    call = Call(SYSTEM, walltime.now(), "command", None, f"yiwang station samples {file.name}")
    try:
        taken = (taking.preview if check else taking.take)(file.read_bytes(), file.name, call=call)
    except Problem as problem:
        raise Refusal("\n".join(problem_text(problem, language).values())) from None
    if as_json:
        typer.echo(json.dumps(_plain(taken, language), ensure_ascii=False))
    else:
        _say(taken, language, check)
    if taken.refused and not taken.entered.values + taken.entered.known:
        raise typer.Exit(1)


def _plain(taken: Taken, language: str) -> dict[str, Any]:
    return {
        "file": taken.filename,
        "sha256": taken.sha256,
        "rows": taken.rows,
        "samples": taken.entered.samples,
        "values": taken.entered.values,
        "known": taken.entered.known,
        "ignored": taken.columns.ignored,
        "refused": [
            {"row": one.row, "column": one.column, **problem_text(one.problem, language)} for one in taken.refused
        ],
    }


def _say(taken: Taken, language: str, check: bool) -> None:
    told = _plain(taken, language)
    key = "command.station.samples-checked" if check else "command.station.samples-entered"
    counts = {name: told[name] for name in ("rows", "samples", "values", "known")}
    console.print(word(key, language).format(**counts, refused=len(taken.refused)), highlight=False)
    if taken.columns.ignored:
        ignored = word("command.station.samples-ignored", language)
        console.print(ignored.format(names=" / ".join(taken.columns.ignored)), highlight=False, markup=False)
    for one in told["refused"][:SHOWN]:
        line = word("command.station.samples-refused", language).format(**one)
        console.print(line, highlight=False, markup=False)
    if len(taken.refused) > SHOWN:
        more = word("command.station.samples-more", language)
        console.print(more.format(n=len(taken.refused) - SHOWN), highlight=False)
