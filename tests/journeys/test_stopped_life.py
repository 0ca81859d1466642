"""A first start that is stopped while the demonstration's past is lived: the next start lives it to its end, once."""

import json
import signal
import urllib.request
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from yiwang.cases.stages import State
from yiwang.project import processes
from yiwang.project.environment import Folder
from yiwang.project.roles import OWNER_ROLE
from yiwang.project.tests.test_starting_and_stopping import READY, Up, cluster_of, new_folder

pytestmark = pytest.mark.processes
TOWN = "yiwang.project.settings"


def started(folder: Path) -> Up:
    """A start that serves pages; a machine with much to do may take its time."""
    up = Up(folder, DJANGO_SETTINGS_MODULE=TOWN, COLUMNS="400")
    assert processes.wait_until(lambda: READY in up.text() or up.process.poll() is not None, timeout_s=150), up.text()
    return up.ready()


def cases(folder: Path) -> Counter[str]:
    """How many cases are in which state."""
    with psycopg.connect(cluster_of(folder).url(OWNER_ROLE)) as connection:
        return Counter(state for (state,) in connection.execute('SELECT state FROM "case"'))


def report(up: Up, text: str) -> str:
    """A real person reports by the public door, and is told a number."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{up.port}/api/reports",
        json.dumps({"text": text, "reporter": {"phone": "199 0000 1001"}}).encode(),
        {"Content-Type": "application/json", "Idempotency-Key": "somebody-real"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return str(json.load(answer)["number"])


def worker_runs(up: Up) -> bool:
    """The worker starts when the past has been lived."""
    pids = processes.left_over(up.folder)
    return any(b"yiwang.project.worker" in Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids)


def test_a_past_that_was_killed_is_lived_to_its_end_and_leaves_real_reports_alone():
    with new_folder() as folder:
        up = started(folder)
        number = report(up, "村口的路灯不亮。")
        assert processes.wait_until(lambda: sum(cases(folder).values()) > 25, timeout_s=180), up.text()
        up.end(signal.SIGKILL)
        up = started(folder)
        assert processes.wait_until(lambda: worker_runs(up), timeout_s=240), up.text()
        lived = cases(folder)
        with psycopg.connect(cluster_of(folder).url(OWNER_ROLE)) as connection:
            rows = connection.execute('SELECT state FROM "case" WHERE number = %s', [number]).fetchall()
            doubled = connection.execute('SELECT count(*) - count(DISTINCT (text, opened_at)) FROM "case"').fetchone()
        assert "xinhai-demo-2019" in up.text()  # the table stands in the database, whichever start loaded it
        assert str(folder / "outbox") in up.text()
        up.end(signal.SIGTERM)
        assert set(lived) == {str(state) for state in State}
        assert 50 <= sum(lived.values()) <= 95
        assert rows == [("gathered",)]
        assert doubled == (0,)
        assert not Folder(folder).life.exists()
