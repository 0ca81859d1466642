"""The town's secrets in one list, and a fresh key: what was sealed before is read, and a kill in the middle leaves nothing half done."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from yiwang.kernel import ids, keyring, secrecy
from yiwang.kernel.people import sealing
from yiwang.kernel.people.models import SecretCheck
from yiwang.kernel.people.sealing import Secret
from yiwang.kernel.people.steps import secretcheck
from yiwang.project import processes, secret
from yiwang.project.command_secret import app
from yiwang.project.environment import Folder
from yiwang.project.refusal import Refusal

SAID = "水大爷 13900000001"
AGAIN = """
import os, sys
from pathlib import Path
from yiwang.project import secret
print("ready", flush=True)
while True:
    secret.rotate(Path(sys.argv[1]), {})
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("YIWANG_DATA", str(tmp_path))
    monkeypatch.delenv("YIWANG_SECRET_KEY", raising=False)
    (tmp_path / "log").mkdir()
    secret.of_folder(tmp_path, may_make=True)
    return tmp_path


@pytest.fixture
def use(settings):
    """The town works with the secret that the folder has now."""

    def at_work(folder: Path) -> None:
        settings.SECRET_KEY = secret.of_folder(folder, may_make=False)
        secrecy._key.cache_clear()

    yield at_work
    secrecy._key.cache_clear()


@pytest.mark.parametrize("cipher", ["aes", "sm4"])
def test_after_a_renewal_everything_older_is_read_and_found_and_the_newest_key_seals(folder, use, settings, cipher):
    settings.CIPHER = cipher
    use(folder)
    first, look_up, link = secrecy.seal(SAID), secrecy.keyed_hash("13900000001"), secrecy.short_token("NH-1")
    sealed = [first]
    for _ in range(2):
        assert CliRunner().invoke(app, ["rotate"]).exit_code == 0
        use(folder)
        sealed.append(secrecy.seal(SAID))
    assert [secrecy.unseal(one) for one in sealed] == [SAID] * 3
    assert [one.startswith(secrecy.KEY_MARK) for one in sealed] == [False, True, True]
    assert (secrecy.keyed_hash("13900000001"), secrecy.short_token("NH-1")) == (look_up, link)
    newest = secrecy.check_value(secrecy.key_count() - 1)
    assert secrecy.is_check_of_any(newest)
    settings.SECRET_KEY = keyring.written(keyring.keys(settings.SECRET_KEY)[:2])
    secrecy._key.cache_clear()
    assert not secrecy.is_check_of_any(newest)  # a backup of now is not put back with that
    assert secrecy.unseal(sealed[1]) == SAID
    with pytest.raises(secrecy.InvalidTag):  # an older backup's secret lacks the key that sealed this
        secrecy.unseal(sealed[2])


@pytest.mark.django_db
def test_a_database_that_a_newer_key_has_sealed_refuses_the_older_secret(folder, use, settings):
    use(folder)
    older = settings.SECRET_KEY
    secretcheck.keep_check()
    secret.rotate(folder, {})
    use(folder)
    assert sealing.secret() is Secret.SAME
    secretcheck.keep_check()
    assert SecretCheck.objects.count() == 2
    settings.SECRET_KEY = older
    secrecy._key.cache_clear()
    assert sealing.secret() is Secret.OTHER


def test_killed_at_any_moment_the_secret_is_the_old_or_the_new_one_and_reads_everything(folder, use, settings):
    chance = random.Random(7)
    use(folder)
    sealed = [secrecy.seal(SAID)]
    before = keyring.keys(settings.SECRET_KEY)
    command = [sys.executable, "-c", AGAIN, str(folder)]
    for _ in range(4):
        renewing = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": "."})
        assert renewing.stdout is not None
        assert renewing.stdout.readline() == b"ready\n"
        ends = time.monotonic() + 20
        while (folder / "secret.key").read_text().strip() == settings.SECRET_KEY and time.monotonic() < ends:
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.03))
        renewing.send_signal(signal.SIGKILL)
        renewing.wait()
        use(folder)
        after = keyring.keys(settings.SECRET_KEY)
        assert after[: len(before)] == before
        assert [secrecy.unseal(one) for one in sealed] == [SAID] * len(sealed)
        sealed.append(secrecy.seal(SAID))
        before = after
    assert len(before) > 4
    assert (folder / "secret.key").stat().st_mode & 0o777 == 0o600


def test_a_running_town_is_not_given_a_fresh_key(folder):
    lock = processes.FolderLock(Folder(folder).lock)
    lock.take()
    before = (folder / "secret.key").read_text()
    refused = CliRunner().invoke(app, ["rotate"])
    lock.release()
    assert isinstance(refused.exception, Refusal)
    assert "already running" in str(refused.exception)
    assert (folder / "secret.key").read_text() == before


def test_a_secret_of_the_environment_is_not_renewed_behind_its_back(folder):
    with pytest.raises(Refusal, match="YIWANG_SECRET_KEY"):
        secret.rotate(folder, {"YIWANG_SECRET_KEY": ids.secret_key()})


def test_the_list_says_where_each_secret_lies_and_shows_none(folder, monkeypatch):
    (folder / "seal.key").write_text("PRIVATE-SEAL")
    monkeypatch.setenv("YIWANG_SMTP", "smtps://user:pass-word@mail.example:465")
    told = CliRunner().invoke(app, ["list"]).output
    assert all(name in told for name in ("secret.key", "seal.key", "YIWANG_SMTP", "yiwang secret rotate"))
    assert not any(one in told for one in ((folder / "secret.key").read_text().strip(), "PRIVATE-SEAL", "pass-word"))


@pytest.mark.parametrize("spoiled", ["yiwang-keys:", "yiwang-keys:abc", "yiwang-keys:$$$:YWJj", "short"])
def test_a_spoiled_secret_is_refused_and_never_written_over(folder, spoiled):
    (folder / "secret.key").write_text(spoiled)
    with pytest.raises(Refusal):
        secret.rotate(folder, {})
    assert (folder / "secret.key").read_text() == spoiled


@pytest.mark.parametrize("found", [("one key with blanks",), ("a:b", "c d"), ("x" * 64, "y" * 64, "密")])
def test_a_ring_is_read_as_it_was_written(found):
    text = keyring.written(found)
    assert keyring.keys(text) == found
    assert len(found) == 1 or text.isascii()
