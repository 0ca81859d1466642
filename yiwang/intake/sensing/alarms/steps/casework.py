"""The case of an alarm: opened or joined, taken back, and followed by another where the episode outlives it."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from yiwang.cases import queries as cases
from yiwang.cases.facts import CaseDismissed
from yiwang.cases.rules import BEYOND_AGAIN
from yiwang.cases.stages import ENDED
from yiwang.cases.steps import noticing, remarks
from yiwang.intake.sensing import law as sensing_law
from yiwang.intake.sensing.alarms import law, saying, states
from yiwang.intake.sensing.alarms import stored as kept_as
from yiwang.intake.sensing.alarms.conditions import Missing, Series, Unusable
from yiwang.intake.sensing.alarms.facts import AlarmHandedOn, AlarmRaised, AlarmWithdrawn
from yiwang.intake.sensing.alarms.law import Watching
from yiwang.intake.sensing.alarms.matching import Known
from yiwang.intake.sensing.alarms.models import Alarm
from yiwang.intake.sensing.alarms.rules import Episode
from yiwang.intake.sensing.alarms.verdicts import Verdict
from yiwang.intake.sensing.alarms.windows import in_parts
from yiwang.kernel import ids, walltime
from yiwang.kernel.journal.steps import record
from yiwang.kernel.people import queries as people
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import Actor, Call, CaseId, TeamId


def raised(watching: Watching, episode: Episode, call: Call) -> AlarmRaised:
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
        register=watching.station.description.register,
        register_key=watching.station.description.register_key,
    )


def _open_case(watching: Watching, actor: Actor) -> tuple[CaseId, str] | None:
    """The case that an alarm of the rule at the station has, or had before, and that has not ended (or was opened again)."""
    earlier = Alarm.objects.filter(rule=watching.watch.rule.code, station=watching.station.station_id)
    pairs = list(earlier.values_list("case_id", "former"))
    listed = {CaseId(one) for one, _ in pairs} | {CaseId(UUID(one)) for _, former in pairs for one in former}
    rows = cases.rows_of(actor, listed).values()
    for row in sorted(rows, key=lambda row: row.number):
        if row.state not in ENDED and noticing.still_open(row.id):
            return row.id, row.number
    return None


def _notice(watching: Watching, alarm_id: UUID, episode: Episode, call: Call, after: str = "") -> tuple[CaseId, str]:
    """Open the case of an alarm; `after`: the number of the case that ended while the episode went on."""
    rule, station = watching.watch.rule, watching.station.description
    team_code = watching.team_code(walltime.town_day(episode.start))
    told = saying.words(rule, station.name_zh, episode, _names(watching))
    opened = noticing.notice(
        origin_ref=f"{alarm_id}/{after}" if after else str(alarm_id),
        type_code=rule.case_type,
        title=saying.title(rule.name[saying.CHINESE], station.name_zh),
        words=told + saying.outlived(after) if after else told,
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


def withdrawn(watching: Watching, known: Known, joined: UUID | None, other_rule: bool, call: Call) -> AlarmWithdrawn:
    """The withdrawal of an alarm that is no episode by what is known now, with what became of its case."""
    why = states.OTHER_RULE if other_rule else states.PART_OF_ANOTHER if joined else states.LATE_READINGS
    row = Alarm.objects.get(pk=known.alarm_id)
    return AlarmWithdrawn(known.alarm_id, why, joined, _take_back(watching, row, known.episode, why, joined, call))


def _take_back(watching: Watching, row: Alarm, episode: Episode, why: str, joined: UUID | None, call: Call) -> str:
    """What becomes of the case of an alarm that is withdrawn: one of states.CASE."""
    if Alarm.objects.filter(case=row.case_id, state__in=states.LIVE).exclude(pk=row.id).exists():
        return states.SHARED
    other = Alarm.objects.get(pk=joined) if joined else None
    names = (watching.watch.rule.name["zh-Hans"], watching.station.description.name_zh)
    said = saying.withdrawn(why, *names, episode, other.case_number if other else "")
    if other and _ended(other.case_id, call.actor) and not _ended(row.case_id, call.actor):
        remarks.note(CaseId(row.case_id), text=said, call=call)
        handed = AlarmHandedOn(other.id, CaseId(row.case_id), row.case_number, other.case_number)
        record(handed, call=call)  # the episode goes on, and this is the case that is still open
        return states.KEPT
    fact: Any = noticing.retract(CaseId(row.case_id), words=said, call=call)
    return states.RETRACTED if isinstance(fact, CaseDismissed) else states.KEPT


def _ended(case_id: UUID, actor: Actor) -> bool:
    return cases.rows_of(actor, [CaseId(case_id)])[CaseId(case_id)].state in ENDED


# --- an episode that outlives its case -------------------------------------------------------------------------------


def handed_on(watching: Watching, alarm: Alarm, until: datetime, call: Call) -> AlarmHandedOn | None:
    """Give an alarm to another case where its own had ended and readings of after that are beyond: nobody would answer for them.

    That is the case of the rule at the station that is still open, or a new one; the case that ended says where it goes on. None where
    nothing was beyond since.
    """
    ended = cases.rows_of(call.actor, [CaseId(alarm.case_id)])[CaseId(alarm.case_id)]
    if ended.state not in ENDED or ended.closed_at is None:
        return None
    episode = kept_as.read(alarm.episode)
    if episode.last_raised <= ended.closed_at or not _beyond_since(watching, ended.closed_at, until, call):
        return None
    found = _open_case(watching, call.actor)
    case_id, number = found or _notice(watching, alarm.id, episode, call, after=ended.number)
    if found:
        remarks.attach_proof(case_id, kind=BEYOND_AGAIN, ref=f"{alarm.id}/{ended.number}", call=call)
    remarks.note(ended.id, text=saying.goes_on(number), call=call)
    fact = AlarmHandedOn(alarm.id, case_id, number, ended.number)
    record(fact, call=call)
    return fact


def _beyond_since(watching: Watching, moment: datetime, until: datetime, call: Call) -> bool:
    """Whether a reading of after a moment is beyond. A silence, or a dead instrument's marks, only last longer: whoever ended their case
    knew that."""
    line = in_parts(watching.watch, moment, until, partial(law.samples, call.actor, watching))
    values = [not isinstance(one, Missing | Unusable) for one in watching.watch.rule.singles]
    return any(
        values[found.part] and found.at > moment
        for step in line
        if step.verdict is Verdict.RAISED and step.told
        for found in step.findings
    )
