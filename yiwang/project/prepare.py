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
from yiwang.project import secret
from yiwang.project.refusal import Refusal

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


def load_town(town_dir: Path, summary_path: Path, *, demonstration: bool) -> None:
    """Loads the town all or nothing, and keeps the loader's summary for the next start."""
    town = importlib.import_module(settings.TOWN_LOADER)
    with _bars() as show, transaction.atomic():
        summary = town.load(town_dir, demonstration=demonstration, progress=show)
    summary_path.touch(mode=0o600)
    summary_path.write_text(json.dumps(_plain(summary), ensure_ascii=False, indent=1, default=str), encoding="utf-8")


def enliven() -> None:
    """Lets a demonstration without cases live through some weeks, so that each role's home page has something waiting."""
    if not (settings.TOWN_LIFE and settings.DEMONSTRATION):
        return
    town_life = importlib.import_module(settings.TOWN_LIFE)
    if town_life.has_cases():
        return
    with _bars() as show:
        town_life.living_town(walltime.now(), show)


def _plain(summary: Any) -> Any:
    return (
        dataclasses.asdict(summary) if dataclasses.is_dataclass(summary) and not isinstance(summary, type) else summary
    )


def _make_tables() -> None:
    secret.require_right()
    migrate()
    secret.keep_check()


def main(arguments: list[str]) -> int:
    """Runs all three parts, or with --life only lets the town live, with --tables only migrates; exit code 2 with a
    sentence when something is refused."""
    django.setup()
    try:
        if "--life" in arguments:
            with timed("invented people lived in the town for some weeks"):
                enliven()
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
                load_town(
                    settings.TOWN_DIR, settings.DATA_DIR / "town.json", demonstration="--demonstration" in arguments
                )
        with timed("static files are in place"):
            Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
            call_command("collectstatic", interactive=False, verbosity=0)
    except Refusal as refusal:
        console.print(str(refusal), style="red", markup=False)
        return refusal.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
