"""What happens to an alarm, in the past tense. Pure. Nothing here is about a person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yiwang.intake.sensing.alarms.rules import Episode
from yiwang.kernel.terms import CaseId, fact


@fact("alarm.raised", subject="alarm_id")
@dataclass(frozen=True, slots=True)
class AlarmRaised:
    """Readings of a station broke a rule. `repeats`: the case of an earlier alarm of it was still open, and this one is with it.

    `register`, `register_key`: the row at which the station stood then; empty in entries from before that was told.
    """

    alarm_id: UUID
    station_id: UUID
    rule: str
    rule_version: str
    rule_hash: str
    episode: Episode
    case_id: CaseId
    case_number: str
    repeats: bool
    register: str = ""
    register_key: str = ""


@fact("alarm.changed", subject="alarm_id")
@dataclass(frozen=True, slots=True)
class AlarmChanged:
    """More readings came: the episode went on, ended, or was otherwise than it seemed. `late`: some were of before its last news."""

    alarm_id: UUID
    rule_hash: str
    episode: Episode
    late: bool


@fact("alarm.returned", subject="alarm_id")
@dataclass(frozen=True, slots=True)
class AlarmReturned:
    """The same instrument has been back for as long as the rule asks: `since` when, and by the reading of which moment.

    `proved_at` None: by readings that came late, or by more of them beyond, that does not hold any more.
    """

    alarm_id: UUID
    since: datetime | None
    proved_at: datetime | None


@fact("alarm.withdrawn", subject="alarm_id")
@dataclass(frozen=True, slots=True)
class AlarmWithdrawn:
    """What was raised is no alarm by all that is known now. `why` is one of states.WHY; `joined`: the alarm it is part of, if of one.

    `case`: what became of its case (states.CASE).
    """

    alarm_id: UUID
    why: str
    joined: UUID | None
    case: str


@fact("alarm.handed_on", subject="alarm_id")
@dataclass(frozen=True, slots=True)
class AlarmHandedOn:
    """The episode went on beyond the end of its case (`ended`, by number), so another case has it now."""

    alarm_id: UUID
    case_id: CaseId
    case_number: str
    ended: str
