"""A town is backed up while people work in it, wiped, and put back: nothing acknowledged before may be missing, every figure the same.

    .venv/bin/python benchmarks/putback.py [--seconds 60] [--seed 1] [--workers 4] [--port 8900] [--folder DIR]

It starts a demonstration town of its own, lets people work (kills_people.py), writes a backup after half of the time, removes the
data folder but its two keys, restores the backup into it, and compares: what was acknowledged before the backup began, the signed head
that the backup names, and every indicator of that moment before and after. Exit code 1: a number that must be 0 is not.
"""

import argparse
import datetime
import json
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from kills import CHECKER, Town, console
from kills_people import Record, work
from rich.table import Table

GRACE = datetime.timedelta(seconds=20)
"""A step happened when it was asked for and is there when it is committed: of the last seconds some were still under way."""
KEYS = ("secret.key", "seal.key")
YIWANG = (sys.executable, "-m", "yiwang.project.commands")


def backed_up(town: Town, record: Record, chosen: argparse.Namespace) -> tuple[Path, list[dict[str, str]], str]:
    """The backup, written while people work; what was acknowledged before it began, and when it began."""
    over, file = threading.Event(), town.data.parent / "town.backup"
    people = [
        threading.Thread(target=work, args=(town.address, record, f"{chosen.seed}/{number}", over))
        for number in range(chosen.workers)
    ]
    for one in people:
        one.start()
    try:
        time.sleep(chosen.seconds / 2)
        before = list(record.steps)
        made = town.command(*YIWANG, "backup", str(file))
        made_at = json.loads(town.command("tar", "-xOf", str(file), "manifest.json").stdout)["made_at"]
        moment = (datetime.datetime.fromisoformat(made_at) - GRACE).isoformat()
        time.sleep(chosen.seconds / 2)
    finally:
        over.set()
        for one in people:
            one.join()
    if made.returncode:
        sys.exit(f"No backup was made:\n{made.stdout}")
    return file, before, moment


def put_back(town: Town, file: Path) -> str:
    """The data folder wiped but for its keys, and the backup restored into it; the head that the backup names."""
    kept = {name: (town.data / name).read_bytes() for name in KEYS}
    home = town.cluster.home
    shutil.rmtree(town.data)
    shutil.rmtree(home, ignore_errors=True)
    town.data.mkdir()
    for name, content in kept.items():
        (town.data / name).write_bytes(content)
        (town.data / name).chmod(0o600)
    done = town.command(*YIWANG, "restore", str(file))
    if done.returncode:
        sys.exit(f"The backup was not restored:\n{done.stdout}")
    return str(json.loads(town.command("tar", "-xOf", str(file), "manifest.json").stdout)["head"])


def asked(town: Town, *arguments: str) -> dict[str, object]:
    """An answer of kills_check.py."""
    found = town.command(sys.executable, str(CHECKER), *arguments)
    if found.returncode:
        sys.exit(f"The checker failed.\n{found.stdout}")
    return dict(json.loads(found.stdout))


def main() -> int:
    """Runs it all; 1 when something is missing."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options: list[tuple[str, Callable[[str], object], object]] = [
        ("--seconds", float, 60.0), ("--seed", int, 1), ("--workers", int, 4), ("--port", int, 8900), ("--folder", Path, None),
    ]  # fmt: skip
    for name, kind, default in options:
        parser.add_argument(name, type=kind, default=default)
    chosen = parser.parse_args()
    for which in (signal.SIGTERM, signal.SIGINT):
        signal.signal(which, signal.default_int_handler)
    folder = chosen.folder or Path(tempfile.mkdtemp(prefix="yiwang-putback-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    console.print(f"seed {chosen.seed}, in {folder}")
    town, record = Town(folder / "var", chosen.port), Record()
    try:
        town.wait()
        file, before, moment = backed_up(town, record, chosen)
        asked(town, "wait")
    finally:
        if town.up.poll() is None:
            town.stop()
    figures = asked(town, "figures", moment)
    told = folder / "acknowledged.json"
    told.write_text(json.dumps({"steps": before, "photos": []}), encoding="utf-8")
    head = put_back(town, file)
    newest = asked(town, "head")["head"]
    asked(town, "follow")
    again = asked(town, "figures", moment)
    counts = {
        "acknowledged before the backup": len(before),
        "acknowledged in all": record.acknowledged,
        "megabytes": round(file.stat().st_size / 1e6, 1),
        "indicators compared": len(figures),
        "! indicators that differ": sum(figures.get(one) != again.get(one) for one in {*figures, *again}),
        "! the newest head is another one": int(newest != head),
    } | asked(town, "check", str(told))
    table = Table("what", "number")
    for name, number in counts.items():
        table.add_row(name, str(number))
    console.print(table)
    right = not any(number for name, number in counts.items() if name.startswith("!"))
    if right and not chosen.folder:
        shutil.rmtree(folder)
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
