"""Brings database, town and static files up to date before anything is served. `yiwang up` runs this as the owner of the tables."""

import dataclasses
import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from rich.console import Console
from rich.progress import Progress, TaskID

from yiwang.kernel import walltime
from yiwang.project import modules, secret
from yiwang.project.environment import Folder
from yiwang.project.refusal import Refusal
from yiwang.project.simulation.memory import Memory, OtherPast

MIGRATION_LOCK = 0x59_49_57_41_4E_47
"""The advisory lock's number: YIWANG in ASCII."""
LOCK_TIMEOUT = "30s"

console = Console(stderr=True)


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Prints what was done and how long it took."""
    began = time.monotonic()
    yield
    console.print(f"  [green]✓[/green] {what} [dim]{time.monotonic() - began:.1f} s[/dim]")


def migrate() -> None:
    """Applies the migrations, one process at a time. A table that others use for longer than 30 s is an error, not a stand-still."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [MIGRATION_LOCK])
        if not cursor.fetchone()[0]:
            console.print("  another process is migrating this database; waiting for it")
            cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [LOCK_TIMEOUT])
    try:
        call_command("migrate", interactive=False, verbosity=0)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "RESET lock_timeout"
            )  # what is loaded afterwards on this connection may wait as long as it must
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])


def is_new() -> bool:
    """Whether nobody has an account yet: only then is a town loaded, so that a working town never gets demonstration people."""
    account = apps.get_model(settings.AUTH_USER_MODEL)
    return not account._default_manager.exists()


@contextmanager
def _bars() -> Iterator[Callable[[str, int, int], None]]:
    """A progress callback (what, done, total) that draws one bar per `what`."""
    with Progress(console=console, transient=True) as progress:
        tasks: dict[str, TaskID] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=total)
            progress.update(tasks[what], completed=done, total=total)

        yield show


def load_town(town_dir: Path, folder: Folder, *, demonstration: bool) -> None:
    """Loads the town all or nothing. With invented people in it, their past is to be lived: that is marked before they are there."""
    town = importlib.import_module(settings.TOWN_LOADER)
    with _bars() as show, transaction.atomic():
        if town.load(town_dir, demonstration=demonstration, progress=show).demonstration:
            year = importlib.import_module("yiwang.project.town_plan").carry_over(town_dir)
            if year is not None:
                importlib.import_module("yiwang.project.town_evidence").demonstrate(town_dir, year)
            folder.life.touch(mode=0o600)


def keep_promises(town_dir: Path) -> None:
    """Gives the board of a demonstration the rows that packs brought since its first start."""
    against = importlib.import_module("yiwang.project.town_plan").keep_up(town_dir)
    if against:
        console.print(f"  the promises stay as they were: {against}", markup=False)


def keep_summary(town_dir: Path, folder: Folder) -> None:
    """Writes down for `yiwang up`, from what stands in the database: who can log in as what, and whether their past waits."""
    town = importlib.import_module(settings.TOWN_LOADER)
    logins = [dataclasses.asdict(one) for one in town.logins(town_dir)] if settings.DEMONSTRATION else []
    told = {"logins": logins, "life": bool(settings.TOWN_LIFE) and _town_life().life_waits(folder.life)}
    folder.summary.touch(mode=0o600)
    folder.summary.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")


def enliven(folder: Folder) -> None:
    """Lets a demonstration live through some weeks, so that each role's home page has something waiting.

    A start that was stopped in the middle left its memory behind; the next one goes on from there.
    """
    if not (settings.TOWN_LIFE and _town_life().life_waits(folder.life)):
        return
    with timed("invented people lived in the town for some weeks"), _bars() as show:
        try:
            _town_life().living_town(walltime.now(), show, memory=Memory(folder.life))
        except OtherPast as changed:
            console.print(
                f"  the invented past was begun by another version and stays as it is: {changed}", markup=False
            )
    with timed("invented instruments measured for two weeks, and people worked on their alarms"):
        importlib.import_module("yiwang.project.simulation.alarmed").lived(walltime.now())
    folder.life.unlink(missing_ok=True)


def _town_life() -> Any:
    return importlib.import_module(settings.TOWN_LIFE)


def _make_tables() -> None:
    secret.require_right()
    migrate()
    secret.keep_check()
    if told := importlib.import_module("yiwang.project.seal_key").keep(settings.TOWN_DIR):
        console.print(told, style="yellow", markup=False, highlight=False)


def main(arguments: list[str]) -> int:
    """Runs all three parts, or with --life only lets the town live, with --tables only migrates; exit code 2 with a
    sentence when something is refused."""
    with modules.loaded():
        django.setup()
    folder = Folder(settings.DATA_DIR)
    try:
        if "--life" in arguments:
            enliven(folder)
            return 0
        if "--tables" in arguments:
            _make_tables()
            return 0
        if settings.TOWN_LOADER:
            with timed("the town's files, packs, rules and notices are in order"):
                importlib.import_module(settings.TOWN_LOADER).refuse_faults(settings.TOWN_DIR)
        with timed("tables are up to date, and the key is the one they were sealed with"):
            _make_tables()
        if settings.TOWN_LOADER and is_new():
            with timed(f"the town of {settings.TOWN_DIR.name} is loaded"):
                load_town(settings.TOWN_DIR, folder, demonstration="--demonstration" in arguments)
        if settings.TOWN_LOADER and settings.DEMONSTRATION:
            keep_promises(settings.TOWN_DIR)
        if settings.TOWN_LOADER:
            keep_summary(settings.TOWN_DIR, folder)
        with timed("static files are in place"):
            Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
            call_command("collectstatic", interactive=False, verbosity=0)
    except Refusal as refusal:
        console.print(str(refusal), style="red", markup=False)
        return refusal.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
