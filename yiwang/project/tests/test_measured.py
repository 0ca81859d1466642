"""/metrics: who may look, what is counted, and that nothing in it leads to a person."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from prometheus_client import mmap_dict, values
from prometheus_client.parser import text_string_to_metric_families

from yiwang.kernel import walltime
from yiwang.kernel.journal import sealer, sequencer
from yiwang.kernel.journal.notes import Signer
from yiwang.kernel.people.steps import accounts as people
from yiwang.kernel.terms import Actor, ActorKind, Call
from yiwang.project.measured import FILES_OF, OWN, REQUESTS, SECONDS, Measured, figures, have_room, may_look
from yiwang.project.tests.test_outages import lose_the_database

TOKEN = "a-watchmans-word"
HERE, ELSEWHERE = {"REMOTE_ADDR": "127.0.0.1"}, {"REMOTE_ADDR": "10.1.0.9"}
GIVEN = {"HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}
WRONG = {"HTTP_AUTHORIZATION": "Bearer another"}

WHO_MAY_LOOK = [
    # the request, the token that is set, behind a proxy, may look
    (HERE, "", False, True),
    ({"REMOTE_ADDR": "::1"}, "", False, True),
    (HERE, "", True, False),
    (HERE | {"HTTP_X_FORWARDED_FOR": "10.1.0.9"}, "", False, False),
    ({"REMOTE_ADDR": ""}, "", False, False),
    (ELSEWHERE, "", False, False),
    (ELSEWHERE | {"HTTP_AUTHORIZATION": "Bearer "}, "", False, False),
    (ELSEWHERE | GIVEN, TOKEN, False, True),
    (HERE | GIVEN, TOKEN, True, True),
    (ELSEWHERE | WRONG, TOKEN, True, False),
    (ELSEWHERE | {"HTTP_AUTHORIZATION": "Bearer 口令"}, TOKEN, True, False),
]


@pytest.mark.parametrize(("asked", "token", "behind_proxy", "may"), WHO_MAY_LOOK)
def test_figures_are_for_this_machine_or_for_who_has_the_token(
    asked: dict[str, str], token: str, behind_proxy: bool, may: bool
) -> None:
    assert may_look(asked, token, behind_proxy=behind_proxy) is may


def answer(application: Measured, path: str, method: str = "GET", **asked: str) -> tuple[str, bytes]:
    told: list[str] = []
    parts = application(
        {"PATH_INFO": path, "REQUEST_METHOD": method, **HERE, **asked}, lambda status, *_: told.append(status)
    )
    return told[0], b"".join(parts)


def pages(status: str) -> Measured:
    def inner(_: Any, start_response: Any) -> list[bytes]:
        start_response(status, [])
        return [b"page"]

    return Measured(inner, TOKEN, behind_proxy=True)


COUNTED = [
    # address, method, the answer's status, counted as
    ("/desk/cases/XH20190402W0000102", "GET", "200 OK", ("desk", "GET", "2xx")),
    ("/api/reports", "POST", "503 Service Unavailable", ("api", "POST", "5xx")),
    ("/r/XH20190402W0000102/a-secret-token", "GET", "404 Not Found", ("portal", "GET", "4xx")),
    ("", "BREW", "400 Bad Request", ("portal", "other", "4xx")),
]


@pytest.mark.parametrize(("path", "method", "status", "labels"), COUNTED)
def test_an_answer_is_counted_by_room_and_kind_never_by_its_address(
    path: str, method: str, status: str, labels: tuple[str, str, str]
) -> None:
    names = dict(zip(("room", "method", "status"), labels, strict=True))
    before = OWN.get_sample_value("yiwang_requests_total", names) or 0
    assert answer(pages(status), path, method) == (status, b"page")
    assert OWN.get_sample_value("yiwang_requests_total", names) == before + 1
    assert not [one for one in OWN.collect() for sample in one.samples if "XH2019" in str(sample.labels)]


def test_a_stranger_is_told_how_to_be_let_in() -> None:
    status, said = answer(pages("200 OK"), "/metrics", **WRONG)
    assert status == "403 Forbidden"
    assert "YIWANG_METRICS_TOKEN" in said.decode()


@pytest.mark.django_db(transaction=True)
def test_a_watchman_is_told_that_the_database_is_away_and_then_sees_that_it_is_back() -> None:
    town = Measured(pages("200 OK"), "", behind_proxy=False)
    assert answer(town, "/metrics")[0] == "200 OK"
    connection.ensure_connection()
    lose_the_database()
    status, said = answer(town, "/metrics")
    assert status == "503 Service Unavailable"
    assert "数据库没有应答" in said.decode()
    assert answer(town, "/metrics")[0] == "200 OK"


def waiting() -> dict[str, float]:
    families = text_string_to_metric_families(figures().decode())
    return {
        sample.labels["kind"]: sample.value
        for one in families
        for sample in one.samples
        if sample.name == "yiwang_waiting"
    }


@pytest.mark.django_db
def test_what_waits_is_what_stands_in_the_database() -> None:
    people.create_account("somebody", "张演示", call=Call(Actor(ActorKind.SYSTEM), walltime.now(), "test"))
    assert (waiting()["journal"], waiting()["seal"]) == (1, 0)
    sequencer.sequence_once()
    assert (waiting()["journal"], waiting()["seal"]) == (0, 1)
    sealer.seal_once(Signer("yiwang/xinhai", bytes(32)), walltime.now())
    assert (waiting()["journal"], waiting()["seal"]) == (0, 0)


def test_counting_needs_no_room_that_the_disk_may_not_have_later(tmp_path: Path, monkeypatch: Any) -> None:
    """A write into a hole of a mapped file ends a process when the disk is full."""
    monkeypatch.setattr(values, "ValueClass", values.ValueClass)
    assert have_room(tmp_path)
    made = sorted(tmp_path.iterdir())
    assert [one.name for one in made] == [f"counter_{os.getpid()}.db", f"histogram_{os.getpid()}.db"]
    for one in made:
        assert one.stat().st_blocks * 512 >= one.stat().st_size == mmap_dict._INITIAL_MMAP_SIZE
    kept = mmap_dict.MmapedDict(str(made[0]))
    kept.write_value("requests", 3.0, 0.0)
    assert kept.read_value("requests")[0] == 3.0
    kept.close()
    assert {one.split("_")[0] for one in (f"{metric._type}_" for metric in (REQUESTS, SECONDS))} == set(FILES_OF)


def test_without_room_a_process_counts_for_itself_and_lives(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(values, "ValueClass", values.MultiProcessValue())
    monkeypatch.setattr(os, "posix_fallocate", no_room)
    assert not have_room(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert values.ValueClass is values.MutexValue
    assert answer(pages("418 I'm a teapot"), "/a", "PUT")[0] == "418 I'm a teapot"


def no_room(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")
