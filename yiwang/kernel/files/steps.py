"""What can be done with files: store an upload, hang it on something, sweep it when nothing came of it."""

from yiwang.kernel.access import permission
from yiwang.kernel.files import rules, store
from yiwang.kernel.files.facts import FileReleased, FileStored, FileSwept, FileUsed, Purpose
from yiwang.kernel.files.imaging import Photo
from yiwang.kernel.files.models import File, FileUse
from yiwang.kernel.files.problems import FileGone
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.terms import TOWN_WIDE, Actor, Call, FileHash, ScopeKind, Where


@step("file.store")
def store_photo(photo: Photo, *, call: Call) -> FileStored:
    """Keep a photo that was encoded anew, and its thumbnail. Both are on the disk before the transaction commits."""
    permission.require(call.actor, "file.store", TOWN_WIDE)
    mime = rules.MIME[rules.Kind.JPEG]
    fact = FileStored(store.hash_of(photo.jpeg), mime, len(photo.jpeg), photo.width, photo.height)
    store.turn(fact.sha256, wait=True)
    store.keep(photo.thumbnail, store.path_of(fact.sha256, thumbnail=True))
    store.keep(photo.jpeg, store.path_of(fact.sha256))
    record(fact, call=call)
    return fact


@step("file.store")
def store_document(content: bytes, *, call: Call) -> FileStored:
    """Keep a PDF that was judged, as it is. The bytes are on the disk before the transaction commits."""
    permission.require(call.actor, "file.store", TOWN_WIDE)
    permission.require(call.actor, "file.store_document", own_ground(call.actor))
    fact = FileStored(store.hash_of(content), rules.MIME[rules.Kind.PDF], len(content))
    store.turn(fact.sha256, wait=True)
    store.keep(content, store.path_of(fact.sha256))
    record(fact, call=call)
    return fact


@step("file.store_table")
def store_table(content: bytes, *, call: Call) -> FileStored:
    """Keep a Parquet file that one of our own programs made. The bytes are on the disk before the transaction commits."""
    permission.require(call.actor, "file.store_table", TOWN_WIDE)
    fact = FileStored(store.hash_of(content), rules.PARQUET, len(content))
    store.turn(fact.sha256, wait=True)
    store.keep(content, store.path_of(fact.sha256))
    record(fact, call=call)
    return fact


def own_ground(actor: Actor) -> Where:
    """The ground an actor stands on: an upload lies nowhere yet, so a role that reaches any ground may make it."""
    committees = [g.scope_id for g in actor.grants if g.scope == ScopeKind.COMMITTEE and g.scope_id]
    return Where(committee=committees[0] if committees else None, teams=actor.teams)  # type: ignore[arg-type]


@step("file.use")
def use_file(sha256: FileHash, subject_kind: str, subject_id: str, purpose: Purpose | str, *, call: Call) -> FileUsed:
    """Hang a stored file on a subject, inside the step that makes or changes the subject and has decided about it.

    Doors get the hash from `tokens.claimed`, so that nobody attaches a file by guessing its hash. Said twice it is one
    use. Raises FileGone when there is no such file (any more).
    """
    permission.require(call.actor, "file.use", TOWN_WIDE)
    if not File.objects.select_for_update().filter(sha256=sha256).exists():
        raise FileGone
    fact = FileUsed(sha256, subject_kind, str(subject_id), Purpose(purpose))
    record(fact, call=call)
    return fact


@step("file.release")
def release_file(
    sha256: FileHash, subject_kind: str, subject_id: str, purpose: Purpose | str, *, call: Call
) -> FileReleased | None:
    """Take a file off a subject, inside the step that has decided about it; None when it does not hang there.

    The bytes stay while anything else uses them; after that the sweeper removes row, bytes and thumbnail.
    """
    permission.require(call.actor, "file.release", TOWN_WIDE)
    File.objects.select_for_update().filter(sha256=sha256).first()  # uses and releases of one file in their order
    fact = FileReleased(sha256, subject_kind, str(subject_id), Purpose(purpose))
    hangs = FileUse.objects.filter(
        file=sha256, subject_kind=subject_kind, subject_id=fact.subject_id, purpose=str(fact.purpose)
    )
    if not hangs.exists():
        return None
    record(fact, call=call)
    return fact


@step("file.sweep")
def sweep_file(sha256: FileHash, *, call: Call) -> FileSwept | None:
    """Forget an upload that nothing used for a day; None when it is in use by now, in use this moment, or gone.

    The bytes are removed after this has committed (jobs.py); until then they are a stray, which does no harm.
    """
    permission.require(call.actor, "file.sweep", TOWN_WIDE)
    if not store.turn(sha256, wait=False):  # being uploaded again this moment; the turn also keeps both facts in order
        return None
    row = File.objects.select_for_update(skip_locked=True).filter(sha256=sha256).first()
    # Counted in a statement of its own, after the lock: a use committed while we waited is seen.
    if row is None or not rules.is_orphan(row.uploaded_at, FileUse.objects.filter(file=row).count(), call.now):
        return None
    fact = FileSwept(sha256)
    record(fact, call=call)
    return fact
