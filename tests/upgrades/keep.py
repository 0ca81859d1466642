"""Keeps a small town as a landed version left it, for test_upgrades.py: run with a commit of the main branch.

    .venv/bin/python -m tests.upgrades.keep 198bf0b

Checks that version out beside this one, lets its own commands load the demonstration and live through three days, and dumps the
database. All people in it are invented. The town's secret is that of the tests, so that replay can read what is sealed.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from yiwang.project import backup, environment, roles

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
SECRET = "only-for-tests-only-for-tests-only-for-tests"
"""The same as in conftest.py."""
COMMANDS = (
    ("town", "load", "towns/xinhai", "--demonstration"),
    ("simulate", "--days", "3", "--rate", "4", "--seed", "1"),
)


def keep(commit: str) -> Path:
    """Writes tests/upgrades/<commit>.dump and returns its path. The version's own commands do the work, in its own tree."""
    name = _git("rev-parse", "--short=7", commit)
    with tempfile.TemporaryDirectory(prefix="yw") as outer:
        tree, folder = Path(outer) / "tree", environment.Folder(Path(outer) / "var")
        Path(outer).chmod(0o711)
        _git("worktree", "add", "--detach", str(tree), commit)
        try:
            values = {
                **os.environ,
                "PYTHONPATH": str(tree),
                "YIWANG_DATA": str(folder.path),
                "YIWANG_SECRET_KEY": SECRET,
            }
            for words in COMMANDS:
                subprocess.run(
                    [sys.executable, "-m", "yiwang.project.commands", *words], cwd=tree, env=values, check=True
                )
        finally:
            _git("worktree", "remove", "--force", str(tree))
        cluster = environment.embedded(folder, {})
        assert cluster is not None
        target = HERE / f"{name}.dump"
        with (
            environment.database_at_hand(folder, cluster, print),
            psycopg.connect(cluster.url(roles.OWNER_ROLE)) as connection,
        ):
            snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()[0]
            backup.dump(cluster.url(roles.OWNER_ROLE), snapshot, target)
        return target


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    for one in sys.argv[1:]:
        written = keep(one)
        print(written, written.stat().st_size)  # noqa: T201 - said to whoever runs it
