"""What is measured in one running town: `python -m benchmarks.measures FOLDER ADDRESS SECONDS TIMES`, by __main__; answers in JSON."""

import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from benchmarks import town

FOLDER, ADDRESS = Path(sys.argv[1]), sys.argv[2]
town.speak_to(FOLDER)

from django.db import connection, transaction  # noqa: E402 - the settings come first
from django.test import Client  # noqa: E402 - the settings come first

from benchmarks import bare, burst, pages  # noqa: E402 - the settings come first
from yiwang.kernel import walltime  # noqa: E402 - the settings come first

SECONDS = float(sys.argv[3])
WRITERS = 8
TIMES = int(sys.argv[4])


@dataclass(frozen=True, slots=True)
class Measured:
    """One row of the table in one town: the figure, its unit, and the same of bare SQL."""

    what: str
    unit: str
    figure: float
    bare: float | None
    note: str = ""


def rate(turn: Callable[[], Callable[[], object]], seconds: float = SECONDS) -> tuple[float, list[float], list[str]]:
    """How often a second all threads together do something that each repeats; how long each took; what went wrong."""
    end, took, wrong = time.monotonic() + seconds, [], []  # type: ignore[var-annotated]
    begun = threading.Barrier(WRITERS)

    def alone(_: int) -> None:
        once = turn()
        begun.wait()
        while time.monotonic() < end:
            began = time.monotonic()
            try:
                once()
            except Exception as fault:  # noqa: BLE001 - counted, and told in the table's note
                wrong.append(f"{type(fault).__name__}: {str(fault).splitlines()[0][:150]}")
                time.sleep(0.05)
                continue
            took.append(time.monotonic() - began)

    with ThreadPoolExecutor(WRITERS) as pool:
        began = time.monotonic()
        list(pool.map(alone, range(WRITERS)))
        lasted = time.monotonic() - began
    return len(took) / lasted, took, wrong


def part(share: float, values: Sequence[float]) -> float:
    """The value below which this share lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


# --- writing ----------------------------------------------------------------------------------------------------------


class InProcess:
    """A browser whose requests are answered in this process, so that their statements can be caught."""

    def __init__(self, like: burst.Browser) -> None:
        self.client = Client(SERVER_NAME="127.0.0.1")
        for name, value in like.cookies.items():
            self.client.cookies[name] = value
        self.requests: list[bare.Request] = []

    def api(self, method: str, path: str, body: Any = None) -> Any:
        with bare.caught() as found:
            answer = self.client.generic(
                method, f"/api{path}", json.dumps(body) if body is not None else "", content_type="application/json",
                headers={"Idempotency-Key": f"bench-{time.monotonic_ns()}"} if body is not None else {},
            )  # fmt: skip
        self.requests.append(found)
        if answer.status_code >= 400:
            raise RuntimeError(f"{answer.status_code} {answer.content[:300].decode()} at {method} {path}")
        return json.loads(answer.content)


def report(resident: Any, place: dict[str, float]) -> None:
    """What a resident who has logged in sends."""
    text = "小区门口的路灯坏了两天，晚上很暗，请派人来看看。"
    resident.api("POST", "/reports", {"text": text, "channel": "portal", "point": place, "place_text": "小区门口"})


def reports(people: burst.Town) -> Measured:
    """Public reports a second: accepted, durable, queued for the reader."""
    residents = [people.session(one) for one in (people.residents * WRITERS)[:WRITERS]]
    waiting = iter(residents)

    def turn() -> Callable[[], None]:
        return partial(report, next(waiting), people.place)

    each, took, wrong = rate(turn)
    inside, began = InProcess(residents[0]), walltime.now()
    report(inside, people.place)
    plain, _, faults = rate(bare.looped(_dsn(), inside.requests, began), SECONDS / 2)
    note = f"{sum(len(one.statements) for one in inside.requests)} statements each; p95 {part(0.95, took or [0]) * 1000:.0f} ms"
    return Measured("public reports", "/s", each, plain, note + _faults(wrong + faults))


def lives(people: burst.Town) -> Measured:
    """Life cycles a second as DIGIT counts them: create, assign, resolve, search (six requests)."""

    def turn() -> Callable[[], None]:
        desk, dispatcher = (people.session(people.roles[role]) for role in ("operator", "dispatcher"))
        handler = people.session(people.handlers[people.team])
        return lambda: burst.life(people, desk, dispatcher, handler)

    each, took, wrong = rate(turn, SECONDS * 1.5)
    inside = InProcess(people.session(people.roles["operator"]))
    others = [InProcess(people.session(who)) for who in (people.roles["dispatcher"], people.handlers[people.team])]
    for one in others:
        one.requests = inside.requests
    began = walltime.now()
    burst.life(people, inside, *others)  # type: ignore[arg-type]
    plain, _, faults = rate(bare.looped(_dsn(), inside.requests, began), SECONDS / 2)
    note = f"6 requests, {sum(len(one.statements) for one in inside.requests)} statements each; p95 {part(0.95, took or [0]) * 1000:.0f} ms"
    return Measured("life cycles", "/s", each, plain, note + _faults(wrong + faults))


def _faults(found: list[str]) -> str:
    return f"; {len(found)} failed, such as {found[0]}" if found else ""


def _dsn() -> str:
    return os.environ["DATABASE_URL"]


# --- reading ----------------------------------------------------------------------------------------------------------


def lists(people: burst.Town) -> list[Measured]:
    """Pages of the work list and of searches over HTTP, warm, one after the other: 95 of 100 are no slower."""
    browsers: dict[str, tuple[burst.Browser, InProcess]] = {}
    took: dict[str, list[tuple[float, str]]] = {}
    plain: dict[str, list[float]] = {}
    connection.ensure_connection()
    raw = connection.connection
    asked = list(pages.asked())
    for who in {who for who, *_ in asked}:
        browser = people.session(people.named[who])
        browsers[who] = browser, InProcess(browser)
    for who, path, _ in asked * 2:  # warm: both processes of the server have made each page
        _page_of(browsers[who][0], path)
    for who, path, kind in asked:
        browser, inside = browsers[who]
        for _ in range(TIMES):
            began = time.perf_counter()
            _page_of(browser, path)
            took.setdefault(kind, []).append(((time.perf_counter() - began) * 1000, f"{who} {path}"))
        with bare.caught() as found:
            inside.client.get(path)
        for _ in range(3):
            began = time.perf_counter()
            for text in found.statements:
                if text.startswith(("SELECT", "WITH")):
                    raw.execute(text.encode()).fetchall()
            plain.setdefault(kind, []).append((time.perf_counter() - began) * 1000)
    return [_page(kind, took[kind], plain[kind]) for kind in took]


def _page_of(browser: burst.Browser, path: str) -> None:
    try:
        status, _, content = browser.ask("GET", path)
    except OSError:  # the line stood idle while the page's statements were caught, and the server hung up
        status, _, content = browser.ask("GET", path)
    if status != HTTPStatus.OK:
        raise SystemExit(f"{path}: {status} {content[:200].decode(errors='replace')}")


def _page(kind: str, took: list[tuple[float, str]], plain: list[float]) -> Measured:
    times = [one for one, _ in took]
    slowest = sorted({where: one for one, where in sorted(took)}.items(), key=lambda pair: -pair[1])[:3]
    note = f"median {statistics.median(times):.0f} ms; slowest: " + ", ".join(
        f"{where} {one:.0f}" for where, one in slowest
    )
    return Measured(kind, "ms p95", part(0.95, times), part(0.95, plain), note)


# --- figures ----------------------------------------------------------------------------------------------------------


def figures() -> list[Measured]:
    """All indicators anew from everything, and after one case changed; taken back afterwards."""
    from yiwang.indicators import jobs, steps
    from yiwang.indicators.models import EvidenceCase, IndicatorCell

    def full() -> None:
        IndicatorCell.objects.all().delete()
        steps.count_by_new_definitions(jobs.TIMER)

    rows = EvidenceCase.objects.filter(until=None).count()
    case_id = EvidenceCase.objects.filter(until=None, part=None).order_by("-since").values_list("case_id", flat=True)[0]
    found = []
    tasks: dict[str, Callable[[], object]] = {
        "all indicators, after one change": lambda: steps.follow(jobs.TIMER, {case_id}),
        "all indicators, from everything": full,
    }
    for what, do in tasks.items():
        with transaction.atomic(), bare.caught() as sent:
            _alone()
            began = time.perf_counter()
            do()
            took = time.perf_counter() - began
            transaction.set_rollback(True)
        with transaction.atomic():
            _alone()
            began = time.perf_counter()
            for text in sent.statements:
                connection.connection.execute(text.encode())
            plain = time.perf_counter() - began
            transaction.set_rollback(True)
        found.append(
            Measured(what, "s", took, plain, f"{len(sent.statements)} statements over {rows:,} rows of evidence")
        )
    return found


def _alone() -> None:
    """Let the town's own worker wait with its figures until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE evidence_case, indicator_cell IN SHARE ROW EXCLUSIVE MODE")


def main() -> None:
    """All of it, as JSON."""
    people = burst.Town(ADDRESS)
    steps: list[Callable[[], Any]] = [lambda: lists(people), figures, lambda: reports(people), lambda: lives(people)]
    found: list[Measured] = []
    for step in steps:
        answer = step()
        for one in answer if isinstance(answer, list) else [answer]:
            said = f"  {one.what}: {one.figure:.3g} {one.unit}, bare {one.bare or 0:.3g}; {one.note}\n"
            sys.stderr.write(said)
            sys.stderr.flush()
            found.append(one)
    with connection.cursor() as cursor:
        cursor.execute('SELECT count(*), pg_size_pretty(pg_database_size(current_database())) FROM "case"')
        cases, size = cursor.fetchone()
    sys.stdout.write(
        json.dumps({"cases": cases, "size": size, "rows": [asdict(one) for one in found]}, ensure_ascii=False)
    )


if __name__ == "__main__":
    main()
