"""What happens to a file. A fact holds its hash and measures, never its bytes, its name or where it was taken."""

from dataclasses import dataclass
from enum import StrEnum

from yiwang.kernel.terms import FileHash, fact


class Purpose(StrEnum):
    """What a file is for, on the thing that it hangs on."""

    SCENE = "scene"
    """What the reporter saw."""
    PROOF = "proof"
    """What it looks like after handling, or at verification."""
    DOCUMENT = "document"
    """A paper in PDF."""


@fact("file.stored", subject="sha256")
@dataclass(frozen=True, slots=True)
class FileStored:
    """The bytes with this hash lie safely in the data folder. Width and height in pixels; None for a document."""

    sha256: FileHash
    mime: str
    size_bytes: int
    width: int | None = None
    height: int | None = None


@fact("file.used", subject="sha256")
@dataclass(frozen=True, slots=True)
class FileUsed:
    """A file hangs on a report, a case or another thing from now on, and is kept as long as that."""

    sha256: FileHash
    subject_kind: str
    subject_id: str
    purpose: Purpose


@fact("file.released", subject="sha256")
@dataclass(frozen=True, slots=True)
class FileReleased:
    """A file no longer hangs on that thing for that purpose; when nothing else uses it, the sweeper removes it."""

    sha256: FileHash
    subject_kind: str
    subject_id: str
    purpose: Purpose


@fact("file.swept", subject="sha256")
@dataclass(frozen=True, slots=True)
class FileSwept:
    """An uploaded file that nothing used for a day was removed."""

    sha256: FileHash
