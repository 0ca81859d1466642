"""`yiwang journal …`: the sealed journal as a file, its heads, and the key that signs them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from yiwang.cases import numbers
from yiwang.cases import queries as cases
from yiwang.kernel import ids, walltime
from yiwang.kernel.journal import exporting, sealed, sealer, steps
from yiwang.kernel.journal.notes import Signer
from yiwang.kernel.people.steps import securitylog
from yiwang.kernel.problems import Problem
from yiwang.kernel.terms import SYSTEM, Call
from yiwang.kernel.wording import problem_text
from yiwang.project import command_erasures, seal_key
from yiwang.project.refusal import Refusal

PAGE = 1_000

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="The sealed journal.",
)
console = Console(stderr=True)


@app.callback()
def _group() -> None:
    """The sealed journal."""


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where to write, for example journal.jsonl.gz.")],
    upto: Annotated[int | None, typer.Option(min=1, help="At most so many entries, from the first on.")] = None,
) -> None:
    """Write the journal up to its newest signed head, for anybody to check with `yiwang verify FILE`.

    It holds what was done, by which office and when, and no private payload. It is still not for the public.

    Example: yiwang journal export journal.jsonl.gz
    """
    try:
        head = sealed.required(upto)
    except Problem as problem:
        raise _refused(problem) from None
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task("导出 exporting (entries)")
        content = exporting.lines(head, lambda done, total: bars.update(task, completed=done, total=total))
        _write(file, content)
    securitylog.note_export("journal.export", str(head.size), call=Call(SYSTEM, walltime.now(), "command"))
    console.print(f"{head.size} 条日志 entries → {file}", highlight=False, markup=False, soft_wrap=True)


@app.command()
def prove(
    number: Annotated[str, typer.Argument(help="The case's number; spaces, dashes and small letters do not matter.")],
    file: Annotated[Path, typer.Argument(help="Where to write, for example proof.jsonl.gz.")],
) -> None:
    """Write the proof of one case with the entries themselves, for an auditor to check with `yiwang verify FILE`.

    Like an export it holds no private payload, and is not for the public; the one on /transparency has hashes only.

    Example: yiwang journal prove XH20190402W0000147 proof.jsonl.gz
    """
    try:
        case_id, head = cases.case_id_of(SYSTEM, number), sealed.required()
    except Problem as problem:
        raise _refused(problem) from None
    proven = exporting.proofs(head, "case", case_id, with_text=True)
    _write(file, exporting.proof_lines(head, numbers.tidy(number), proven))
    console.print(f"{len(proven)} 条日志 entries → {file}", highlight=False, markup=False, soft_wrap=True)


def _write(file: Path, content: Iterable[bytes]) -> None:
    try:
        exporting.write(file, content)
    except OSError as fault:
        raise Refusal(
            f"写不了 {file}：{fault.strerror}。请换一个可以写的位置。\n"
            f"{file} cannot be written: {fault.strerror}. Choose a place where it can."
        ) from None


@app.command()
def heads() -> None:
    """Print every signed head, the first one first: what a witness keeps, and what `yiwang verify --witness` reads.

    Example: yiwang journal heads > heads.txt
    """
    before: int | None = None
    pages = []
    while page := sealed.listed(before, PAGE):
        pages.append(page)
        before = page[-1].size
    for page in reversed(pages):
        for one in reversed(page):
            typer.echo(one.note)


@app.command()
def key() -> None:
    """Print the public key with which heads are signed, for whoever checks the journal: yiwang verify FILE --key KEY

    Example: yiwang journal key
    """
    signer = sealer.signer()
    newest = sealed.newest()
    if signer is None and newest is None:
        raise _refused_without_key()
    typer.echo(str(signer.verifier) if signer else newest.key if newest else "")


def _refused_without_key() -> Refusal:
    return Refusal(
        "还没有封存钥匙。yiwang up 第一次启动时会生成。\nThere is no key yet; the first start of yiwang up makes one."
    )


@app.command(name="renew-key")
def renew_key(
    reason: Annotated[str, typer.Option(help="Why; it stands in the journal for everybody to read.")] = "",
) -> None:
    """Sign with a new key from now on. The old file is kept beside it; the journal tells both public keys and the reason.

    Only for a key that was lost, or that somebody else may have seen. Tell witnesses and auditors the new key.

    Example: yiwang journal renew-key --reason "the old machine was stolen"
    """
    path = sealer.key_path()
    old, newest = sealer.signer(), sealed.newest()
    named = str(old.verifier) if old else newest.key if newest else ""
    name = old.name if old else newest.origin if newest else seal_key.origin(settings.TOWN_DIR)
    fresh = Signer(name, ids.seal_seed())
    call = Call(SYSTEM, walltime.now(), door="command", reason=reason)
    try:
        steps.renew_key(named, str(fresh.verifier), call=call)
    except Problem as problem:
        raise _refused(problem) from None
    if path.exists():
        path.rename(path.with_name(f"{path.name}.{walltime.now():%Y%m%d%H%M%S}.old"))
    seal_key.write(path, fresh)
    console.print("新的公钥 The new public key:", highlight=False)
    typer.echo(str(fresh.verifier))


app.command(name="erase-again")(command_erasures.again)


def _refused(problem: Problem) -> Refusal:
    texts = [problem_text(problem, language) for language in ("zh-Hans", "en")]
    return Refusal("\n".join(line for text in texts for line in text.values()))
