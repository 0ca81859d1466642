"""Asks every operation of the API, as every role, many examples of what fits its description and of what does not, and all its bounds.

Run from the root: `.venv/bin/python conformance/api.py --examples 50`. It is `tests/walk/test_api.py` with more examples: a test town,
a log-in for each role, Schemathesis for the requests. A fault is printed with the request that shows it; at the end stands how many
requests of each role were answered with which status. About 8 ms of computing for each request: 50 examples take a quarter of an hour.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Ask, print the counts, and give pytest's exit code: 0 when every answer was as described."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument(
        "--examples", type=int, default=50, help="of each kind for each operation, each asked by every role"
    )
    asked.add_argument("--processes", type=int, default=2, help="that ask side by side, each its own town")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        more = {"YIWANG_API_EXAMPLES": str(given.examples), "YIWANG_API_COUNTS": folder, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "pytest", "-q", "--tb=short", "--show-capture=no", "-n", str(given.processes)]
        done = subprocess.run(  # noqa: S603  # our own tests
            [*command, "tests/walk/test_api.py"], cwd=ROOT, env=os.environ | more, check=False
        )
        told: Counter[str] = Counter()
        for path in Path(folder).glob("*.json"):
            told.update(json.loads(path.read_text(encoding="utf-8")))
    show(told)
    return done.returncode


def show(told: Counter[str]) -> None:
    """The counts, by role and status; `told` has them under 'role status'."""
    rows = {tuple(key.split(" ")): count for key, count in told.items()}
    statuses = sorted({status for _, status in rows})
    table = Table("role", *statuses, "all", title="answers")
    for role in sorted({role for role, _ in rows}):
        counts = [rows.get((role, status), 0) for status in statuses]
        table.add_row(role, *map(str, counts), str(sum(counts)))
    table.add_section()
    table.add_row(
        "all", *(str(sum(n for (_, s), n in rows.items() if s == status)) for status in statuses), str(told.total())
    )
    Console(width=max(120, 10 * len(statuses) + 30)).print(table)


if __name__ == "__main__":
    sys.exit(main())
