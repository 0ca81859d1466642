"""Signs heads of the tree over the journal, a few seconds behind the newest entry. Writers never wait for it.

One works at a time; a second one finds the lock taken. It only adds: full subtrees and heads. Before it signs, it looks
whether what is stored still gives the root that it signed last; if not, it signs nothing more (TreeBroken), because a
head over a changed past would be the town's own false witness.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from yiwang.kernel.journal import tree
from yiwang.kernel.journal.models import TreeHead, TreeNode
from yiwang.kernel.journal.notes import Head, Signer
from yiwang.kernel.journal.problems import KeyElsewhere
from yiwang.kernel.journal.sealed import Sealed

log = logging.getLogger(__name__)

KEY_FILE = "seal.key"
LOCK = 0x79697761_6E670002
"""The advisory lock of the one who seals ("yiwang" and a number)."""
EVERY_S = 2.0
BATCH = 65_536
"""The most entries in one transaction and under one head: a town that was upgraded is sealed batch by batch."""

_LEAVES = """
SELECT e.hash FROM entry_position p JOIN entry e ON e.id = p.entry_id
WHERE p.position > %s AND p.position <= %s ORDER BY p.position
"""
_TREE_NODES = "SELECT hash FROM tree_node WHERE level = %s AND index >= %s AND index < %s ORDER BY index"


class TreeBroken(Exception):
    """What the database holds is not what was sealed: an entry, its place, or a node was changed, or is missing."""


def key_path() -> Path:
    """Where the private key lies: beside secret.key in the data folder."""
    return Path(settings.DATA_DIR) / KEY_FILE


def signer() -> Signer | None:
    """The town's signer; None where there is no key file: on a second machine, or when it was lost. Raises NoteUnread."""
    path = key_path()
    return Signer.read(path.read_text(encoding="utf-8")) if path.exists() else None


def signer_of(head: Sealed) -> Signer:
    """The signer whose key that head has, for what is signed together with it. Raises KeyElsewhere."""
    key = signer()
    if key is None or str(key.verifier) != head.key:
        raise KeyElsewhere
    return key


class Stored:
    """The tree as the database holds it; what was read once is kept, so use a new one for each head."""

    def __init__(self) -> None:
        self._runs: dict[tuple[int, int], Sequence[bytes]] = {}

    def nodes(self, level: int, first: int, count: int) -> Sequence[bytes]:
        """As tree.Source. Raises TreeBroken when one is missing."""
        run, within = divmod(first, tree.RUN)
        if (level, run) not in self._runs:
            self._runs[level, run] = _read_run(level, run)
        found = self._runs[level, run][within : within + count]
        if len(found) < count:
            raise TreeBroken(f"of level {level} the hashes from {first + len(found)} on are missing")
        return found


def _read_run(level: int, run: int) -> Sequence[bytes]:
    first = run * tree.RUN
    if level == 0:
        return [tree.leaf_hash(one) for one in _entry_hashes(first, first + tree.RUN)]
    with connection.cursor() as cursor:
        cursor.execute(_TREE_NODES, [level, first, first + tree.RUN])
        return [bytes(row[0]) for row in cursor.fetchall()]


def _entry_hashes(after: int, upto: int) -> list[bytes]:
    with connection.cursor() as cursor:
        cursor.execute(_LEAVES, [after, upto])
        return [bytes(row[0]) for row in cursor.fetchall()]


def seal_once(key: Signer, now: datetime, batch: int = BATCH) -> int:
    """Seal up to `batch` entries and sign one head over all there are then; gives how many were sealed.

    0 when nothing is new or another one is at work. Raises TreeBroken, and then nothing was signed.
    """
    with transaction.atomic():
        if not _alone():
            return 0
        last = TreeHead.objects.order_by("-size").first()
        begun = last.size if last else 0
        size = min(_newest(), begun + batch)
        if size <= begun:
            return 0
        frontier = tree.frontier_of(Stored(), begun)
        if last is not None and frontier.root() != bytes(last.root):
            raise TreeBroken(f"the first {begun} entries no longer give the root that was signed at {last.signed_at}")
        hashes = _entry_hashes(begun, size)
        if len(hashes) != size - begun:
            raise TreeBroken(f"of the positions {begun + 1} to {size} only {len(hashes)} have an entry")
        _keep(_grown(frontier, hashes))
        _sign(key, size, frontier.root(), now)
    return size - begun


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _newest() -> int:
    """The newest position. A statement after the one that took the lock: it sees all that the last holder did."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(position), 0) FROM entry_position")
        return int(cursor.fetchone()[0])


def _grown(frontier: tree.Frontier, hashes: Iterable[bytes]) -> Iterator[tree.Node]:
    for one in hashes:
        yield from frontier.add(tree.leaf_hash(one))


def _keep(nodes: Iterable[tree.Node]) -> None:
    TreeNode.objects.bulk_create(TreeNode(level=one.level, index=one.number, hash=one.hash) for one in nodes)


def _sign(key: Signer, size: int, root: bytes, now: datetime) -> None:
    note = key.note(Head(key.name, size, root).text)
    TreeHead.objects.create(size=size, root=root, signed_at=now, note=note, key=str(key.verifier))


@cache
def _tell_missing(path: Path) -> None:
    log.warning("%s is missing: no heads are signed here", path)


def seal(now: datetime) -> int:
    """Seal everything there is, for a timer. Without a key file it does nothing and says so once."""
    key, sealed = signer(), 0
    if key is None:
        _tell_missing(key_path())
        return 0
    while count := seal_once(key, now):
        sealed += count
        if count < BATCH:
            break
    return sealed
