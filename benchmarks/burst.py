"""A town in a flood: calm, spike, calm, spike, calm, as DIGIT's published burst test. Needs a running demonstration town:

    .venv/bin/yiwang up &
    .venv/bin/python benchmarks/burst.py [http://127.0.0.1:8000] [seconds of a phase] [strangers in the spike]

Two life cycles go on all the time (report at the desk, accept, dispatch, report back, find it again); four strangers open public pages
in calm, the given number of them in a spike, each as fast as it is answered, without waiting as Retry-After asks. The phases
stand in a table; the exit code is 1 when anything failed other than by being sent away, when a colleague was sent away, or when
life cycles are not back to twice their first calm time within 30 s of a spike's end.
"""

import http.client
import json
import os
import statistics
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote, urlsplit

from rich.console import Console
from rich.table import Table

PAGES = ("/", "/report", "/figures", "/transparency", "/api/case-types", "/follow")
CALM, BACK_WITHIN_S = 4, 30.0
LIVES = 2
console = Console(width=120)


@dataclass
class Phase:
    """What happened between two moments."""

    name: str
    strangers: int
    began: float = 0.0
    pages: list[float] = field(default_factory=list)
    """Seconds of each page that was answered, and"""
    away: list[float] = field(default_factory=list)
    """of each that was sent away."""
    lives: list[tuple[float, float]] = field(default_factory=list)
    """Life cycles: when done, and how long it took."""
    bad: Counter[str] = field(default_factory=Counter)


class Browser:
    """One connection with its cookies."""

    def __init__(self, address: str) -> None:
        self.host = urlsplit(address).netloc
        self.cookies: dict[str, str] = {}
        self.token = ""
        self.line = http.client.HTTPConnection(self.host, timeout=60)

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and content. Raises OSError when the line breaks."""
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "X-CSRFToken": self.token}
        headers |= (
            {"Content-Type": "application/json", "Idempotency-Key": os.urandom(12).hex()} if body is not None else {}
        )
        headers["Referer"] = f"http://{self.host}/"
        try:
            self.line.request(method, path, json.dumps(body).encode() if body is not None else None, headers)
            answer = self.line.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.line.close()
            raise
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: one.value for name, one in SimpleCookie(cookie).items()}
        return answer.status, {name.lower(): value for name, value in answer.headers.items()}, content

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """What the API says. Raises RuntimeError for a refusal."""
        status, _, content = self.ask(method, f"/api{path}", body)
        if status >= 400:
            raise RuntimeError(f"{status} {json.loads(content)['type']} at {method} {path.rsplit('/', 1)[-1][:20]}")
        return json.loads(content)


class Town:
    """The people of the demonstration."""

    def __init__(self, address: str) -> None:
        self.address = address
        visitor = Browser(address)
        people = visitor.api("GET", "/session/demonstration")
        teams = {one["team_id"]: one["code"] for one in visitor.api("GET", "/teams")}
        self.named = {one["username"]: one["account_id"] for one in people}
        self._logged_in: dict[str, tuple[dict[str, str], str]] = {}
        self._one_at_a_time = threading.Lock()
        self.residents = [one["account_id"] for one in people if one["kind"] == "resident"]
        self.handlers: dict[str, str] = {}
        self.roles: dict[str, str] = {}
        for one in people:
            for role in one["roles"]:
                self.roles.setdefault(role["role"], one["account_id"])
                if role["role"] == "handler" and role["scope_id"] in teams:
                    self.handlers[teams[role["scope_id"]]] = one["account_id"]
        fits = [one for one in visitor.api("GET", "/case-types") if one["department"] in self.handlers]
        self.type_code, self.team = fits[0]["code"], fits[0]["department"]
        self.place = {"longitude": 121.6, "latitude": 31.2}
        spot = visitor.api("GET", "/places?kind=estate")["features"][0]
        points = spot["geometry"]["coordinates"]
        while not isinstance(points[0], int | float):
            points = points[0]
        self.place = {"longitude": points[0], "latitude": points[1]}

    def session(self, account_id: str) -> Browser:
        """A browser that has logged in. Several of one account share their session: of more than five the oldest would end."""
        browser = Browser(self.address)
        with self._one_at_a_time:
            if account_id not in self._logged_in:
                who = {"kind": "demonstration", "account_id": account_id}
                token = browser.api("POST", "/session", who)["csrf_token"]
                self._logged_in[account_id] = browser.cookies, token
        cookies, browser.token = self._logged_in[account_id]
        browser.cookies = dict(cookies)
        return browser


def life(town: Town, desk: Browser, dispatcher: Browser, handler: Browser) -> None:
    """Create, assign, resolve, search."""
    text = "演示：小区门口的路灯不亮了，请派人来看看。"
    report = {"text": text, "title": "路灯不亮", "channel": "desk", "point": town.place, "place_text": "小区门口"}
    number = desk.api("POST", "/reports", report)["number"]
    case = f"/cases/{number}"
    desk.api("POST", f"{case}/accept", {"type_code": town.type_code, "title": "路灯不亮"})
    dispatcher.api("POST", f"{case}/dispatch", {"team": town.team, "instruction": "请尽快处理"})
    handler.api("POST", f"{case}/sign", {})
    done = {"outcome": "solved", "result": "已修好", "no_photo_reason": "夜间看不清"}
    handler.api("POST", f"{case}/report_back", done)
    found = desk.api("GET", f"/cases?text={quote(number)}")["cases"]
    if not found:
        raise RuntimeError("the case is not found again")


class Flood:
    """Strangers and colleagues, all phases long."""

    def __init__(self, town: Town, phases: list[Phase]) -> None:
        self.town, self.phases = town, phases
        self.phase = phases[0]
        self.over = threading.Event()

    def strangers(self, number: int) -> None:
        """One stranger, in the phases that have so many."""
        browser, turn = Browser(self.town.address), number
        while not self.over.is_set():
            phase = self.phase
            if number >= phase.strangers:
                browser.line.close()  # the server ends what is idle for half a minute, and must not do it under the next request
                time.sleep(0.05)
                continue
            turn += 1
            began = time.monotonic()
            try:
                status, headers, _ = browser.ask("GET", PAGES[turn % len(PAGES)])
            except (OSError, http.client.HTTPException) as lost:
                phase.bad[type(lost).__name__] += 1
                continue
            took = time.monotonic() - began
            if status == 503 and "retry-after" in headers:
                phase.away.append(took)
            elif status >= 400:
                phase.bad[f"{status} {PAGES[turn % len(PAGES)]}"] += 1
            else:
                phase.pages.append(took)

    def colleagues(self) -> None:
        """Life cycle after life cycle."""
        people = ("operator", "dispatcher")
        desk, dispatcher = (self.town.session(self.town.roles[role]) for role in people)
        handler = self.town.session(self.town.handlers[self.town.team])
        while not self.over.is_set():
            phase, began = self.phase, time.monotonic()
            try:
                life(self.town, desk, dispatcher, handler)
            except (OSError, http.client.HTTPException, RuntimeError) as fault:
                phase.bad[f"colleague: {fault}"] += 1
                time.sleep(0.2)
                continue
            end = time.monotonic()
            phase.lives.append((end, end - began))

    def run(self, seconds: float) -> None:
        """All phases, one after the other."""
        most = max(phase.strangers for phase in self.phases)
        threads = [threading.Thread(target=self.strangers, args=(number,)) for number in range(most)]
        threads += [threading.Thread(target=self.colleagues) for _ in range(LIVES)]
        self.phase.began = time.monotonic()
        for thread in threads:
            thread.start()
        for phase in self.phases:
            phase.began, self.phase = time.monotonic(), phase
            console.print(f"  {phase.name}: {phase.strangers} strangers")
            time.sleep(seconds)
        self.over.set()
        for thread in threads:
            thread.join()


def at(part: float, times: list[float]) -> str:
    """A part of the times lies below this, in milliseconds."""
    ordered = sorted(times)
    return f"{ordered[min(len(ordered) - 1, int(part * len(ordered)))] * 1000:.0f}" if ordered else "–"


def back_after(phase: Phase, normal_s: float) -> float | None:
    """How many seconds into the phase a life cycle first took no more than twice the normal time."""
    return next((done - phase.began for done, took in phase.lives if took <= 2 * normal_s), None)


def shown(phases: list[Phase], seconds: float) -> bool:
    """The table; whether all is as promised."""
    names = ("phase", "pages/s", "p50 ms", "p95 ms", "away/s", "p95 ms", "lives/s", "p50 ms", "p95 ms", "back s", "bad")
    table = Table(*names)
    normal = [took for _, took in phases[0].lives]
    normal_s, right = statistics.median(normal) if normal else 0.0, bool(normal)
    for number, phase in enumerate(phases):
        lives = [took for _, took in phase.lives]
        back = back_after(phase, normal_s) if number and not number % 2 else None
        late = bool(number and not number % 2) and (back is None or back > BACK_WITHIN_S)
        right = right and not phase.bad and not late
        table.add_row(
            phase.name, f"{len(phase.pages) / seconds:.0f}", at(0.5, phase.pages), at(0.95, phase.pages),
            f"{len(phase.away) / seconds:.0f}", at(0.95, phase.away), f"{len(lives) / seconds:.1f}", at(0.5, lives),
            at(0.95, lives), f"{back:.1f}" if back is not None else "", str(dict(phase.bad) or ""),
        )  # fmt: skip
    console.print(table)
    return right


def main(arguments: list[str]) -> int:
    """Runs the phases against a town; 1 when a promise was not kept."""
    address = arguments[0] if arguments else "http://127.0.0.1:8000"
    seconds = float(arguments[1]) if len(arguments) > 1 else 30.0
    many = int(arguments[2]) if len(arguments) > 2 else 120
    names = ("calm", "spike", "calm again", "spike again", "calm at last")
    phases = [Phase(name, many if number % 2 else CALM) for number, name in enumerate(names)]
    Flood(Town(address), phases).run(seconds)
    return 0 if shown(phases, seconds) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
