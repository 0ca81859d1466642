"""From upload to use or to the sweeper: the bytes are there when the row is, and gone only when nothing needs them."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection, transaction
from psycopg.conninfo import make_conninfo

from yiwang.kernel.files import guards, jobs, queries, steps, store, tokens, uploads
from yiwang.kernel.files.facts import FileStored, Purpose
from yiwang.kernel.files.models import File, FileUse
from yiwang.kernel.files.problems import FileGone, FileTypeNotAccepted, UploadExpired, UploadUnknown
from yiwang.kernel.files.tests import pictures
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.problems import NotAllowed, NotFound
from yiwang.kernel.terms import VISITOR, Actor, ActorKind, Call, FileHash, Grant, Point, ScopeKind

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
NEXT_DAY = NOON + timedelta(hours=25)
HANDLER = Actor(ActorKind.STAFF, None, (Grant("handler", ScopeKind.TEAM, UUID(int=7)),))
WORKER = Actor(ActorKind.STAFF, None, (Grant("committee_worker", ScopeKind.COMMITTEE, UUID(int=8)),))


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, settings: object) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture(autouse=True)
def opinions_guard() -> Iterator[None]:
    """A module of the tests' own: everybody sees the files of opinion 1, nobody those of another."""
    guards.GUARDS["opinion"] = lambda actor, subject_id: subject_id == "1"
    yield
    del guards.GUARDS["opinion"]


def call(actor: Actor = VISITOR, now: datetime = NOON, key: str | None = None) -> Call:
    return Call(actor, now, door="test", key=key)


def stored(content: bytes | None = None, now: datetime = NOON) -> FileStored:
    return uploads.store_upload(content or pictures.phone_photo(), "image/jpeg", call=call(now=now))


def use(file: FileStored, opinion: int = 1) -> None:
    steps.use_file(file.sha256, "opinion", str(opinion), Purpose.SCENE, call=call())


def lies_there(file: FileStored) -> bool:
    return store.path_of(file.sha256).exists()


def make_old(path: Path) -> None:
    os.utime(path, (0, 0))


@pytest.mark.django_db
def test_a_residents_photo_is_received_with_a_token_and_its_place_is_only_offered() -> None:
    received = uploads.receive(pictures.phone_photo(), "image/jpeg", call=call())
    assert received.position == Point(121.37, 31.8)
    assert tokens.claimed(received.token, now=NOON) == received.file.sha256
    row = File.objects.get()
    assert (row.mime, row.width, row.height, row.uploaded_at) == ("image/jpeg", 600, 800, NOON)
    whole = store.path_of(row.sha256).read_bytes()
    assert store.hash_of(whole) == row.sha256
    assert len(whole) == row.bytes
    with connection.cursor() as cursor:
        cursor.execute("SELECT body::text FROM entry WHERE verb = 'file.stored'")
        assert "121" not in cursor.fetchone()[0].replace(row.sha256, "")


@pytest.mark.django_db
def test_the_same_photo_twice_is_one_file() -> None:
    first, second = stored(), stored(now=NOON + timedelta(hours=1))
    assert first == second
    assert File.objects.get().uploaded_at == NOON + timedelta(hours=1)


@pytest.mark.django_db
def test_an_upload_sent_again_with_its_key_gets_the_first_answer() -> None:
    first = uploads.receive(pictures.jpeg(), "image/jpeg", call=call(key="k1"))
    again = uploads.receive(pictures.jpeg(), "image/jpeg", call=call(key="k1", now=NOON + timedelta(minutes=5)))
    assert again.file == first.file
    assert File.objects.get().uploaded_at == NOON


@pytest.mark.django_db
def test_bytes_that_a_disk_lost_are_mended_by_the_next_upload() -> None:
    file = stored()
    store.path_of(file.sha256).write_bytes(b"")
    stored()
    assert store.hash_of(store.path_of(file.sha256).read_bytes()) == file.sha256


@pytest.mark.django_db
@pytest.mark.parametrize("actor", [HANDLER, WORKER])
def test_staff_of_a_team_or_committee_hand_in_documents_and_residents_do_not(actor: Actor) -> None:
    paper = uploads.store_upload(pictures.document(), "application/pdf", call=call(actor))
    assert store.path_of(paper.sha256).read_bytes() == pictures.document()
    with pytest.raises(FileTypeNotAccepted):
        uploads.store_upload(pictures.document(), "application/pdf", call=call())


@pytest.mark.django_db
def test_a_refused_file_leaves_nothing(data_folder: Path) -> None:
    with pytest.raises(FileTypeNotAccepted):
        uploads.store_upload(pictures.zipped(), "application/zip", call=call())
    assert not list(data_folder.rglob("*"))
    assert not File.objects.exists()


@pytest.mark.django_db
def test_a_file_is_seen_by_those_who_may_see_what_it_hangs_on() -> None:
    file = stored()
    with pytest.raises(NotFound):
        queries.open_for(VISITOR, file.sha256)
    use(file, opinion=2)
    with pytest.raises(NotFound):
        queries.open_for(VISITOR, file.sha256)
    with pytest.raises(NotFound):
        queries.files_of(VISITOR, "opinion", 2)
    use(file, opinion=1)
    use(file, opinion=1)
    shown = queries.files_of(VISITOR, "opinion", 1)
    assert [(each.sha256, each.purpose) for each in shown] == [(file.sha256, Purpose.SCENE)]
    assert queries.files_of(VISITOR, "opinion", 1, Purpose.PROOF) == ()
    opened = queries.open_for(VISITOR, file.sha256)
    with opened.stream as stream:
        assert len(stream.read()) == file.size_bytes
    assert opened.headers["Content-Type"] == "image/jpeg"


@pytest.mark.django_db
def test_a_lost_thumbnail_is_made_again() -> None:
    received = uploads.receive(pictures.phone_photo(), "image/jpeg", call=call())
    path = store.path_of(received.file.sha256, thumbnail=True)
    before = path.read_bytes()
    path.unlink()
    with queries.open_uploaded(VISITOR, received.token, now=NOON).stream as stream:
        assert 0 < len(stream.read()) <= len(before) * 2
    assert path.exists()


@pytest.mark.django_db
def test_a_token_counts_for_hours_and_only_as_given() -> None:
    token = uploads.receive(pictures.jpeg(), "image/jpeg", call=call()).token
    assert tokens.claimed(token, now=NOON + timedelta(hours=19))
    with pytest.raises(UploadExpired):
        tokens.claimed(token, now=NOON + timedelta(hours=21))
    sha256, until, sign = token.split(".")
    forged = [f"{'0' * 64}.{until}.{sign}", f"{sha256}.{int(until) + 1}.{sign}", f"{sha256}.{until}.", sha256, "", "…"]
    for wrong in forged:
        with pytest.raises(UploadUnknown):
            tokens.claimed(wrong, now=NOON)


@pytest.mark.django_db
def test_what_was_never_stored_cannot_be_used() -> None:
    with pytest.raises(FileGone):
        steps.use_file(FileHash("0" * 64), "opinion", "1", Purpose.SCENE, call=call())


def test_a_hash_that_is_a_path_opens_nothing() -> None:
    for wrong in ("../../etc/passwd", "a" * 63, "A" * 64, "a" * 63 + "/"):
        with pytest.raises(ValueError, match="not a SHA-256"):
            store.path_of(wrong)


@pytest.mark.django_db
def test_the_sweeper_removes_after_a_day_what_nothing_uses_and_never_what_is_in_use() -> None:
    unused, used, young = stored(pictures.jpeg(size=(90, 90))), stored(), stored(pictures.jpeg(size=(80, 80)), NEXT_DAY)
    use(used)
    assert jobs.sweep_orphans(NEXT_DAY) == jobs.Swept(uploads=1, strays=0, parts=0)
    assert not lies_there(unused)
    assert not store.path_of(unused.sha256, thumbnail=True).exists()
    assert lies_there(used)
    assert lies_there(young)
    assert set(File.objects.values_list("sha256", flat=True)) == {used.sha256, young.sha256}
    assert jobs.sweep_orphans(NEXT_DAY) == jobs.Swept(0, 0, 0)


@pytest.mark.django_db
def test_the_rows_follow_from_the_journal_alone() -> None:
    stored(pictures.jpeg(size=(90, 90)))
    use(stored())
    stored(now=NOON + timedelta(hours=2))
    stored(pictures.jpeg(size=(80, 80)), NEXT_DAY)
    jobs.sweep_orphans(NEXT_DAY)
    outcome = replay()
    assert {"file", "file_use"} <= set(outcome.tables)
    assert outcome.differences == ()


@pytest.mark.django_db(transaction=True)
def test_a_released_file_goes_with_its_last_use_and_replay_agrees() -> None:
    file = stored()
    use(file, 1)
    use(file, 2)
    for opinion, swept in (("1", 0), ("2", 1)):
        assert steps.release_file(file.sha256, "opinion", opinion, Purpose.SCENE, call=call())
        assert jobs.sweep_orphans(NEXT_DAY).uploads == swept
        assert lies_there(file) is (swept == 0)
        assert replay().differences == ()
    assert not store.path_of(file.sha256, thumbnail=True).exists()


@pytest.mark.django_db
def test_only_what_hangs_there_is_released_and_only_for_that_purpose() -> None:
    file = stored()
    use(file, 1)
    assert steps.release_file(file.sha256, "opinion", "2", Purpose.SCENE, call=call()) is None
    assert steps.release_file(file.sha256, "opinion", "1", Purpose.PROOF, call=call()) is None
    assert FileUse.objects.count() == 1


@pytest.mark.django_db
def test_only_the_timer_sweeps() -> None:
    with pytest.raises(NotAllowed):
        steps.sweep_file(stored().sha256, call=call(HANDLER, NEXT_DAY))


@pytest.mark.django_db
def test_bytes_without_a_row_are_swept_after_a_day(data_folder: Path) -> None:
    stray, fresh = (store.path_of(digit * 64) for digit in "ab")
    half = data_folder / "files" / "incoming" / "half"
    for path in (stray, fresh, half):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    make_old(stray)
    make_old(half)
    assert jobs.sweep_orphans(NOON) == jobs.Swept(uploads=0, strays=1, parts=1)
    assert not stray.exists()
    assert fresh.exists()


@pytest.mark.django_db
def test_with_another_towns_database_nothing_is_swept(caplog: pytest.LogCaptureFixture) -> None:
    for number in range(30):
        path = store.path_of(f"{number:064x}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        make_old(path)
    assert jobs.sweep_orphans(NOON).strays == 0
    assert "check DATABASE_URL" in caplog.text


def in_thread(work: object) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_a_use_that_comes_while_the_sweeper_runs_wins() -> None:
    file = stored()
    used, go_on = threading.Event(), threading.Event()

    def slow_form() -> None:
        with transaction.atomic():
            use(file)
            used.set()
            go_on.wait(5)

    thread = in_thread(slow_form)
    used.wait(5)
    assert jobs.sweep_orphans(NEXT_DAY) == jobs.Swept(0, 0, 0)
    go_on.set()
    thread.join()
    assert jobs.sweep_orphans(NEXT_DAY) == jobs.Swept(0, 0, 0)
    assert lies_there(file)
    assert FileUse.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_bytes_whose_row_is_not_committed_yet_are_not_strays() -> None:
    written, go_on = threading.Event(), threading.Event()
    kept: list[FileStored] = []

    def slow_upload() -> None:
        with transaction.atomic():
            kept.append(stored())
            written.set()
            go_on.wait(5)

    thread = in_thread(slow_upload)
    written.wait(5)
    make_old(store.path_of(kept[0].sha256))
    assert jobs.sweep_orphans(NOON).strays == 0
    go_on.set()
    thread.join()
    assert lies_there(kept[0])


def address_of_the_test_database() -> str:
    """Where this test run's connection goes, for another process."""
    known = connection.get_connection_params()
    return make_conninfo(
        **{key: str(known[key]) for key in ("dbname", "user", "password", "host", "port") if key in known}
    )


KILLED = """
import os, signal, sys
import django
django.setup()
from django.conf import settings
from django.db import transaction
from datetime import UTC, datetime
from yiwang.kernel.files import steps, uploads
from yiwang.kernel.files.tests import pictures
from yiwang.kernel.terms import VISITOR, Call
settings.DATA_DIR = sys.argv[1]
call = Call(VISITOR, datetime(2026, 3, 2, 4, 0, tzinfo=UTC), door="test")
with transaction.atomic():
    uploads.store_upload(pictures.phone_photo(), "image/jpeg", call=call)
    if sys.argv[2] == "before":
        os.kill(os.getpid(), signal.SIGKILL)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("moment", "rows"), [("before", 0), ("after", 1)])
def test_killed_before_the_commit_it_leaves_a_stray_and_after_it_the_photo(
    moment: str, rows: int, data_folder: Path
) -> None:
    environment = {**os.environ, "DATABASE_URL": address_of_the_test_database()}
    died = subprocess.run([sys.executable, "-c", KILLED, str(data_folder), moment], env=environment, check=False)
    assert died.returncode == -signal.SIGKILL
    (path,) = [path for path in (data_folder / "files").rglob("*") if len(path.name) == 64]
    assert store.hash_of(path.read_bytes()) == path.name
    assert File.objects.filter(sha256=path.name).count() == rows
    make_old(path)
    assert jobs.sweep_orphans(NOON + timedelta(hours=1)).strays == 1 - rows
    assert path.exists() == bool(rows)
