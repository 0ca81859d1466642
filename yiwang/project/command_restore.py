"""`yiwang restore FILE`: a backup into an empty town, checked before anything is written, brought up to this program's tables."""

import os
from pathlib import Path
from typing import Annotated

import psycopg
import typer
from django.db.migrations.loader import MigrationLoader
from psycopg import sql
from rich.console import Console

from yiwang.kernel import secrecy
from yiwang.kernel.files import store
from yiwang.project import backup, environment, roles
from yiwang.project.backup import DATABASE, Damaged, Manifest, Unvouched
from yiwang.project.command_backup import drawn
from yiwang.project.database import APPLICATION_ROLE
from yiwang.project.refusal import Refusal

NAMED = 3
"""How many unknown migrations are named."""

app = typer.Typer(
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A backup into an empty town.",
)
console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


@app.command()
def run(
    file: Annotated[Path, typer.Argument(help="What yiwang backup wrote.")],
    unvouched: Annotated[
        bool,
        typer.Option("--unvouched", help="Also a backup from before 2026-11-27, or one that somebody has changed."),
    ] = False,
) -> None:
    """Put a backup back into an empty database and data folder. Nothing is written before every part of it was checked.

    First put the town's secret.key and seal.key into the data folder. A backup of an older program is brought up to
    date; one of a newer program is refused. What was erased after the backup was made is in it again, and must be
    erased again. One that was not written with this town's secret is refused: what is in it would be run here.

    Example: YIWANG_DATA=/srv/town yiwang restore /mnt/backup/town-2026-11-27.backup
    """
    url = os.environ["DATABASE_URL"]
    try:
        manifest = backup.manifest_of(file)
        with psycopg.connect(url, autocommit=True) as connection:
            _refuse_unfit(manifest, connection)
            _refuse_changed(file, unvouched=unvouched)
            roles.prepare_database(connection)
            _without_default_rights(connection)
        _put_back(file, manifest, url)
    except Damaged as damaged:
        raise Refusal(
            f"没有恢复，什么都没有写。{file}：{damaged}\n请用另一份备份。Nothing was restored or written. Take another backup."
        ) from None
    except OSError as fault:
        raise Refusal(
            f"读不了或写不了：{fault}。数据库还是空的，改好后可以再来一次。\n"
            f"Something cannot be read or written: {fault}. The database is still empty; mend it and do it again."
        ) from None
    environment.make_tables(os.environ)
    _tell(manifest)


def _refuse_changed(file: Path, *, unvouched: bool) -> None:
    """Raises Damaged for what is not whole, and Refusal for what others may have written: its SQL would be run with our rights."""
    try:
        with drawn() as progress:
            backup.check(file, progress)
    except Unvouched:
        if unvouched:
            return
        raise Refusal(
            f"{file} 的各部分彼此相符，但没有这个镇的密钥作的记号：是 2026-11-27 以前的备份，或者被人改过。没有恢复，什么都没有写。"
            "备份里的语句会在这台机器上执行。确知它一直在可信的人手里，才加 --unvouched。\n"
            f"The parts of {file} agree with each other, but this town's key has not vouched for them: it is a backup from before "
            "2026-11-27, or somebody has changed it. Nothing was restored or written. What is in a backup is run on this machine: "
            "add --unvouched only when you know that it never left trusted hands."
        ) from None


def _refuse_unfit(manifest: Manifest, connection: psycopg.Connection) -> None:
    """Raises Refusal for another key, a newer program, an older server or a town that is not empty."""
    if not secrecy.is_check_of_any(bytes.fromhex(manifest.key_check)):
        raise Refusal(
            "这份备份是用另一把密钥加密的，没有恢复。请先把那个镇的 secret.key 放进数据目录（或设 YIWANG_SECRET_KEY）。\n"
            "This backup was sealed with another key; nothing was restored. First put that town's secret.key into the data "
            "folder, or set YIWANG_SECRET_KEY."
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    if unknown := [one for one in manifest.migrations if one not in known]:
        raise Refusal(
            f"这份备份是更新的程序（{manifest.program}，{manifest.made_at}）写的，这个程序不认识它的 {len(unknown)} 步更新"
            f"（{', '.join(unknown[:NAMED])}）。没有恢复。请先装上那个版本或更新的版本，再恢复。\n"
            f"This backup is of a newer program: {len(unknown)} of its migrations are not known here. Nothing was restored. "
            "Install that version or a later one, then restore."
        )
    if connection.info.server_version // 10_000 < manifest.postgres:
        raise Refusal(
            f"备份来自 PostgreSQL {manifest.postgres}，这里的数据库更旧。没有恢复。请用 {manifest.postgres} 或更新的数据库。\n"
            f"The backup is of PostgreSQL {manifest.postgres}; the database here is older. Nothing was restored. "
            f"Use {manifest.postgres} or later."
        )
    found = connection.execute("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace").fetchone()
    if found is None or found[0]:
        raise Refusal(
            "这里已经有一个镇，没有恢复，也没有改动。备份只能放进空的数据库：请设一个新的 YIWANG_DATA，或让 DATABASE_URL 指向空库。\n"
            "There is a town here already; nothing was restored or changed. A backup goes into an empty database: "
            "set a new YIWANG_DATA, or let DATABASE_URL name an empty one."
        )


def _without_default_rights(connection: psycopg.Connection) -> None:
    """Tables must come with the rights that the backup says, and no others: the journal's may not be changed by the application."""
    for kind in ("TABLES", "SEQUENCES"):
        statement = "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON {} FROM {}"
        connection.execute(sql.SQL(statement).format(sql.SQL(kind), sql.Identifier(APPLICATION_ROLE)))


def _put_back(file: Path, manifest: Manifest, url: str) -> None:
    """Files first: a row may never point at bytes that are not there. The database comes all or nothing."""
    dumped = environment.data_folder().path / "restore.dump"
    with drawn() as progress:
        for done, (sha256, content) in enumerate(backup.files_in(file), 1):
            if store.hash_of(content) == sha256:  # damaged before it came into the backup: `yiwang backup` named it
                store.keep(content, store.path_of(sha256))
            progress("上传的文件 uploaded files", done, manifest.files)
        try:
            backup.extract(file, DATABASE, dumped)
            progress("数据库 database", 0, 0)
            backup.load(url, dumped)
        finally:
            dumped.unlink(missing_ok=True)


def _tell(manifest: Manifest) -> None:
    typer.echo(
        f"已恢复 {manifest.made_at} 的备份。Restored the backup of {manifest.made_at}: "
        f"{manifest.entries} 条日志 entries, {manifest.files} 个文件 files"
    )
    console.print(
        "接着：运行 yiwang replay 核对，再运行 yiwang up。\n"
        "备份之后删除过的个人信息又回来了，请再删一次，办法见 docs/howto/back-up-and-restore.md。\n"
        "Next: compare with yiwang replay, then yiwang up. What was erased about people after the backup is there again: "
        "erase it again. How: docs/howto/back-up-and-restore.md",
        style="yellow",
    )
