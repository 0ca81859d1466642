"""What leaves the module about samples. The first argument is always the Actor; who may see a station may see its samples."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import Count

from yiwang.intake.sensing import queries as sensing
from yiwang.intake.sensing.queries import StationView
from yiwang.intake.sensing.received import SAMPLE
from yiwang.intake.sensing.samples.models import Sample
from yiwang.intake.sensing.samples.problems import SampleUnknown
from yiwang.kernel.access.door import enter
from yiwang.kernel.terms import Actor

READ = "station.read"

_VALUES = """
SELECT stream, at, value, flag, batch FROM reading_now WHERE stream = ANY(%s) AND at = ANY(%s) AND at BETWEEN %s AND %s ORDER BY stream
"""


@dataclass(frozen=True, slots=True)
class SampleValue:
    """What was found of one thing. `flag` `<`: below the detection limit, which stands as the value (rules.BOUNDS)."""

    stream_id: int
    value: Decimal | None
    flag: str
    batch_id: int


@dataclass(frozen=True, slots=True)
class SampleView:
    """A sample with all that is stored of its moment. `cells`: heading and cell of its row in the sheet."""

    sample_id: UUID
    station_code: str
    number: str
    taken_at: datetime
    laboratory: str
    filename: str
    sha256: str
    row: int
    cells: tuple[tuple[str, str], ...]
    entered_at: datetime
    values: tuple[SampleValue, ...]


def samples(actor: Actor, code: str, *, before: datetime | None = None, most: int = 50) -> tuple[SampleView, ...]:
    """The samples of a station, the newest first: `most` of them, all of before a moment where one is given. Raises StationUnknown."""
    station = sensing.station(actor, code)
    rows = Sample.objects.filter(station=station.station_id).order_by("-taken_at")
    return _views(station, (rows.filter(taken_at__lt=before) if before else rows)[:most])


def sample(actor: Actor, sample_id: UUID) -> SampleView:
    """One sample. Raises SampleUnknown, also for one of a station beyond the actor's reach."""
    enter(actor, READ)
    row = Sample.objects.filter(id=sample_id).first()
    station = next((one for one in sensing.stations(actor) if row and one.station_id == row.station_id), None)
    if row is None or station is None:
        raise SampleUnknown(sample=str(sample_id))
    return _views(station, [row])[0]


def at_row(actor: Actor, register: str, key: str, since: datetime, *, most: int = 20) -> tuple[SampleView, ...]:
    """The samples since a moment of all stations that stand at a row of a register, the newest first; nothing without a row."""
    stations = [one.description for one in sensing.stations(actor) if register]
    codes = [one.code for one in stations if (one.register, one.register_key) == (register, key)]
    found = [one for code in codes for one in samples(actor, code, most=most) if one.taken_at >= since]
    return tuple(sorted(found, key=lambda one: one.taken_at, reverse=True)[:most])


def counts_at(actor: Actor, register: str, since: datetime) -> Mapping[str, int]:
    """How many samples were taken since a moment at the rows of a register, by the row's key: those at which a station that takes
    samples stands within reach. Of any other row nobody here knows whether samples were taken.
    """
    here = [one for one in sensing.stations(actor) if one.description.register == register]
    keys = {
        one.station_id: one.description.register_key
        for one in here
        if any(stream.description.interval == SAMPLE for stream in (*one.streams, *one.closed))
    }
    rows = (
        Sample.objects.filter(station__in=list(keys), taken_at__gte=since).values_list("station").annotate(Count("id"))
    )
    found = Counter(dict.fromkeys(keys.values(), 0))
    for station, count in rows:
        found[keys[station]] += count
    return found


def _views(station: StationView, rows: Iterable[Sample]) -> tuple[SampleView, ...]:
    rows = list(rows)
    values = _values([one.stream_id for one in (*station.streams, *station.closed)], [one.taken_at for one in rows])
    return tuple(
        SampleView(
            row.id, station.description.code, row.number, row.taken_at, row.laboratory, row.filename, row.sha256, row.row,
            tuple((heading, cell) for heading, cell in row.cells), row.entered_at, tuple(values.get(row.taken_at, ())),
        )
        for row in rows
    )  # fmt: skip


def _values(streams: Sequence[int], moments: Sequence[datetime]) -> Mapping[datetime, Sequence[SampleValue]]:
    found: dict[datetime, list[SampleValue]] = {}
    if moments:
        with connection.cursor() as cursor:
            cursor.execute(_VALUES, [list(streams), list(moments), min(moments), max(moments)])
            for stream, at, value, flag, batch in cursor.fetchall():
                found.setdefault(at, []).append(SampleValue(stream, value, flag, batch))
    return found
