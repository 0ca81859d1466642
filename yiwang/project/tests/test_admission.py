"""Who is let in, who waits and who is sent away when more ask than can be answered."""

import threading
import time
from typing import Any

import pytest
from django.test import Client, RequestFactory

from yiwang.kernel import walltime
from yiwang.kernel.people import lines
from yiwang.kernel.people.steps import accounts
from yiwang.kernel.terms import Actor, ActorKind, Call
from yiwang.project import admission
from yiwang.project.admission import Admission, Line, Room
from yiwang.project.busy import Door, line_of
from yiwang.project.wsgi import pages

SMALL = {
    Line.STAFF: Room(seats=2, places=2, patience_s=5),
    Line.LOG_IN: Room(seats=1, places=1, patience_s=5),
    Line.PUBLIC: Room(seats=1, places=2, patience_s=0.1),
}


def test_every_reader_who_waits_has_a_thread_and_everybody_seated_a_connection() -> None:
    waiting = sum(room.places for room in admission.ROOMS.values())
    assert admission.SEATS + waiting < admission.THREADS
    assert max(room.seats for room in admission.ROOMS.values()) <= admission.SEATS
    assert admission.ROOMS[Line.PUBLIC].seats < admission.SEATS


def wait_for(line: Line, count: int, full: Admission) -> None:
    end = time.monotonic() + 5
    while full.counts()[line]["waiting"] != count:
        assert time.monotonic() < end
        time.sleep(0.002)


def test_a_stranger_leaves_a_seat_for_colleagues_and_is_sent_away_when_patience_is_over() -> None:
    town = Admission(2, SMALL)
    assert town.enter(Line.PUBLIC)
    assert not town.enter(Line.PUBLIC)
    assert town.enter(Line.STAFF)
    assert town.counts()["public"] == {"seated": 1, "waiting": 0, "sent_away": 1}


def test_colleagues_are_seated_before_strangers_who_came_earlier() -> None:
    rooms = {line: Room(seats=1, places=2, patience_s=5) for line in Line}
    town, seated = Admission(1, rooms), []
    assert town.enter(Line.PUBLIC)

    def come(line: Line) -> None:
        assert town.enter(line)
        seated.append(line)
        town.leave(line)

    threads = []
    for line in (Line.PUBLIC, Line.LOG_IN, Line.STAFF):
        threads.append(threading.Thread(target=come, args=(line,)))
        threads[-1].start()
        wait_for(line, 1, town)
    town.leave(Line.PUBLIC)
    for thread in threads:
        thread.join(5)
    assert seated == [Line.STAFF, Line.LOG_IN, Line.PUBLIC]


def test_no_seat_is_lost_or_given_twice_in_a_crowd() -> None:
    rooms = {line: Room(seats=3 - (line is Line.PUBLIC), places=4, patience_s=0.01) for line in Line}
    town, most, now = Admission(3, rooms), 0, 0
    lock = threading.Lock()

    def come(line: Line) -> None:
        nonlocal most, now
        for _ in range(60):
            if town.enter(line):
                with lock:
                    now += 1
                    most = max(most, now)
                time.sleep(0.001)
                with lock:
                    now -= 1
                town.leave(line)

    threads = [threading.Thread(target=come, args=(line,)) for line in Line for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 3
    assert sum(one["sent_away"] for one in town.counts().values()) > 0
    assert all(one["seated"] == one["waiting"] == 0 for one in town.counts().values())


def test_those_sent_away_are_asked_back_at_different_seconds() -> None:
    rooms = {line: Room(seats=0, places=0, patience_s=0) for line in Line}
    town, told = Admission(0, rooms), set()
    for _ in range(40):
        assert not town.enter(Line.PUBLIC)
        told.add(town.come_again_s())
    assert told == set(range(4, 12))


# --- at the door ------------------------------------------------------------------------------------------------------


class Crowded:
    """The town's pages with every seat of strangers taken and nobody patient."""

    def __init__(self) -> None:
        self.admission = Admission(2, {line: Room(1 + (line is Line.STAFF), 0, 0) for line in Line})
        self.door = Door(pages, self.admission)
        assert self.admission.enter(Line.PUBLIC)

    def ask(self, path: str, method: str = "GET", **extra: Any) -> tuple[int, dict[str, str], str]:
        told: dict[str, Any] = {}
        environ = RequestFactory(**extra).generic(method, path).environ
        answer = self.door(environ, lambda status, headers: told.update(status=status, headers=dict(headers)))
        try:
            return int(told["status"].split()[0]), told["headers"], b"".join(answer).decode()
        finally:
            if hasattr(answer, "close"):
                answer.close()


@pytest.fixture
def crowded() -> Crowded:
    return Crowded()


@pytest.mark.parametrize(("language", "told"), [("zh-hans", "现在来的人太多"), ("en", "Too many are asking")])
def test_a_stranger_is_told_when_to_come_again(crowded: Crowded, language: str, told: str) -> None:
    status, headers, text = crowded.ask("/", HTTP_ACCEPT_LANGUAGE=language)
    assert status == 503
    assert 4 <= int(headers["Retry-After"]) < 12
    assert told in text
    assert f'http-equiv="refresh" content="{headers["Retry-After"]}"' in text
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert int(headers["Content-Length"]) == len(text.encode())


def test_a_program_is_told_as_a_problem_and_a_page_by_a_toast(crowded: Crowded) -> None:
    status, headers, text = crowded.ask("/api/v1/reports", HTTP_ACCEPT_LANGUAGE="en")
    assert (status, headers["Content-Type"]) == (503, "application/problem+json")
    assert '"type": "town-busy"' in text
    assert int(headers["Retry-After"]) >= 4
    status, headers, text = crowded.ask("/report", HTTP_HX_REQUEST="true")
    assert (status, headers["HX-Retarget"]) == (503, "#toasts")
    assert "data-toast" in text


def test_what_was_sent_is_not_sent_again_by_itself(crowded: Crowded) -> None:
    status, _, text = crowded.ask("/report", method="POST")
    assert status == 503
    assert "http-equiv" not in text


@pytest.fixture
def colleague(transactional_db: None) -> Client:
    call = Call(Actor(ActorKind.SYSTEM), walltime.now(), "test")
    accounts.create_account("admitted-1", "何平", password="a-long-password-2019", call=call)
    client = Client()
    answer = client.post("/desk/login", {"username": "admitted-1", "password": "a-long-password-2019"})
    assert answer.status_code == 302
    return client


def test_a_colleague_is_let_in_past_a_crowd_of_strangers(crowded: Crowded, colleague: Client) -> None:
    held = "; ".join(f"{name}={one.value}" for name, one in colleague.cookies.items())
    assert crowded.ask("/", HTTP_COOKIE=held)[0] == 200
    assert crowded.ask("/", HTTP_COOKIE=held)[0] == 200, "the first answer gave its seat back"
    assert crowded.ask("/")[0] == 503


def test_who_wants_to_log_in_has_a_line_of_their_own(crowded: Crowded, transactional_db: None) -> None:
    assert crowded.ask("/desk/login")[0] == 200


def test_the_mark_of_another_session_or_none_helps_nobody(colleague: Client) -> None:
    mark, session = colleague.cookies[lines.COOKIE].value, colleague.cookies["sessionid"].value
    asked = {"PATH_INFO": "/", "REQUEST_METHOD": "GET"}
    assert line_of({**asked, "HTTP_COOKIE": f"sessionid={session}; {lines.COOKIE}={mark}"}) is Line.STAFF
    for cookies in (
        f"sessionid=x; {lines.COOKIE}={mark}",
        f"sessionid={session}; {lines.COOKIE}=é",
        f"sessionid={session}",
        f"{lines.COOKIE}={mark}",
        "",
    ):
        assert line_of({**asked, "HTTP_COOKIE": cookies}) is Line.PUBLIC


def test_a_fault_before_the_first_byte_gives_the_seat_back() -> None:
    def broken(asked: Any, start_response: Any) -> Any:
        raise OSError("gone")

    door = Door(broken)
    for _ in range(20):
        with pytest.raises(OSError, match="gone"):
            door(RequestFactory().get("/").environ, lambda *_: None)
    assert door.admission.counts()["public"] == {"seated": 0, "waiting": 0, "sent_away": 0}
