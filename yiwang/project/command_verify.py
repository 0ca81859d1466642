"""`yiwang verify FILE`: check an exported journal, the proof of a case, or a figure, without a town and without a database."""

import gzip
import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO, Annotated, cast

import typer
from rich.console import Console
from rich.progress import Progress

from yiwang.kernel.journal import checking, figurechecking
from yiwang.kernel.journal.checking import Fault, Verdict, Witnessed
from yiwang.kernel.wording import LANGUAGES, word
from yiwang.kernel.zone import in_town
from yiwang.project.refusal import Refusal

WAIT_S = 30
MOST_WITNESS_BYTES = 512 * 1024 * 1024
GZIP = b"\x1f\x8b"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")


def verify(
    file: Annotated[
        Path, typer.Argument(help="An export of the journal, the proof of a case, or a figure with what it rests on.")
    ],
    witness: Annotated[
        list[str] | None,
        typer.Option(help="Heads that somebody outside has kept: a file, or an address that begins with https://."),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(
            help="The town's public key as you know it from elsewhere; without it the file's own is believed."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For a machine to read.")] = False,
) -> None:
    """Check that no entry of a journal was changed, dropped, added or moved since it was sealed. Exit code 1 for a fault.

    It needs no town and no database, only the file. With heads that a witness outside has kept, it also finds a journal
    that was made anew as a whole by somebody who had the key. A figure it counts again from its rows.

    Example: yiwang verify journal.jsonl.gz --witness heads.txt
    """
    kept = [Witnessed(one, _read(one)) for one in witness or ()]
    with _opened(file) as content:
        lines = iter(lambda: content.readline(checking.MOST_LINE + 1), b"")
        verdict = figurechecking.check(lines, keys=key or (), witnesses=kept)
    if as_json:
        typer.echo(json.dumps(asdict(verdict) | {"right": verdict.right}, ensure_ascii=False))
    else:
        _tell(verdict, pinned=bool(key), witnesses=len(kept))
    if not verdict.right:
        raise typer.Exit(1)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """The file's lines, unpacked where it is packed; how far it was read is shown while it lasts."""
    try:
        with path.open("rb") as raw, Progress(console=Console(stderr=True), transient=True) as bars:
            packed = raw.peek(2)[:2] == GZIP
            read = bars.wrap_file(raw, total=path.stat().st_size, description="核验 checking")
            yield cast(IO[bytes], gzip.GzipFile(fileobj=read)) if packed else read
    except FileNotFoundError:
        raise Refusal(f"没有这个文件：{path}\nThere is no such file: {path}") from None
    except (IsADirectoryError, PermissionError) as fault:
        raise Refusal(f"打不开 {path}：{fault.strerror}\n{path} cannot be opened: {fault.strerror}") from None


def _read(witness: str) -> str:
    """What a witness has kept, as text. Raises Refusal when it is out of reach."""
    try:
        if witness.startswith(("https://", "http://")):
            with urllib.request.urlopen(witness, timeout=WAIT_S) as answer:  # noqa: S310 - the reader named it
                content: bytes = answer.read(MOST_WITNESS_BYTES)
        else:
            content = Path(witness.removeprefix("file:")).read_bytes()
    except (OSError, urllib.error.URLError, ValueError) as fault:
        raise Refusal(
            f"见证人 {witness} 读不到：{fault}。什么都没有核验。\n"
            f"The witness {witness} cannot be read: {fault}. Nothing was checked."
        ) from None
    return content.decode(errors="replace")


def _tell(verdict: Verdict, *, pinned: bool, witnesses: int) -> None:
    say = Console(highlight=False, markup=False, soft_wrap=True, emoji=False).print
    for fault in verdict.faults:
        for language in LANGUAGES:
            say(f"✗ {said(fault, language)}", style="red")
            say(f"  {said(fault, language, 'meaning')}")
    for language in LANGUAGES if verdict.right else ():
        given = {**asdict(verdict), "witnesses": witnesses, "figure": by_the_towns_clock(verdict.figure)}
        say(f"✓ {word(f'seal.right.{verdict.kind}', language).format(**given)}", style="green")
        say(f"  {word('seal.key.given' if pinned else 'seal.key.own', language).format(key=verdict.key)}")
        say(f"  {word('seal.witnesses.some' if witnesses else 'seal.witnesses.none', language).format(**given)}")


def by_the_towns_clock(text: str) -> str:
    """The text with its moments as people in the town read them, to the second; what is no moment stays as it is."""

    def there(found: re.Match[str]) -> str:
        try:
            return f"{in_town(datetime.fromisoformat(found[0])):%Y-%m-%d %H:%M:%S} UTC+8"
        except ValueError:
            return found[0]

    return MOMENT.sub(there, text)


def said(fault: Fault, language: str, what: str = "fault") -> str:
    """The fault in words, or its meaning."""
    return word(f"seal.{what}.{fault.slug}", language).format(position=fault.position, verb=fault.verb, **fault.more)
