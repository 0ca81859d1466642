"""The only writes of alarms: a rule is judged at a station, and what is otherwise than before is recorded, with its case."""

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from yiwang.cases import queries as cases
from yiwang.cases.facts import CaseDismissed
from yiwang.cases.rules import BACK, BEYOND_AGAIN, NOT_BACK, withdrawal_of
from yiwang.cases.stages import ENDED
from yiwang.cases.steps import noticing, remarks
from yiwang.intake.sensing import law as sensing_law
from yiwang.intake.sensing import pasts
from yiwang.intake.sensing.alarms import law, rules, saying, states
from yiwang.intake.sensing.alarms import stored as kept_as
from yiwang.intake.sensing.alarms.conditions import Series
from yiwang.intake.sensing.alarms.facts import AlarmChanged, AlarmRaised, AlarmReturned, AlarmWithdrawn
from yiwang.intake.sensing.alarms.law import Watching
from yiwang.intake.sensing.alarms.matching import Known, Matched, match
from yiwang.intake.sensing.alarms.models import Alarm, AlarmWatch
from yiwang.intake.sensing.alarms.rules import Episode, Judged, ProofOfReturn
from yiwang.intake.sensing.alarms.states import AlarmState
from yiwang.intake.sensing.alarms.verdicts import Samples
from yiwang.intake.sensing.alarms.windows import PART, Read, in_parts, judge_again, judge_in_parts
from yiwang.kernel import ids, walltime
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.people import queries as people
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import TOWN_WIDE, Actor, Call, CaseId, TeamId

log = logging.getLogger("yiwang.alarms")

Found = AlarmRaised | AlarmChanged | AlarmWithdrawn | AlarmReturned


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
    kept = _locked(watching.key)
    stored = _stored(watching)
    anew = kept.basis != watching.basis
    judged = _judged(watching, kept, stored, () if anew else times, call, anew=anew)
    AlarmWatch.objects.filter(pk=kept.id).update(basis=watching.basis, until=judged.until)
    found = match(stored, judged.episodes)
    facts = _record(watching, found, times, anew and bool(kept.basis), call)
    if judged.until and (stored or facts):
        facts += _look(watching, times, judged.until, call, changed=bool(facts))
    return facts[-1] if facts else None


@step("alarm.judge")
def judge_again_later(rule_code: str, station_id: UUID, *, call: Call) -> None:
    """A rule could not be judged at a station: forget by what it was judged, so that the sweep judges all of its past once more.

    Nothing is recorded: of the alarms nothing is known yet. Raises AlarmUnknown, NotAllowed.
    """
    permission.require(call.actor, "alarm.judge", TOWN_WIDE)
    kept = _locked(law.key_of(law.rule(rule_code).code, station_id))
    AlarmWatch.objects.filter(pk=kept.id).update(basis="")


def _locked(key: str) -> AlarmWatch:
    """One judges a rule at a station at a time."""
    AlarmWatch.objects.bulk_create([AlarmWatch(id=key, basis="")], ignore_conflicts=True)
    return AlarmWatch.objects.select_for_update().get(pk=key)


def _stored(watching: Watching) -> list[Known]:
    rows = Alarm.objects.filter(
        rule=watching.watch.rule.code, station=watching.station.station_id, state__in=states.LIVE
    ).order_by("start")
    return [Known(row.id, kept_as.read(row.episode)) for row in rows]


def _judged(
    watching: Watching, kept: AlarmWatch, stored: list[Known], times: tuple[datetime, ...], call: Call, *, anew: bool
) -> Judged:
    watch, known_until = watching.watch, call.now if watching.watch.rule.of_silence else None

    read = _reader(watching, call)
    if anew:
        return _anew(watching, known_until, read, call)
    before = Judged(tuple(one.episode for one in stored), kept.until)
    return judge_again(watch, before, times, read, known_until)


def _reader(watching: Watching, call: Call) -> Read:
    def read(first: datetime, last: datetime | None) -> Samples:
        return law.samples(call.actor, watching, first, last)

    return read


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
        facts.append(_withdrawn(watching, known, joined, other_rule, call))
        record(facts[-1], call=call)
    for known, episode in found.changed:
        states.moved(_state(known.episode), _state(episode))
        last_news = known.episode.proved_at or known.episode.last_raised
        late = any(moment < last_news for moment in times)
        facts.append(AlarmChanged(known.alarm_id, watching.watch.rule.hash, episode, late))
        record(facts[-1], call=call)
    for episode in found.new:
        states.moved("", _state(episode))
        facts.append(_raised(watching, episode, call))
        record(facts[-1], call=call)
    return facts


def _state(episode: Episode) -> AlarmState:
    return AlarmState.OPEN if episode.end is None else AlarmState.ENDED


# --- the case of an alarm --------------------------------------------------------------------------------------------


def _raised(watching: Watching, episode: Episode, call: Call) -> AlarmRaised:
    """The alarm of a new episode, with the case of an earlier one that is still open, or with a case of its own."""
    alarm_id, rule = ids.new_id(call.now), watching.watch.rule
    found = _open_case(watching, call.actor)
    case_id, number = found or _notice(watching, alarm_id, episode, call)
    if found:
        remarks.attach_proof(case_id, kind=BEYOND_AGAIN, ref=str(alarm_id), call=call)
    return AlarmRaised(
        alarm_id=alarm_id,
        station_id=watching.station.station_id,
        rule=rule.code,
        rule_version=rule.version,
        rule_hash=rule.hash,
        episode=episode,
        case_id=case_id,
        case_number=number,
        repeats=found is not None,
    )


def _open_case(watching: Watching, actor: Actor) -> tuple[CaseId, str] | None:
    """The case of an earlier alarm of the rule at the station that has not ended."""
    earlier = Alarm.objects.filter(rule=watching.watch.rule.code, station=watching.station.station_id)
    listed = {CaseId(one) for one in earlier.values_list("case_id", flat=True)}
    rows = cases.rows_of(actor, listed).values()
    for row in sorted(rows, key=lambda row: row.number):
        if row.state not in ENDED and noticing.still_open(row.id):
            return row.id, row.number
    return None


def _notice(watching: Watching, alarm_id: UUID, episode: Episode, call: Call) -> tuple[CaseId, str]:
    rule, station = watching.watch.rule, watching.station.description
    team_code = watching.team_code(walltime.town_day(episode.start))
    opened = noticing.notice(
        origin_ref=str(alarm_id),
        type_code=rule.case_type,
        title=saying.title(rule.name[saying.CHINESE], station.name_zh),
        words=saying.words(rule, station.name_zh, episode, _names(watching)),
        team_id=_team(team_code, call.actor),
        place_id=station.place_id,
        point=station.point,
        call=call,
    )
    return opened.case_id, opened.number


def _team(code: str, actor: Actor) -> TeamId | None:
    """The team that the register row names; None, for the department of the type, where it names none or one that is gone."""
    try:
        return people.team_by_code(actor, code).team_id if code else None
    except NotFound:
        return None


def _names(watching: Watching) -> dict[Series, tuple[str, str]]:
    """The name of the factor of each series, and its unit at this station."""
    factors, units = sensing_law.catalogue(), {one.stream_id: one.description.unit for one in watching.station.streams}
    return {
        series: (factors.of(series.factor).name["zh-Hans"], units[number])
        for series, number in watching.streams.items()
    }


def _withdrawn(watching: Watching, known: Known, joined: UUID | None, other_rule: bool, call: Call) -> AlarmWithdrawn:
    states.moved(_state(known.episode), AlarmState.WITHDRAWN)
    why = states.OTHER_RULE if other_rule else states.PART_OF_ANOTHER if joined else states.LATE_READINGS
    row = Alarm.objects.get(pk=known.alarm_id)
    return AlarmWithdrawn(known.alarm_id, why, joined, _take_back(watching, row, known.episode, why, joined, call))


def _take_back(watching: Watching, row: Alarm, episode: Episode, why: str, joined: UUID | None, call: Call) -> str:
    """What becomes of the case of an alarm that is withdrawn: one of states.CASE."""
    if Alarm.objects.filter(case=row.case_id, state__in=states.LIVE).exclude(pk=row.id).exists():
        return states.SHARED
    other = Alarm.objects.get(pk=joined).case_number if joined else ""
    names = (watching.watch.rule.name["zh-Hans"], watching.station.description.name_zh)
    said = saying.withdrawn(why, *names, episode, other)
    if joined and _has_ended(other, call.actor):  # the episode goes on, and this is the case that is still open
        remarks.note(CaseId(row.case_id), text=said, call=call)
        return states.KEPT
    fact: Any = noticing.retract(CaseId(row.case_id), words=said, call=call)
    return states.RETRACTED if isinstance(fact, CaseDismissed) else states.KEPT


def _has_ended(number: str, actor: Actor) -> bool:
    return cases.case(actor, number).row.state in ENDED


# --- the proof of return ---------------------------------------------------------------------------------------------


def _look(
    watching: Watching, times: tuple[datetime, ...], until: datetime, call: Call, *, changed: bool
) -> list[AlarmReturned]:
    """Of the last alarm of a rule at a station: whether it is proved to be back, told where that is otherwise than before.

    `changed`: something is otherwise of the alarms themselves; else only readings up to the proof can undo it.
    What hangs on its case as proof follows: of an alarm that was beyond once more, or that late readings say was not back, no more.
    """
    alarms = Alarm.objects.filter(rule=watching.watch.rule.code, station=watching.station.station_id)
    last = alarms.filter(state__in=states.LIVE).order_by("-start").first()
    if last is None:
        return []
    if last.returned_at is not None and not changed and all(moment > last.returned_at for moment in times):
        return []
    back = _back(watching, kept_as.read(last.episode), until, call)
    found = []
    if (back.proved_at if back else None) != last.returned_at:
        found.append(AlarmReturned(last.id, back.since if back else None, back.proved_at if back else None))
        record(found[0], call=call)
    _hang(last, back, call)
    return found


def _back(watching: Watching, episode: Episode, until: datetime, call: Call) -> ProofOfReturn | None:
    if episode.end is None:
        return None
    line = in_parts(watching.watch, episode.end, until, _reader(watching, call))
    return rules.returned(watching.watch, line, episode.end)


def _hang(alarm: Alarm, back: ProofOfReturn | None, call: Call) -> None:
    """Let the case have the proof that stands and no other, as long as it has not ended."""
    case = cases.case(call.actor, alarm.case_number)
    if case.row.state in ENDED:
        return
    gone = {one.ref for one in case.proofs if one.kind == NOT_BACK}
    shown = [one.ref for one in case.proofs if one.kind == BACK]
    standing = [ref for ref in shown if withdrawal_of(ref) not in gone]
    wanted = f"{alarm.id}/{back.proved_at.isoformat()}" if back else ""
    for ref in standing:
        if not wanted or not ref.startswith(wanted):
            remarks.attach_proof(CaseId(alarm.case_id), kind=NOT_BACK, ref=withdrawal_of(ref), call=call)
    if wanted and not any(ref.startswith(wanted) for ref in standing):
        again = sum(ref.startswith(wanted) for ref in shown)  # one that was taken back is another when it stands again
        ref = f"{wanted}/{again}" if again else wanted
        remarks.attach_proof(CaseId(alarm.case_id), kind=BACK, ref=ref, call=call)
