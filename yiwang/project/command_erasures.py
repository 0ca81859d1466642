"""`yiwang journal erase-again EXPORT`: what a later journal says was erased is erased again after an older backup came back."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from yiwang.kernel import walltime
from yiwang.kernel.journal import checking, codec, sealed, sealer
from yiwang.kernel.journal.erasing import erase_again
from yiwang.kernel.terms import SYSTEM, Call
from yiwang.project.refusal import Refusal

ERASING = frozenset(
    {"account.erased", "case.words_forgotten", "claim.forgotten", "report.forgotten", "file.released", "entry.erased"}
)
"""Verbs that take away what is about a person. A test compares them with the steps that call `erase_private`."""

console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


def again(
    file: Annotated[Path, typer.Argument(help="An export of the journal that is later than the backup.")],
    reason: Annotated[str, typer.Option(help="When and why the backup was put back; it stands in the journal.")],
    key: Annotated[
        list[str] | None, typer.Option(help="The town's public key since, where it was renewed after the backup.")
    ] = None,
) -> None:
    """Erase again what was erased after the backup that was put back, as a later export of the journal says.

    The export is checked first; one that was changed, or that this town did not sign, is refused: it says what is taken away for
    ever. Doing it twice changes nothing.

    Example: yiwang journal erase-again journal-2026-11-30.jsonl.gz --reason "disk lost on 2026-11-30"
    """
    if not reason.strip():
        raise Refusal("请用 --reason 写明备份何时、为何恢复。Give with --reason when and why the backup was put back.")
    if not file.is_file():
        raise Refusal(f"打不开 {file}：没有这个文件。\n{file} cannot be opened: there is no such file.")
    own = {*sealed.keys(), *(key or ()), *(str(found.verifier) for found in [sealer.signer()] if found)}
    verdict = checking.check(_lines(file), keys=own) if own else checking.Verdict(faults=[checking.Fault("other-key")])
    if any(fault.slug == "other-key" for fault in verdict.faults):
        raise Refusal(
            f"{file} 不是这个镇的钥匙签的，没有删除任何内容。备份之后换过钥匙的，用 --key 给出新的公钥。\n"
            f"{file} is not signed with this town's key; nothing was erased. Where the key was renewed after the backup, give the new "
            "public one with --key."
        )
    if not verdict.right or verdict.kind != "journal":
        raise Refusal(
            f"{file} 不是完好的日志导出，没有删除任何内容。先用 yiwang verify 看看。\n"
            f"{file} is no whole export of a journal; nothing was erased. Look at it with yiwang verify first."
        )
    last = erase_again(tuple(_facts(file)), call=Call(SYSTEM, walltime.now(), door="command", reason=reason))
    typer.echo(
        "没有要再删的。There is nothing to erase again."
        if last is None
        else "已照日志再次删除。Erased again, as that journal says."
    )


def _lines(file: Path) -> Iterator[bytes]:
    with gzip.open(file) as content:
        yield from iter(lambda: content.readline(checking.MOST_LINE + 1), b"")


def _facts(file: Path) -> Iterator[Any]:
    for raw in _lines(file):
        text = json.loads(raw).get("entry")
        if text is not None:
            plain, body, _ = json.loads(text)
            if plain["verb"] in ERASING:
                yield codec.load(plain["verb"], plain["v"], body, None)
