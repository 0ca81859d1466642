"""What happens to samples, in the past tense. Pure. Nothing here is about a person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yiwang.kernel.terms import fact


@fact("sample.entered", subject="sample_id")
@dataclass(frozen=True, slots=True)
class SampleEntered:
    """A laboratory's sheet told of a sample. Its values are readings of the station at that moment.

    `filename`, `sha256`, `row`: where it stands; `cells`: heading and cell of each column that was read, as they were written.
    """

    sample_id: UUID
    station_id: UUID
    number: str
    """The laboratory's own; empty where it gave none."""
    taken_at: datetime
    laboratory: str
    filename: str
    sha256: str
    row: int
    cells: tuple[tuple[str, str], ...]
