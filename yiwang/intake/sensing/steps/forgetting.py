"""What could not be used goes when it is of no use any more: packets, values kept apart, and their counts of days. Never a reading."""

from datetime import datetime

from django.db import connection

from yiwang.intake.sensing import law, rules
from yiwang.intake.sensing.facts import EvidenceForgotten
from yiwang.intake.sensing.models import ApartDay, ApartReading
from yiwang.kernel import ids, walltime
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.terms import TOWN_WIDE, Call

_PACKETS = """
DELETE FROM kept_packet WHERE last_received_at < %s
AND NOT EXISTS (SELECT FROM apart_reading WHERE apart_reading.packet = kept_packet.id)
"""


@step("reading.forget")
def forget(*, call: Call) -> EvidenceForgotten | None:
    """Delete what was last received before the dated rule's span (law.evidence_kept_since). A value on which a person still has to decide
    stays, with its packet. None, and no entry, where nothing is that old. Raises NotAllowed.
    """
    permission.require(call.actor, "reading.forget", TOWN_WIDE)
    before = law.evidence_kept_since(call.now)
    old = ApartReading.objects.filter(last_received_at__lt=before).exclude(reason=rules.DIFFERS, answer="")
    values, _ = old.delete()
    packets = _packets(before)
    days, _ = ApartDay.objects.filter(day__lt=walltime.town_day(before)).delete()
    if not values + packets + days:
        return None
    fact = EvidenceForgotten(ids.new_id(call.now), before, values, packets, days)
    record(fact, call=call)
    return fact


def _packets(before: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_PACKETS, [before])
        return cursor.rowcount
