"""What the two sides of the broker call in intake/sensing: batches in, the readings of stored batches out."""

from collections.abc import Iterator, Sequence

from yiwang.gateways.mqtt.declared import Published
from yiwang.gateways.mqtt.door import DOOR
from yiwang.gateways.sensorthings_api.town import observation
from yiwang.intake.sensing import queries
from yiwang.intake.sensing.facts import ReadingsStored
from yiwang.intake.sensing.observed import Observed
from yiwang.intake.sensing.received import Packet
from yiwang.intake.sensing.steps import keeping
from yiwang.kernel.journal.queries import Placed
from yiwang.kernel.terms import SYSTEM
from yiwang.wire.sensorthings.addresses import Address, Hop, write_address
from yiwang.wire.sensorthings.entities import write_entity

VERSION = "v1.1"


def keep(packets: Sequence[Packet]) -> list[bool]:
    """Store packets; of each, whether it is stored for good. Raises as keeping.keep does."""
    return keeping.keep(DOOR, packets)


def told(entries: Sequence[Placed], published: Published) -> Iterator[tuple[str, str]]:
    """Topic and payload of every new reading that is published, in the order of the journal (18-088, clause 14)."""
    batches = [one.fact for one in entries if isinstance(one.fact, ReadingsStored)]
    if not batches:
        return
    streams = {
        stream.stream_id
        for one in queries.stations(SYSTEM)
        if published.covers(one.description.code)
        for stream in (*one.streams, *one.closed)
    }
    for batch in batches:
        for row in queries.batch_rows(SYSTEM, batch.batch_id):
            if row.stream_id in streams:
                seen = Observed(row.stream_id, row.at, row.value, row.flag, batch.batch_id)
                yield topic_of(row.stream_id), write_entity(observation(seen), published.address)


def topic_of(stream: int) -> str:
    """The set of a Datastream's Observations, to which the standard has clients subscribe."""
    return f"{VERSION}/{write_address(Address((Hop('Datastreams', str(stream)), Hop('Observations'))))}"
