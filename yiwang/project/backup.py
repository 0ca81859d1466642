"""What a backup is: one tar file with the database as of one moment, the files that its rows name, and a checksum of every part.

    manifest.json       what it is: form, town, moment, versions, migrations, newest signed head, how much
    database.dump       pg_dump's custom form, of one snapshot
    files/<sha256>      each uploaded file under its own hash
    checksums.json      SHA-256 of every part above, and the mark that only the town's secret makes of them (`vouched`);
                        written last, so that a file that was cut off is known by its absence

The keys (secret.key, seal.key) are not in it: whoever finds a backup shall not be able to open the phones and names in it. Nor to
change it: what is put back is run as SQL by whoever restores, and checksums alone anybody can write anew.
"""

import hashlib
import io
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.db import connection, transaction
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from yiwang.kernel import secrecy
from yiwang.project import postgres
from yiwang.project.refusal import Refusal

FORM, UNVOUCHED = 2, 1
"""The form that is written, and the one from before 2026-11-27, whose checksums nothing of the town's stands under."""
KIND = "backup"
MANIFEST, DATABASE, CHECKSUMS, FILES = "manifest.json", "database.dump", "checksums.json", "files/"
PIECE = 1 << 20
NEWER_SETTING, SETTINGS_END = b"SET transaction_timeout", 60
"""A line that servers before 17 refuse, and how many lines from the script's beginning on it can stand."""
Progress = Callable[[str, int, int], None]
"""What is being done, how much of it is done, and of how much (bytes or pieces)."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself, before anything of it is used."""

    town: str
    made_at: str
    program: str
    postgres: int
    """The major version of the server it was taken from; an older one cannot read it."""
    migrations: tuple[str, ...]
    """`app.name` of every migration whose tables are in it."""
    key_check: str
    """What only the town's secret key makes, hexadecimal."""
    entries: int
    head: str
    """The newest signed head of the journal as a note; empty when nothing was signed."""
    files: int
    file_bytes: int
    form: int = FORM


@dataclass
class Writer:
    """A backup being written: each part is hashed on its way."""

    tar: tarfile.TarFile
    sums: dict[str, str] = field(default_factory=dict)

    def add_bytes(self, name: str, content: bytes) -> None:
        """One part that is at hand."""
        self._add(name, io.BytesIO(content), len(content))
        self.sums[name] = hashlib.sha256(content).hexdigest()

    def add_file(self, name: str, path: Path, grown: Callable[[int], None]) -> str:
        """One part from the disk; gives its SHA-256. Raises FileNotFoundError."""
        with path.open("rb") as raw:
            read = _Hashing(raw, grown)
            self._add(name, read, os.fstat(raw.fileno()).st_size)
        self.sums[name] = read.digest.hexdigest()
        return self.sums[name]

    def finish(self) -> None:
        """The checksums, as the last part."""
        plain = {"parts": self.sums, "vouched": secrecy.vouch(_sums_text(self.sums)).hex()}
        content = json.dumps(plain, indent=0).encode()
        self._add(CHECKSUMS, io.BytesIO(content), len(content))

    def _add(self, name: str, content: Any, size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self.tar.addfile(info, content)


class _Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, raw: IO[bytes], grown: Callable[[int], None]) -> None:
        self.raw, self.grown, self.digest = raw, grown, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self.raw.read(size)
        self.digest.update(piece)
        self.grown(len(piece))
        return piece


@contextmanager
def written(path: Path) -> Iterator[Writer]:
    """A new backup for its owner's eyes only, complete on the disk or not there at all. Raises OSError."""
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
                writer = Writer(tar)
                yield writer
                writer.finish()
            raw.flush()
            os.fsync(raw.fileno())
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)


class Damaged(Exception):
    """A backup that is not whole, or that is none; the text says in what, in Chinese and English."""


def manifest_of(path: Path) -> Manifest:
    """What the backup says of itself. Raises Damaged, OSError."""
    with _opened(path) as tar:
        first = tar.next()
        content = tar.extractfile(first) if first is not None and first.name == MANIFEST else None
        if content is None:
            raise Damaged("它不是 yiwang backup 写的文件。It was not written by yiwang backup.")
        told = dict(json.load(content))
        if told.pop("yiwang", None) != KIND or told.get("form") not in (FORM, UNVOUCHED):
            raise Damaged("它的格式这个程序不认识。Its form is not known to this program.")
        bytes.fromhex(told["key_check"])
        return Manifest(
            **{**told, "migrations": tuple(map(str, told["migrations"])), "postgres": int(told["postgres"])}
        )


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest as a part."""
    return json.dumps({"yiwang": KIND, **manifest.__dict__}, ensure_ascii=False, indent=1).encode()


class Unvouched(Exception):
    """Every part is as its checksum says, and nothing of the town's secret stands under the checksums."""


def check(path: Path, progress: Progress) -> None:
    """Read every part and compare it with its checksum, and these with the town's mark under them.

    Raises Damaged, naming the first part that is wrong; Unvouched; OSError.
    """
    found: dict[str, str] = {}
    kept: Any = None
    total = path.stat().st_size
    with _opened(path) as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isreg() and not member.sparse else None
            if content is None or member.name in found:
                raise Damaged(f"里面有不该有的东西：{member.name}。It holds what does not belong there: {member.name}.")
            if member.name == CHECKSUMS:
                kept = json.load(content)
                continue
            digest = hashlib.sha256()
            while piece := content.read(PIECE):
                digest.update(piece)
            found[member.name] = digest.hexdigest()
            progress("核对 checking (bytes)", member.offset_data + member.size, total)
        if kept is None:
            raise Damaged("文件不完整，末尾缺了一段。It is not whole: its end is missing.")
        parts, vouched = (kept["parts"], bytes.fromhex(kept["vouched"])) if "vouched" in kept else (kept, b"")
        _compare(found, dict(parts))
    if not secrecy.is_vouched(_sums_text(parts), vouched):
        raise Unvouched


def _sums_text(sums: Mapping[str, str]) -> str:
    return json.dumps(dict(sums), sort_keys=True)


def _compare(found: Mapping[str, str], kept: Mapping[str, str]) -> None:
    for name in sorted({*found, *kept}):
        if found.get(name) != kept.get(name):
            raise Damaged(f"这一部分和写的时候不一样：{name}。This part is not as it was written: {name}.")


def extract(path: Path, name: str, target: Path) -> None:
    """One part to a file of its own, for its owner's eyes only."""
    with _opened(path) as tar, target.open("wb") as out:
        target.chmod(0o600)
        content = tar.extractfile(name)
        while content is not None and (piece := content.read(PIECE)):
            out.write(piece)


def files_in(path: Path) -> Iterator[tuple[str, bytes]]:
    """Hash and bytes of each uploaded file."""
    with _opened(path) as tar:
        for member in tar:
            content = tar.extractfile(member) if member.name.startswith(FILES) else None
            if content is not None:
                yield member.name.removeprefix(FILES), content.read()


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, mode="r:") as tar:
            yield tar
    except (tarfile.TarError, EOFError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Damaged("文件不完整，或不是备份。It is not whole, or it is no backup.") from None


# --- PostgreSQL's own programs ---------------------------------------------------------------------------------------


def dump(url: str, snapshot: str, target: Path) -> None:
    """The database as of an exported snapshot, by pg_dump. Raises Refusal with what it said."""
    dbname, values = _login(url)
    options = ["--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={target}", f"--dbname={dbname}"]
    _run([_program("pg_dump"), *options], values)


def load(url: str, source: Path) -> None:
    """Everything of a dump into an empty database, all or nothing. Raises Refusal with what went wrong.

    Rights that new tables would get by default are left out: they name the login that owned the tables there. The
    migrations that follow give them anew, to the login here.
    """
    listed = _run([_program("pg_restore"), "--list", str(source)], dict(os.environ))
    wanted = source.with_suffix(".list")
    wanted.write_text("".join(f"{line}\n" for line in listed.splitlines() if " DEFAULT ACL " not in line), "utf-8")
    try:
        script = [_program("pg_restore"), "--no-owner", f"--use-list={wanted}", "--file=-", str(source)]
        _through_psql(script, *_login(url))
    finally:
        wanted.unlink()


def _through_psql(script: list[str], dbname: str, values: Mapping[str, str]) -> None:
    """pg_restore's own connection sets what servers before 17 do not know, and stops there; so its script goes through psql."""
    options = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    command = [_program("psql"), *options, f"--dbname={dbname}", "--single-transaction", "--file=-"]
    with (
        tempfile.TemporaryFile() as told,
        subprocess.Popen(script, stdout=subprocess.PIPE, stderr=told) as reader,  # noqa: S603 - programs of the wheel
        subprocess.Popen(command, stdin=subprocess.PIPE, stderr=told, env=dict(values)) as psql,  # noqa: S603 - as above
    ):
        assert reader.stdout is not None  # noqa: S101 - asked for above
        assert psql.stdin is not None  # noqa: S101 - asked for above
        with suppress(BrokenPipeError):  # psql has ended; what it said is read below
            _feed(reader.stdout, psql.stdin)
            if reader.wait() != 0:
                psql.stdin.write(b"\nSELECT 1/0;\n")  # half a script must not be committed
        with suppress(BrokenPipeError):
            psql.stdin.close()
        reader.stdout.close()
        if max(abs(psql.wait()), abs(reader.wait())):
            told.seek(0)
            raise _failed("psql", told.read().decode(errors="replace"))


def _feed(script: IO[bytes], psql: IO[bytes]) -> None:
    for number, text in enumerate(script):
        if number > SETTINGS_END or not text.startswith(NEWER_SETTING):
            psql.write(text)


def _program(name: str) -> str:
    return str(postgres.bundled().bin / name)


def _login(url: str) -> tuple[str, dict[str, str]]:
    """How a program logs in: what may stand in its command line, which everybody can read, and its environment."""
    parts: dict[str, Any] = dict(conninfo_to_dict(url))
    values = dict(os.environ)
    if password := parts.pop("password", None):
        values["PGPASSWORD"] = str(password)
    return make_conninfo(**parts), values


def _run(command: list[str], values: Mapping[str, str]) -> str:
    done = subprocess.run(  # noqa: S603 - programs of the wheel
        command, env=dict(values), capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode != 0:
        raise _failed(Path(command[0]).name, done.stderr)
    return done.stdout


def _failed(program: str, said: str) -> Refusal:
    return Refusal(
        f"{program} 没有做成，数据库没有改动。它说的原因：{program} did not succeed; the database was not changed. It said:\n{said.strip()}"
    )


@contextmanager
def snapshot() -> Iterator[str]:
    """As long as it lasts every query sees one moment; gives the name by which pg_dump sees the same. Not inside a transaction."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]
