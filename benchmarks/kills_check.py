"""What is there after kills.py: told as JSON, a number for each kind of loss. `wait`: until the town has caught up by itself;
`check FILE`: what was acknowledged (FILE) against tables, journal, files and an independent computation of every indicator;
`figures MOMENT`: every indicator then; `head`: the newest signed head;
`follow`: what the worker does first in a town that was put back.
"""

import hashlib
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import django

from yiwang.project import environment

PATIENCE_S = 180.0
SHOWN = 5


def waited() -> dict[str, int]:
    """How far the background work came without anybody's hands."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    from yiwang.indicators.jobs import READER
    from yiwang.kernel.journal import queries as journal
    from yiwang.kernel.journal import sealed
    from yiwang.kernel.journal.models import EntryPending

    def left() -> dict[str, int]:
        seal = sealed.standing()
        return {
            "! entries without a place in the order": EntryPending.objects.count(),
            "! entries that no signed head covers": seal.entries - (seal.newest.size if seal.newest else 0),
            "! entries that the indicators have not counted": seal.entries - journal.reader_position(READER),
            "! jobs begun and not ended": ProcrastinateJob.objects.filter(status="doing").count(),
        }

    end = time.monotonic() + PATIENCE_S
    while any(left().values()) and time.monotonic() < end:
        time.sleep(1)
    return left()


def acknowledged(told: dict[str, Any]) -> dict[str, int]:
    """Reports, steps and photos that somebody was told are done."""
    from yiwang.cases.models import Case
    from yiwang.intake.reports.models import Report
    from yiwang.kernel.files import store
    from yiwang.kernel.files.models import File, FileUse
    from yiwang.kernel.journal.models import CallKey

    texts = Counter(Report.objects.values_list("text", flat=True))
    numbers = set(Report.objects.values_list("number", flat=True)) & set(Case.objects.values_list("number", flat=True))
    reports = [one for one in told["steps"] if one["action"] == "report"]
    keys: dict[str, list[Any]] = {}
    for row in CallKey.objects.select_related("entry"):
        keys.setdefault(row.key, []).append(row)
    lost = [one for one in told["steps"] if len(found := keys.get(_own_key(one), [])) != 1 or not found[0].entry]
    used = set(FileUse.objects.values_list("file_id", flat=True))
    stored = set(File.objects.values_list("sha256", flat=True))
    whole = {sha256 for sha256 in used if _is_whole(store.path_of(sha256), sha256)}
    show("step lost", [one["key"] for one in lost])
    return {
        "! acknowledged reports lost": sum(one["number"] not in numbers or not texts[one["text"]] for one in reports),
        "! acknowledged steps lost, or done under two actors": len(lost),
        "! reports that are there twice": sum(texts[one["text"]] > 1 for one in reports),
        "! acknowledged photos lost": len(set(told["photos"]) - stored),
        "! photos in use that are not whole on the disk": len(used - whole),
    }


def _own_key(step: dict[str, str]) -> str:
    """The API binds the key of an arrow to its case (gateways/api/arrows.py)."""
    return step["key"] if step["action"] == "report" else f"{step['key']}/{step['number']}"


def _is_whole(path: Path, sha256: str) -> bool:
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def half_steps() -> dict[str, int]:
    """What is begun and not ended: tables that differ from the journal, reports without a case, gaps."""
    from yiwang.cases.models import Case
    from yiwang.intake.reports.models import Report
    from yiwang.kernel.journal.models import Entry, EntryPosition
    from yiwang.kernel.journal.replay import replay

    outcome = replay()
    show("replay", [str(one) for one in outcome.differences])
    verbs = Entry.objects.filter(verb="case.gathered").values_list("subject_id", flat=True)
    once = Counter(verbs)
    reports, cases = (set(model.objects.values_list("number", flat=True)) for model in (Report, Case))
    orphans = {number for number in reports - cases}
    last = EntryPosition.objects.order_by("-position").first()
    return {
        "entries replayed": outcome.entries,
        "tables compared": len(outcome.tables),
        "! rows that differ from the journal": len(outcome.differences),
        "! reports without a case": len(orphans),
        "! cases opened twice": sum(number > 1 for number in once.values()),
        "! gaps in the order of entries": (last.position if last else 0) - EntryPosition.objects.count(),
    }


def indicators(now: datetime) -> dict[str, int]:
    """Every indicator by the tables, against the sum over the raw entries case by case (indicators/tests)."""
    from yiwang.indicators.tests import test_against_the_journal as slow

    quick = quickly(now)
    slowly = slow.slowly(now)
    wrong = [
        f"{code}: {quick.get(code)}, slowly {slowly.get(code)}"
        for code in {*quick, *slowly}
        if quick.get(code) != slowly.get(code)
    ]
    show("indicator", wrong)
    return {
        "indicators computed again": len(slowly),
        "largest denominator": max(one[1] for one in slowly.values()),
        "! indicators that differ from the slow computation": len(wrong),
    }


def quickly(moment: datetime) -> dict[str, tuple[Any, int]]:
    """Numerator and denominator of every indicator at a moment, as the town's pages give them."""
    from yiwang.indicators import queries
    from yiwang.indicators.evidence import Scope
    from yiwang.indicators.tests import test_against_the_journal as slow

    found = queries.figures(slow.LEADER, Scope(date(2018, 1, 1), date(moment.year + 1, 1, 1)), moment)
    return {one.indicator.code: (one.share.numerator, one.share.denominator) for one in found}


def caught_up() -> None:
    """What the worker does first when a town that was put back is started: entries get their places, the indicators follow."""
    from yiwang.indicators.jobs import follow_journal
    from yiwang.kernel import walltime
    from yiwang.kernel.journal import sequencer

    while sequencer.sequence_once():
        pass
    follow_journal(walltime.now())


def newest_head() -> str:
    """The newest signed head as a note; empty when nothing was signed."""
    from yiwang.kernel.journal import sealed

    newest = sealed.newest()
    return newest.note if newest else ""


def show(what: str, rows: list[str]) -> None:
    """The first of what is wrong, for a person to read."""
    for row in rows[:SHOWN]:
        print(f"{what}: {row}", file=sys.stderr)  # noqa: T201 - a command


def check(path: Path) -> dict[str, int]:
    """All of it, in a town that stands still."""
    from yiwang.kernel import walltime

    told = json.loads(path.read_text(encoding="utf-8"))
    return acknowledged(told) | half_steps() | indicators(walltime.now())


def main(arguments: list[str]) -> None:
    """`wait`, or `check FILE`."""
    folder = environment.data_folder()
    cluster = environment.embedded(folder)
    key = environment.secret_key(folder, cluster)
    with environment.database_at_hand(folder, cluster, lambda text: print(text, file=sys.stderr)):  # noqa: T201
        os.environ.update(environment.for_programs(folder, cluster, key, owner=True))
        django.setup()
        doing: dict[str, Callable[[], Any]] = {
            "wait": waited,
            "check": lambda: check(Path(arguments[1])),
            "figures": lambda: {
                code: [str(n), d] for code, (n, d) in quickly(datetime.fromisoformat(arguments[1])).items()
            },
            "follow": lambda: caught_up() or {},
            "head": lambda: {"head": newest_head()},
        }
        print(json.dumps(doing[arguments[0]]()))  # noqa: T201 - that is its answer


if __name__ == "__main__":
    main(sys.argv[1:])
