"""A full disk and a database that is gone are said as such, nothing half is kept, and the same again succeeds when they are back."""

import io
import json
import os
import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client

from yiwang.intake.reports.models import Report
from yiwang.kernel.files import store
from yiwang.kernel.files.models import File
from yiwang.kernel.files.tests.pictures import jpeg
from yiwang.kernel.journal.models import Entry
from yiwang.kernel.outages import DatabaseAway, DiskFull, outage

REPORT = {"text": "演示：路灯不亮", "place_text": "东门"}


@pytest.fixture
def visitor(settings, tmp_path) -> Client:
    settings.DATA_DIR = tmp_path / "var"
    settings.DATA_DIR.mkdir()
    return Client(raise_request_exception=False)


def reported(visitor: Client, key: str = "a-key") -> Any:
    return visitor.post("/api/reports", json.dumps(REPORT), "application/json", headers={"Idempotency-Key": key})


def said(answer: Any) -> tuple[int, str, str]:
    """Status, kind and when to come again, of a refusal with words."""
    told = answer.json()
    assert all(told[part] for part in ("title", "detail", "do"))
    return answer.status_code, told["type"], answer["Retry-After"]


def lose_the_database() -> None:
    """What a crash of the server does to a connection."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])


@contextmanager
def no_file_over(size: int) -> Iterator[None]:
    """As under `ulimit -f`: whoever writes on gets EFBIG."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.django_db(transaction=True)
def test_a_lost_database_is_said_as_such_and_the_same_again_is_done_once(visitor):
    assert Report.objects.count() == 0
    lose_the_database()
    assert said(reported(visitor)) == (503, "database-away", "5")
    connection.close()  # the server does that when a request ends
    first, second = reported(visitor), reported(visitor)
    assert (first.status_code, second.json()) == (201, first.json())
    assert Report.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_page_of_somebody_who_is_logged_in_says_that_the_database_is_away(visitor, settings):
    visitor.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32  # asked for in the database, before any view
    connection.ensure_connection()
    lose_the_database()
    answer = visitor.get("/desk/")
    connection.close()
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "数据库暂时没有应答" in answer.content.decode()
    assert visitor.get("/").status_code == 200


@pytest.mark.django_db
def test_a_photo_for_which_there_is_no_room_leaves_nothing_behind_and_goes_through_later(visitor):
    def sent() -> Any:
        photo = io.BytesIO(jpeg((640, 480)))
        photo.name = "a.jpg"
        return visitor.post("/api/photos", {"photo": photo}, headers={"Idempotency-Key": "one"})

    with no_file_over(100):
        assert said(sent()) == (507, "disk-full", "60")
    assert not [path for path in store.root().rglob("*") if path.is_file()]
    assert not File.objects.exists()
    assert sent().status_code == 201
    assert File.objects.count() == 1


@pytest.mark.django_db
def test_a_step_for_which_the_database_has_no_room_is_refused_whole(visitor):
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END$$"
        )
        cursor.execute("CREATE TRIGGER full_disk BEFORE INSERT ON report EXECUTE FUNCTION full_disk()")
    assert said(reported(visitor)) == (507, "disk-full", "60")
    assert not Entry.objects.filter(verb__startswith="case.").exists()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER full_disk ON report")
    assert reported(visitor).status_code == 201


def test_only_what_is_missing_under_the_town_is_told_as_an_outage(db):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with pytest.raises(psycopg.OperationalError) as away:
            psycopg.connect(f"postgresql://x@127.0.0.1:{nobody.getsockname()[1]}/x", connect_timeout=2)
    assert isinstance(outage(away.value), DatabaseAway)
    with pytest.raises(OperationalError) as slow, connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 20; SELECT pg_sleep(2)")
    connection.needs_rollback = True
    assert outage(slow.value) is None
    assert outage(ValueError("our fault")) is None
    assert outage(None) is None
    wrapped = ValueError("while writing")
    wrapped.__context__ = OSError(28, "No space left on device")
    assert isinstance(outage(wrapped), DiskFull)
