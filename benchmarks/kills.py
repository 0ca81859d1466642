"""A town that is killed again and again while people work in it; afterwards nothing acknowledged may be missing. One command:

    .venv/bin/python benchmarks/kills.py [--kills 200] [--seed 1] [--every 6] [--workers 4] [--port 8900] [--folder DIR]

It starts a demonstration town of its own in an empty folder, lets so many workers take cases through their life by the API, each
request under a key and repeated under that key until it is answered, as a phone on a bad network does; and kills with SIGKILL,
at moments and among programs that the seed draws: the server of pages, one of its processes, the background worker, the database's
main process, one of its connections. Most kills wait until something was acknowledged after the last one, every fourth does not: it
hits a town that is still getting up. Then kills_check.py compares what was acknowledged with what is there. Exit code 1: a number
that must be 0 is not.
"""

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from kills_people import Record, work
from rich.console import Console
from rich.table import Table

from yiwang.kernel import ids
from yiwang.project import postgres, processes
from yiwang.project.environment import ROOT

TARGETS = ("pages", "page process", "worker", "database", "connection")
READY, STARTS_WITHIN_S, BACK_WITHIN_S = "Ctrl-C", 300.0, 120.0
AT_ONCE = 4
"""One kill in so many does not wait for the town to be back."""
CHECKER = Path(__file__).with_name("kills_check.py")
console = Console(width=120)


class Town:
    """One `yiwang up` on a folder of its own."""

    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port = data, port
        self.output = data.parent / "up.txt"
        strange = ("DATABASE_URL", "YIWANG_SECRET_KEY", "DJANGO_SETTINGS_MODULE", "YIWANG_DEMONSTRATION")
        kept = {name: value for name, value in os.environ.items() if name not in strange}
        self.environment = kept | {"YIWANG_DATA": str(data), "COLUMNS": "200", "PYTHONPATH": str(ROOT)}
        ports = ["--port", str(port), "--stream-port", str(port + 1)]
        command = [sys.executable, "-m", "yiwang.project.commands", "up", *ports]
        with self.output.open("wb") as output:
            self.up = subprocess.Popen(  # noqa: S603 - our own program
                command, env=self.environment, stdout=output, stderr=output, start_new_session=True
            )

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.port}"

    def wait(self) -> None:
        """Until it greets. Raises SystemExit with what it said when it does not."""
        ended = processes.wait_until(
            lambda: READY in self._said() or self.up.poll() is not None, timeout_s=STARTS_WITHIN_S
        )
        if not ended or self.up.poll() is not None:
            sys.exit(f"The town did not start:\n{self._said()}")
        processes.wait_until(lambda: bool(self._running("yiwang.project.worker")), timeout_s=STARTS_WITHIN_S)
        self.cluster = postgres.open_cluster(self.data)

    def _said(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def victims(self, target: str) -> list[int]:
        """Process ids that a target stands for at this moment."""
        if target == "worker":
            return self._running("yiwang.project.worker")
        if target.startswith("page"):
            parts = self._running("yiwang.project.wsgi")
            leaders = [pid for pid in parts if parent_of(pid) not in parts]
            return leaders if target == "pages" else [pid for pid in parts if pid not in leaders]
        keeper = postgres.postmaster_pid(self.cluster)
        alive = processes.running_in(self.cluster.data)
        if target == "database":
            return [keeper] if keeper in alive else []
        return [pid for pid in alive if pid != keeper and "yiwang_app" in command_of(pid)]

    def _running(self, word: str) -> list[int]:
        return [pid for pid in processes.left_over(self.data) if word in command_of(pid)]

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A program in the town's environment."""
        return subprocess.run(  # noqa: S603 - our own programs
            arguments, env=self.environment, cwd=ROOT, text=True, stdout=subprocess.PIPE, check=False
        )

    def stop(self) -> None:
        """As by Ctrl-C."""
        self.up.send_signal(signal.SIGTERM)
        self.up.wait(timeout=180)


def command_of(pid: int) -> str:
    """How a process was called; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def parent_of(pid: int) -> int:
    """The process that started it; 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


class Killer:
    """Kills at random moments, and writes down when and whom."""

    def __init__(self, town: Town, record: Record, seed: int) -> None:
        self.town, self.record, self.dice = town, record, ids.dice(f"{seed}/kills")
        self.killed: Counter[str] = Counter()
        self.back_s: list[float] = []
        self.missing = 0

    def run(self, kills: int, every_s: float) -> None:
        """So many kills, about so many seconds apart."""
        for number in range(1, kills + 1):
            time.sleep(self.dice.uniform(0.2, 2 * every_s - 0.2))
            if number % AT_ONCE:
                self._await_back()
            target = self.dice.choice(TARGETS)
            before = self.record.acknowledged
            if not self._kill(target):
                self.missing += 1
            console.print(f"  {number:>3} {target:<12} after {before} acknowledged", highlight=False)

    def _await_back(self) -> None:
        began, before = time.monotonic(), self.record.acknowledged
        if not processes.wait_until(lambda: self.record.acknowledged > before, timeout_s=BACK_WITHIN_S):
            console.print(f"  [red]nothing was acknowledged for {BACK_WITHIN_S:.0f} s[/red]")
        self.back_s.append(time.monotonic() - began)

    def _kill(self, target: str) -> bool:
        """Whether there was somebody to kill; a program that is just being started again is waited for."""
        processes.wait_until(lambda: bool(self.town.victims(target)), timeout_s=BACK_WITHIN_S)
        victims = self.town.victims(target)
        if not victims:
            return False
        try:
            os.kill(self.dice.choice(sorted(victims)), signal.SIGKILL)
        except ProcessLookupError:
            return False
        self.killed[target] += 1
        return True


def under_load(town: Town, record: Record, options: argparse.Namespace) -> Killer:
    """All kills, while all workers work; afterwards everybody has ended what they were at."""
    over = threading.Event()
    people = [
        threading.Thread(target=work, args=(town.address, record, f"{options.seed}/{number}", over))
        for number in range(options.workers)
    ]
    for one in people:
        one.start()
    killer = Killer(town, record, options.seed)
    try:
        killer.run(options.kills, options.every)
    finally:
        over.set()
        for one in people:
            one.join()
    return killer


def checked(town: Town, told: Path) -> dict[str, int]:
    """What the checker counted: while the town runs, how far it came by itself; then, standing still, what is there."""
    waited = town.command(sys.executable, str(CHECKER), "wait")
    town.stop()
    found = town.command(sys.executable, str(CHECKER), "check", str(told))
    sealed = str(told.with_name("journal.jsonl.gz"))
    yiwang = (sys.executable, "-m", "yiwang.project.commands")
    proof = town.command(*yiwang, "journal", "export", sealed).returncode or town.command(*yiwang, "verify", sealed)
    broken = {"! the sealed journal does not verify": int(proof if isinstance(proof, int) else proof.returncode)}
    if waited.returncode or found.returncode:
        sys.exit(f"The checker failed.\n{waited.stdout}\n{found.stdout}")
    return json.loads(waited.stdout) | json.loads(found.stdout) | broken


def shown(killer: Killer, record: Record, found: dict[str, int], seconds: float) -> bool:
    """The table; whether every number that must be 0 is 0."""
    table = Table("what", "number", title=f"{sum(killer.killed.values())} kills in {seconds / 60:.1f} minutes")
    counts: dict[str, int | str] = {f"killed: {name}": killer.killed[name] for name in TARGETS}
    counts |= {"nobody there to kill": killer.missing, **record.counts()}
    if killer.back_s:
        back = f"{statistics.median(killer.back_s):.1f} / {max(killer.back_s):.1f}"
        counts["seconds until the next acknowledgement after a kill's pause (median / longest)"] = back
    counts |= (
        {"! never answered": record.unanswered}
        | found
        | {
            "! answered otherwise when asked again": record.otherwise,
            "! refused when asked again": record.late,
        }
    )
    for name, number in counts.items():
        wrong = name.startswith("!") and bool(number)
        table.add_row(f"[red]{name}[/red]" if wrong else name, str(number))
    console.print(table)
    for line in [*record.odd[:20]]:
        console.print(f"  {line}", style="red", highlight=False)
    return not any(number for name, number in counts.items() if name.startswith("!"))


def main() -> int:
    """Runs it all; 1 when something was lost."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    options: list[tuple[str, Callable[[str], object], object]] = [
        ("--kills", int, 200), ("--seed", int, 1), ("--every", float, 6.0), ("--workers", int, 4), ("--port", int, 8900),
        ("--folder", Path, None),
    ]  # fmt: skip
    for name, kind, default in options:
        parser.add_argument(name, type=kind, default=default)
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # either way the town is stopped
    signal.signal(signal.SIGINT, signal.default_int_handler)
    folder = chosen.folder or Path(tempfile.mkdtemp(prefix="yiwang-kills-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    console.print(f"seed {chosen.seed}, {chosen.kills} kills, in {folder}")
    town, record, right = Town(folder / "var", chosen.port), Record(), False
    try:
        town.wait()
        began = time.monotonic()
        killer = under_load(town, record, chosen)
        seconds = time.monotonic() - began
        told = folder / "acknowledged.json"
        told.write_text(json.dumps(record.kept()), encoding="utf-8")
        right = shown(killer, record, checked(town, told), seconds)
    finally:
        if town.up.poll() is None:
            town.stop()
        if right and not chosen.folder:
            shutil.rmtree(folder)
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
