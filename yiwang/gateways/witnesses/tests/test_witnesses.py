"""A head on its way to a witness: into a file, by mail, to a door that answers, fails, or leads elsewhere."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from yiwang.gateways.witnesses import jobs, telling
from yiwang.kernel.journal import sealed
from yiwang.kernel.journal.notes import read_head, read_heads
from yiwang.kernel.journal.sealer import seal_once
from yiwang.kernel.journal.tests.sample import NOON
from yiwang.kernel.journal.tests.test_seal import KEY, happen

MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db(transaction=True)


class Keeper:
    """A witness's door on this machine; `status` is what it answers."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.status = 204
        keeper = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                keeper.kept.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.send_response(keeper.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            do_GET = do_POST  # noqa: N815 - as the server looks for it

            def log_message(self, *_: object) -> None:
                """Not on the console of the tests."""

        self.server = HTTPServer(("127.0.0.1", 0), Door)
        self.address = f"http://127.0.0.1:{self.server.server_port}/heads"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    made = Keeper()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def head(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.WITNESS_MINUTES = 10
    happen(2)
    seal_once(KEY, NOON)


def standing(address: str) -> sealed.Told:
    return next(one for one in sealed.witnesses() if one.address == address)


def test_a_file_keeps_one_head_after_another(settings, tmp_path):
    path = tmp_path / "heads.txt"
    settings.WITNESSES = (f"file:{path}",)
    assert jobs.tell_due(NOON) == 1
    assert jobs.tell_due(NOON + 20 * MINUTE) == 0, "there is no new head"
    happen(1)
    seal_once(KEY, NOON)
    assert jobs.tell_due(NOON + 20 * MINUTE) == 1
    assert [read_head(one).head.size for one in read_heads(path.read_text())] == [2, 3]


def test_a_mail_holds_the_head_whole(settings, tmp_path):
    settings.WITNESSES = ("mailto:keeper@court.example",)
    assert jobs.tell_due(NOON) == 1
    (mail,) = (tmp_path / "outbox").glob("*.txt")
    assert mail.read_text().startswith("keeper@court.example\n")
    assert sealed.newest().note in mail.read_text()


def test_a_door_gets_the_note_and_is_not_asked_again_before_its_time(settings, keeper):
    settings.WITNESSES = (keeper.address,)
    assert jobs.tell_due(NOON) == 1
    assert keeper.kept == [sealed.newest().note]
    happen(1)
    seal_once(KEY, NOON)
    assert (jobs.tell_due(NOON + 9 * MINUTE), jobs.tell_due(NOON + 10 * MINUTE)) == (0, 1)


@pytest.mark.parametrize(("status", "fault"), [(503, "HTTP 503"), (404, "HTTP 404"), (302, "HTTP 302")])
def test_a_door_that_does_not_take_it_is_tried_again_and_what_leads_elsewhere_is_not_followed(
    settings, keeper, status, fault
):
    settings.WITNESSES = (keeper.address,)
    keeper.status = status
    assert jobs.tell_due(NOON) == 0
    assert (standing(keeper.address).fault, len(keeper.kept)) == (fault, 1)
    keeper.status = 200
    assert (jobs.tell_due(NOON), jobs.tell_due(NOON + MINUTE)) == (0, 1)
    assert standing(keeper.address).fault == ""


def test_a_fault_of_one_witness_delays_no_other(settings, tmp_path, keeper):
    nobody = "http://127.0.0.1:9/heads"
    settings.WITNESSES = (nobody, "file:/no/such/folder/heads.txt", keeper.address, f"file:{tmp_path}/heads.txt")
    assert jobs.tell_due(NOON) == 2
    assert "refused" in standing(nobody).fault
    assert "No such file" in standing("file:/no/such/folder/heads.txt").fault


def test_what_is_no_address_has_no_way():
    assert [telling.way(one) for one in ("file:/a", "mailto:a@b", "https://a", "http://a")] == [
        "file",
        "mailto",
        "https",
        "http",
    ]
    assert telling.way("ftp://a") == ""
