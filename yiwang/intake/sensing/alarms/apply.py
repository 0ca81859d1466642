"""Facts about alarms become rows, live and on replay."""

from typing import Any

from yiwang.intake.sensing.alarms import stored
from yiwang.intake.sensing.alarms.facts import AlarmChanged, AlarmHandedOn, AlarmRaised, AlarmReturned, AlarmWithdrawn
from yiwang.intake.sensing.alarms.models import Alarm
from yiwang.intake.sensing.alarms.rules import Episode
from yiwang.intake.sensing.alarms.states import AlarmState
from yiwang.kernel.journal.registry import Entry, applies


def _columns(episode: Episode) -> dict[str, Any]:
    return {
        "state": AlarmState.OPEN if episode.end is None else AlarmState.ENDED,
        "start": episode.start,
        "end": episode.end,
        "proved_at": episode.proved_at,
        "severity": episode.severity,
        "episode": stored.written(episode),
    }


@applies(AlarmRaised)
def alarm_raised(fact: AlarmRaised, entry: Entry) -> None:
    Alarm.objects.create(
        id=fact.alarm_id,
        station_id=fact.station_id,
        rule=fact.rule,
        rule_version=fact.rule_version,
        rule_hash=fact.rule_hash,
        case_id=fact.case_id,
        case_number=fact.case_number,
        repeats=fact.repeats,
        register=fact.register,
        register_key=fact.register_key,
        raised_at=entry.happened_at,
        changed_at=entry.happened_at,
        **_columns(fact.episode),
    )


@applies(AlarmChanged)
def alarm_changed(fact: AlarmChanged, entry: Entry) -> None:
    Alarm.objects.filter(pk=fact.alarm_id).update(
        rule_hash=fact.rule_hash, changed_at=entry.happened_at, **_columns(fact.episode)
    )


@applies(AlarmReturned)
def alarm_returned(fact: AlarmReturned, entry: Entry) -> None:
    Alarm.objects.filter(pk=fact.alarm_id).update(returned_at=fact.proved_at, changed_at=entry.happened_at)


@applies(AlarmWithdrawn)
def alarm_withdrawn(fact: AlarmWithdrawn, entry: Entry) -> None:
    Alarm.objects.filter(pk=fact.alarm_id).update(
        state=AlarmState.WITHDRAWN,
        withdrawn_why=fact.why,
        joined=fact.joined,
        case_left=fact.case,
        changed_at=entry.happened_at,
    )


@applies(AlarmHandedOn)
def alarm_handed_on(fact: AlarmHandedOn, entry: Entry) -> None:
    alarm = Alarm.objects.get(pk=fact.alarm_id)
    alarm.former = [*alarm.former, str(alarm.case_id)]
    alarm.case_id, alarm.case_number, alarm.changed_at = fact.case_id, fact.case_number, entry.happened_at
    alarm.save(update_fields=["former", "case_id", "case_number", "changed_at"])
