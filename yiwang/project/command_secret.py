"""`yiwang secret list|rotate`: every secret of the town, where it lies, and a fresh key for what is sealed from now on."""

import json
import os
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from yiwang.project import environment, processes, secret

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="The town's secrets.",
)
console = Console()


@app.callback()
def _group() -> None:
    """The town's secrets."""


@app.command(name="list")
def list_secrets(
    as_json: Annotated[bool, typer.Option("--json", help="For a machine to read.")] = False,
) -> None:
    """Say which secrets there are, where each lies, since when, and how it is renewed. No secret itself is shown."""
    found = secret.listed(environment.data_folder().path, os.environ)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        since = f"（{one.since} 起 since）" if one.since else ""
        console.print(f"{one.name}：{one.where}{since}", markup=False, highlight=False, soft_wrap=True)
        console.print(f"  {one.purpose}\n  {one.renewal}", style="dim", markup=False, highlight=False, soft_wrap=True)


@app.command()
def rotate() -> None:
    """Give the town a fresh key. From the next start on it seals with that; what older keys sealed is read as before.

    The town must be stopped. Everybody logs in again. Copy secret.key anew to where it is kept apart from the backups:
    those made from now on need it.
    When it is interrupted, the secret is either the old one or the new one, and both read everything: run it again.

    Example: yiwang secret rotate
    """
    folder = environment.data_folder()
    lock = processes.FolderLock(folder.lock)
    lock.take()
    try:
        number = secret.rotate(folder.path, os.environ)
    finally:
        lock.release()
    told = (
        f"已换新密钥：现在共有 {number} 把，新内容用最新的一把加密，旧内容照常能读。"
        f"请马上把 secret.key 重新抄一份到备份以外的安全处（以后的备份要用它才能打开），再启动。\n"
        f"A fresh key: {number} now. New content is sealed with the newest, older content stays readable. "
        "Copy secret.key anew to the safe place apart from the backups at once (later backups need it), and start again."
    )
    console.print(told, style="green", markup=False, highlight=False, soft_wrap=True)
