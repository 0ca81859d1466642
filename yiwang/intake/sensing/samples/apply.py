"""Facts about samples become rows, live and on replay."""

from yiwang.intake.sensing.samples.facts import SampleEntered
from yiwang.intake.sensing.samples.models import Sample
from yiwang.kernel.journal.registry import Entry, applies


@applies(SampleEntered)
def sample_entered(fact: SampleEntered, entry: Entry) -> None:
    Sample.objects.create(
        id=fact.sample_id,
        station_id=fact.station_id,
        number=fact.number,
        taken_at=fact.taken_at,
        laboratory=fact.laboratory,
        filename=fact.filename,
        sha256=fact.sha256,
        row=fact.row,
        cells=[list(one) for one in fact.cells],
        entered_at=entry.recorded_at,
    )
