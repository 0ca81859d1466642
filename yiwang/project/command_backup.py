"""`yiwang backup FILE`: the database as of one moment and all uploaded files, in one file with checksums, while the town runs."""

import importlib.metadata
import os
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from yiwang.kernel import secrecy, walltime
from yiwang.kernel.files import queries as stored
from yiwang.kernel.files import store
from yiwang.kernel.journal import sealed
from yiwang.kernel.people.steps import securitylog
from yiwang.kernel.terms import SYSTEM, Call, FileHash
from yiwang.project import backup
from yiwang.project.backup import DATABASE, FILES, MANIFEST, Manifest, Writer
from yiwang.project.refusal import Refusal

NAMED = 5
"""How many files that are not as they should be are named one by one."""


app = typer.Typer(
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="The whole town in one file.",
)
console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


@app.command()
def run(file: Annotated[Path, typer.Argument(help="Where to write, for example town-2026-11-27.backup.")]) -> None:
    """Write database and uploaded files into one file while the town runs. Exit code 1: some uploaded files were not whole.

    The keys are not in it: keep secret.key and seal.key of the data folder apart from it. The town's own folder
    (town.yaml, places, packs of its own) is not in it either. Put it back with: yiwang restore FILE

    Example: yiwang backup /mnt/backup/town-2026-11-27.backup
    """
    if file.exists():
        raise Refusal(
            f"{file} 已经有了，不覆盖。请换一个名字，例如带上日期。\n"
            f"{file} is there already and is not written over. Choose another name, for example one with the date."
        )
    town = Path(settings.TOWN_DIR).name
    securitylog.note_export(
        "backup.make", town, call=Call(SYSTEM, walltime.now(), "command")
    )  # before, so that it lies in it
    try:
        with drawn() as progress:
            manifest, broken = _write(file, os.environ["DATABASE_URL"], progress)
    except OSError as fault:
        raise Refusal(
            f"写不了 {file}：{fault.strerror}。没有留下半个备份。请换一个有空间、可以写的位置。\n"
            f"{file} cannot be written: {fault.strerror}. No half backup was left. Choose a place that has room and can be written."
        ) from None
    _tell(file, manifest, broken)
    if broken:
        raise typer.Exit(1)


def _write(file: Path, url: str, progress: backup.Progress) -> tuple[Manifest, tuple[FileHash, ...]]:
    with tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=".yiwang-backup-") as folder:
        dumped = Path(folder) / DATABASE
        with backup.snapshot() as name:
            files = stored.everything(SYSTEM)
            manifest = _manifest([size for _, size in files])
            progress("数据库 database", 0, 0)
            backup.dump(url, name, dumped)
        with backup.written(file) as writer:
            writer.add_bytes(MANIFEST, backup.manifest_bytes(manifest))
            writer.add_file(DATABASE, dumped, lambda _: None)
            dumped.unlink()
            suspects = _add_files(writer, [sha256 for sha256, _ in files], manifest.file_bytes, progress)
    return manifest, stored.in_use(SYSTEM, suspects)  # what nothing used may have been swept since: no fault


def _manifest(sizes: Collection[int]) -> Manifest:
    seal = sealed.standing()
    return Manifest(
        town=Path(settings.TOWN_DIR).name,
        made_at=walltime.now().isoformat(timespec="seconds"),
        program=importlib.metadata.version("yiwang"),
        postgres=connection.get_database_version()[0],
        migrations=tuple(sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())),
        key_check=secrecy.check_value(secrecy.key_count() - 1).hex(),
        entries=seal.entries,
        head=seal.newest.note if seal.newest else "",
        files=len(sizes),
        file_bytes=sum(sizes),
    )


def _add_files(writer: Writer, hashes: Collection[FileHash], total: int, progress: backup.Progress) -> list[FileHash]:
    """Gives the hashes of files that are not there, or whose bytes are no longer what their name says."""
    suspects: list[FileHash] = []
    done = 0

    def grown(size: int) -> None:
        nonlocal done
        done += size
        progress("上传的文件 uploaded files (bytes)", done, total)

    for sha256 in hashes:
        try:
            if writer.add_file(FILES + sha256, store.path_of(sha256), grown) != sha256:
                suspects.append(sha256)
        except FileNotFoundError:
            suspects.append(sha256)
    return suspects


def _tell(file: Path, manifest: Manifest, broken: tuple[FileHash, ...]) -> None:
    data = Path(settings.DATA_DIR)
    size = file.stat().st_size / 1_000_000
    typer.echo(f"{file}: {manifest.entries} 条日志 entries, {manifest.files} 个文件 files, {size:.1f} MB")
    console.print(
        f"钥匙不在里面，请另外保存，不要和备份放在一处：{data / 'secret.key'}、{data / 'seal.key'}。"
        "没有 secret.key，备份里的电话和姓名谁也打不开。\n"
        f"The keys are NOT in it. Keep them apart from it: {data / 'secret.key'} and {data / 'seal.key'}. "
        "Without secret.key nobody can open the phones and names in it.",
        style="yellow",
    )
    if broken:
        console.print(
            f"有 {len(broken)} 个用着的文件缺失或已损坏，备份里没有它们的原样：{', '.join(broken[:NAMED])}。"
            "请从更早的备份里找；其余都在备份里。\n"
            f"{len(broken)} files that are in use are missing or damaged, and so they are in the backup. "
            "Look for them in an earlier backup; everything else is in this one.",
            style="red",
        )


@contextmanager
def drawn() -> Iterator[Callable[[str, int, int], None]]:
    """A progress callback that draws one bar for each thing that is done; a total of 0: it lasts as long as it lasts."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total or None)
            bars.update(tasks[what], completed=done)

        yield show
