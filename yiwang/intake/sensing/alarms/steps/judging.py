"""A rule is judged at a station, and what is otherwise than before is recorded, with its case."""

import logging
from datetime import datetime
from functools import partial
from uuid import UUID

from yiwang.intake.sensing import pasts
from yiwang.intake.sensing.alarms import law, states
from yiwang.intake.sensing.alarms import stored as kept_as
from yiwang.intake.sensing.alarms.facts import (
    AlarmChanged,
    AlarmHandedOn,
    AlarmRaised,
    AlarmReturned,
    AlarmWithdrawn,
)
from yiwang.intake.sensing.alarms.law import Watching
from yiwang.intake.sensing.alarms.matching import Known, Matched, match
from yiwang.intake.sensing.alarms.models import Alarm, AlarmWatch
from yiwang.intake.sensing.alarms.rules import Episode, Judged
from yiwang.intake.sensing.alarms.states import AlarmState
from yiwang.intake.sensing.alarms.steps import casework, proving
from yiwang.intake.sensing.alarms.steps.frame import locked
from yiwang.intake.sensing.alarms.verdicts import Samples
from yiwang.intake.sensing.alarms.windows import PART, Read, judge_again, judge_in_parts
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.terms import TOWN_WIDE, Call

log = logging.getLogger("yiwang.alarms")

Found = AlarmRaised | AlarmChanged | AlarmWithdrawn | AlarmReturned | AlarmHandedOn


@step("alarm.judge")
def judge(rule_code: str, station_id: UUID, *, times: tuple[datetime, ...] = (), call: Call) -> Found | None:
    """Judge a rule at a station, now that it has readings of these moments as well: one episode is one alarm and one case.

    Without `times` the clock has gone on, or the rule or a limit is another: then all of the past is judged. Whatever order readings
    came in, the alarms that stand are those of all readings there are. The last fact is given; None where nothing is otherwise.
    Raises AlarmUnknown, NotAllowed.
    """
    permission.require(call.actor, "alarm.judge", TOWN_WIDE)
    watching = law.watching(call.actor, rule_code, station_id)
    if watching is None:
        return None
    kept = locked(watching.key)
    stored = _stored(watching)
    anew = kept.basis != watching.basis
    judged = _judged(watching, kept, stored, () if anew else times, call, anew=anew)
    AlarmWatch.objects.filter(pk=kept.id).update(basis=watching.basis, until=judged.until)
    found = match(stored, judged.episodes)
    facts = _record(watching, found, times, anew and bool(kept.basis), call)
    if judged.until and (stored or facts):
        facts += _handed_on(watching, judged.until, call)
        facts += proving.look(watching, times, judged.until, call, changed=bool(facts))
    return facts[-1] if facts else None


def _handed_on(watching: Watching, until: datetime, call: Call) -> list[AlarmHandedOn]:
    """Whether the last alarm goes on beyond the end of its case, with the case that it has then."""
    last = proving.last_alarm(watching)
    fact = casework.handed_on(watching, last, until, call) if last is not None else None
    return [fact] if fact is not None else []


@step("alarm.judge")
def judge_again_later(rule_code: str, station_id: UUID, *, call: Call) -> None:
    """A rule could not be judged at a station: forget by what it was judged, so that the sweep judges all of its past once more.

    Nothing is recorded: of the alarms nothing is known yet. Raises AlarmUnknown, NotAllowed.
    """
    permission.require(call.actor, "alarm.judge", TOWN_WIDE)
    kept = locked(law.key_of(law.rule(rule_code).code, station_id))
    AlarmWatch.objects.filter(pk=kept.id).update(basis="")


def _stored(watching: Watching) -> list[Known]:
    rows = Alarm.objects.filter(
        rule=watching.watch.rule.code, station=watching.station.station_id, state__in=states.LIVE
    ).order_by("start")
    return [Known(row.id, kept_as.read(row.episode)) for row in rows]


def _judged(
    watching: Watching, kept: AlarmWatch, stored: list[Known], times: tuple[datetime, ...], call: Call, *, anew: bool
) -> Judged:
    watch, known_until = watching.watch, call.now if watching.watch.rule.of_silence else None

    read = partial(law.samples, call.actor, watching)
    if anew:
        return _anew(watching, known_until, read, call)
    before = Judged(tuple(one.episode for one in stored), kept.until)
    return judge_again(watch, before, times, read, known_until)


def _anew(watching: Watching, known_until: datetime | None, read: Read, call: Call) -> Judged:
    """All of the past judged, a part at a time; how far it has come stands in the log where it is more than one."""
    there = pasts.extent(call.actor, list(watching.streams.values()))
    if there is None:
        return Judged((), known_until)
    first, last = there
    until = max(last, known_until) if known_until else last

    def told(begin: datetime, end: datetime | None) -> Samples:
        if until - first > PART:
            log.info("%s: all of the past is judged anew, now %s of %s to %s", watching.key, begin, first, until)
        return read(begin, end)

    return judge_in_parts(watching.watch, first, until, told)


def _record(
    watching: Watching, found: Matched, times: tuple[datetime, ...], other_rule: bool, call: Call
) -> list[Found]:
    """Record what is otherwise: first what is no alarm any more, so that each start is one alarm's at any moment."""
    facts: list[Found] = []
    for known, joined in found.gone:
        facts.append(casework.withdrawn(watching, known, joined, other_rule, call))
        record(facts[-1], call=call)
    for known, episode in found.changed:
        states.moved(_state(known.episode), _state(episode))
        last_news = known.episode.proved_at or known.episode.last_raised
        late = any(moment < last_news for moment in times)
        facts.append(AlarmChanged(known.alarm_id, watching.watch.rule.hash, episode, late))
        record(facts[-1], call=call)
    for episode in found.new:
        states.moved("", _state(episode))
        facts.append(casework.raised(watching, episode, call))
        record(facts[-1], call=call)
    return facts


def _state(episode: Episode) -> AlarmState:
    return AlarmState.OPEN if episode.end is None else AlarmState.ENDED
