"""What happens to stations and their readings, in the past tense. Pure. Nothing here is about a person."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from yiwang.kernel.terms import FileHash, PlaceId, Point, TeamId, fact, private


@dataclass(frozen=True, slots=True)
class StreamDescription:
    """One series of values of a station. `least` and `most`: the physical range in its unit where the factor's own is not meant."""

    factor: str
    statistic: str
    interval: str
    unit: str
    every_s: int
    """How often a value is expected, in seconds."""
    least: Decimal | None = None
    most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """Everything said of a station: an instrument, or a place where samples are taken."""

    code: str
    name_zh: str
    name_en: str
    door: str
    key: str
    """Under what it is known at its door: an HJ 212 MN, a topic."""
    team_id: TeamId
    in_use_from: date
    in_use_to: date | None = None
    place_id: PlaceId | None = None
    point: Point | None = None
    register: str = ""
    """What it stands at: the code of a register, and the key of a row in it."""
    register_key: str = ""
    tolerates_crc: bool = False
    """Whether packets whose check sum is of another known kind are taken all the same."""
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class OpenStream:
    """A stream that readings go into, by its number."""

    stream_id: int
    description: StreamDescription


@fact("station.registered", subject="station_id")
@dataclass(frozen=True, slots=True)
class StationRegistered:
    """A station came to be known, with the streams that are expected of it."""

    station_id: UUID
    description: Description
    streams: tuple[OpenStream, ...]


@fact("station.changed", subject="station_id")
@dataclass(frozen=True, slots=True)
class StationChanged:
    """A station is described anew, as a whole. Its streams that are not among these are closed and keep their readings."""

    station_id: UUID
    description: Description
    streams: tuple[OpenStream, ...]


@fact("station.password_set", subject="station_id")
@dataclass(frozen=True, slots=True)
class StationPasswordSet:
    """With what password an instrument shows itself at its door; None takes it away. Sealed; kept apart like all that is secret."""

    station_id: UUID
    given: bool
    password_cipher: bytes | None = private(default=None)


@fact("readings.stored", subject="batch_id")
@dataclass(frozen=True, slots=True)
class ReadingsStored:
    """A batch of readings was stored. The readings themselves are not here, only what their rows must give (rows.digest).

    `repeated` were here before, `apart` were kept apart; `digest`: SHA-256 in hexadecimal over the lines of the stored ones.
    """

    batch_id: int
    door: str
    count: int
    first_at: datetime
    last_at: datetime
    digest: str
    repeated: int = 0
    apart: int = 0


@fact("reading.corrected", subject="correction_id")
@dataclass(frozen=True, slots=True)
class ReadingCorrected:
    """Another value counts for a moment of a stream from now on. The stored reading stays as it is, and so does its batch's digest.

    `before_value`, `before_flag`: what counted until then; `reason`: why somebody holds the later value to be right.
    """

    correction_id: UUID
    station_id: UUID
    stream_id: int
    at: datetime
    value: Decimal | None
    flag: str
    before_value: Decimal | None
    before_flag: str
    reason: str


@fact("reading.correction_refused", subject="apart_id")
@dataclass(frozen=True, slots=True)
class CorrectionRefused:
    """A value that was kept apart, since it differs from what is stored, is not taken: what counts stays."""

    apart_id: UUID
    station_id: UUID
    stream_id: int
    at: datetime
    value: Decimal | None
    flag: str
    reason: str


@fact("readings.evidence_forgotten", subject="forgetting_id")
@dataclass(frozen=True, slots=True)
class EvidenceForgotten:
    """What could not be used and was last received before a moment was deleted: so many values, packets, and counts of days."""

    forgetting_id: UUID
    before: datetime
    values: int
    packets: int
    days: int


@fact("readings.archived", subject="month")
@dataclass(frozen=True, slots=True)
class MonthArchived:
    """A month of readings (as 2020-01, of UTC) was taken out of the database into these Parquet files.

    `digest`: SHA-256 in hexadecimal over the lines of all rows (parquet.line), each with a line feed, in order of stream and moment.
    """

    month: str
    count: int
    streams: tuple[int, ...]
    digest: str
    files: tuple[FileHash, ...]
