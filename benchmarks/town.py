"""A town that a benchmark starts and stops, and the way to its database."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from yiwang.project import environment

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_S = 1200
CALM_SHARE = 0.85
READY = re.compile(r"ready after ([0-9.]+) s")


@contextmanager
def running(folder: Path, port: int) -> Iterator[float]:
    """`yiwang up` in this data folder, its invented past lived; gives how many seconds it took until the first page."""
    log = folder / "benchmark.log"
    folder.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as output:
        town = subprocess.Popen(  # noqa: S603 - our own command
            yiwang("up", "--port", str(port), "--stream-port", str(port + 1)),
            env=of(folder), stdout=output, stderr=output, cwd=ROOT,
        )  # fmt: skip
        try:
            yield _wait(town, folder, log)
        finally:
            town.send_signal(signal.SIGINT)
            town.wait(timeout=120)


def calm(patience_s: float = 30.0) -> None:
    """Wait until what a start sets going is done: until the processors stand idle for most of two seconds."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        before = _idle()
        time.sleep(2)
        if _idle() - before > 2 * CALM_SHARE * (os.cpu_count() or 1):
            return


def _idle() -> float:
    """Seconds that all processors together stood idle."""
    line = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0]
    return sum(map(int, line.split()[4:6])) / os.sysconf("SC_CLK_TCK")


def yiwang(*arguments: str) -> list[str]:
    """One of our own commands."""
    return [str(Path(sys.executable).parent / "yiwang"), *arguments]


def of(folder: Path) -> dict[str, str]:
    """The environment of a command for the town in this folder."""
    return {**os.environ, "YIWANG_DATA": str(folder), "PYTHONPATH": str(ROOT), "COLUMNS": "200"}


def _wait(town: subprocess.Popen[bytes], folder: Path, log: Path) -> float:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and town.poll() is None:
        found = READY.search(log.read_text(encoding="utf-8"))
        if found and not (folder / "life.jsonl").exists():
            return float(found.group(1))
        time.sleep(0.2)
    raise SystemExit(f"The town in {folder} did not start; {log} says why.")


def of_owner(folder: Path, *, owner: bool = True) -> dict[str, str]:
    """The environment of one of our programs that speaks to the database itself, as owner of the tables or as the application."""
    environ = of(folder)
    at = environment.data_folder(environ)
    cluster = environment.embedded(at, environ)
    key = environment.secret_key(at, cluster, environ)
    return {**environment.for_programs(at, cluster, key, owner=owner, base=environ), "YIWANG_DEMONSTRATION": "1"}


def speak_to(folder: Path, *, owner: bool = False) -> None:
    """Make this process speak to that town's database, as `yiwang up` runs it. Before the first model is imported."""
    import django

    os.environ.update(of_owner(folder, owner=owner))
    django.setup()


@contextmanager
def database(folder: Path) -> Iterator[None]:
    """Only the town's database, for as long as this takes."""
    at = environment.data_folder(of(folder))
    cluster = environment.embedded(at)
    environment.secret_key(at, cluster)  # of a new town before its database: with one it is taken for lost
    with environment.database_at_hand(at, cluster, print):
        yield
