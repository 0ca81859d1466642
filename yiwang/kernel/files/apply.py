"""Facts about files to rows, live and on replay. The bytes are not touched here: store.py and jobs.py do that."""

from yiwang.kernel.files.facts import FileReleased, FileStored, FileSwept, FileUsed
from yiwang.kernel.files.models import File, FileUse
from yiwang.kernel.journal.registry import Entry, applies


@applies(FileStored)
def file_stored(fact: FileStored, entry: Entry) -> None:
    """One row per content; the same content again only moves the moment from which its form may take a day."""
    File.objects.update_or_create(
        sha256=fact.sha256,
        defaults={
            "mime": fact.mime,
            "bytes": fact.size_bytes,
            "width": fact.width,
            "height": fact.height,
            "uploaded_at": entry.recorded_at,
        },
    )


@applies(FileUsed)
def file_used(fact: FileUsed, entry: Entry) -> None:
    """A use is said once, however often it is told."""
    FileUse.objects.bulk_create(
        [
            FileUse(
                file_id=fact.sha256,
                subject_kind=fact.subject_kind,
                subject_id=fact.subject_id,
                purpose=str(fact.purpose),
                used_at=entry.recorded_at,
            )
        ],
        ignore_conflicts=True,
    )


@applies(FileReleased)
def file_released(fact: FileReleased, entry: Entry) -> None:
    """This one use goes; others of the same file stay."""
    FileUse.objects.filter(
        file=fact.sha256, subject_kind=fact.subject_kind, subject_id=fact.subject_id, purpose=str(fact.purpose)
    ).delete()


@applies(FileSwept)
def file_swept(fact: FileSwept, entry: Entry) -> None:
    """The row goes; a use that stood against it would stop the deletion (PROTECT)."""
    File.objects.filter(sha256=fact.sha256).delete()
