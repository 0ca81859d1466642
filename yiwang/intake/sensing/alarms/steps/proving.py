"""What shows that it is back to normal: the instrument, or named samples; and a leader who closes without either where it is gone."""

from datetime import datetime, timedelta
from uuid import UUID

from yiwang.cases import facts as case_facts
from yiwang.cases import queries as cases
from yiwang.cases.queries import CaseView
from yiwang.cases.rules import BACK, NOT_BACK, SAMPLE, SAMPLES_BACK, standing, withdrawal_of
from yiwang.cases.stages import ENDED
from yiwang.cases.steps import noticing, remarks
from yiwang.intake.sensing.alarms import gone, problems, rules, sampled, states
from yiwang.intake.sensing.alarms import standing as stands
from yiwang.intake.sensing.alarms import stored as kept_as
from yiwang.intake.sensing.alarms.facts import AlarmReturned
from yiwang.intake.sensing.alarms.law import Watching
from yiwang.intake.sensing.alarms.models import Alarm
from yiwang.intake.sensing.alarms.rules import Episode, ProofOfReturn
from yiwang.intake.sensing.alarms.standing import Last, Said
from yiwang.intake.sensing.alarms.steps.frame import by_itself, locked, reader
from yiwang.intake.sensing.alarms.verdicts import Verdict
from yiwang.intake.sensing.alarms.windows import in_parts
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.terms import SYSTEM, TOWN_WIDE, Call, CaseId

HOUR = timedelta(hours=1)


@step("case.show_sample")
def show_sample(case_id: CaseId, *, sample: UUID, version: int | None = None, call: Call) -> case_facts.ProofAttached:
    """登记人工样品: name a stored sample of the alarm's place that is within the limits of its rule.

    The case may close when the named samples were within for as long as the rule asks, from the first to the last, and nothing was
    beyond in between. Raises SampleElsewhere, SampleBeyond, SampleSaysNothing, SampleBeforeBeyond, and what cases raise.
    """
    permission.require(call.actor, "case.show_sample", TOWN_WIDE)
    last = stands.last_of(case_id)
    if last is None or last.watching is None:
        return noticing.show_sample(case_id, sample=_of_none(case_id, sample), version=version, call=call)
    locked(last.watching.key)
    said = stands.said_at(last.watching, last.episode.start)
    found = next((one for one in said if one.taken.sample_id == sample), None)
    if found is None:
        raise problems.SampleElsewhere(sample=str(sample), station=last.watching.station.description.name_zh)
    fact = noticing.show_sample(case_id, sample=found.taken.named, version=version, call=call)
    _usable(last.watching, found)
    named = _hang_samples(case_id, last, said, call)
    if found.taken.at not in named:
        raise problems.SampleBeforeBeyond(sample=sampled.known_by(found.taken.named))
    return fact


def _of_none(case_id: CaseId, sample: UUID) -> str:
    """A sample cannot show anything of a case without an alarm that stands. Raises NoAlarmStands; gives a name for cases to refuse."""
    if Alarm.objects.filter(case=case_id).exists():
        raise problems.NoAlarmStands
    return str(sample)


def _usable(watching: Watching, found: Said) -> None:
    """Raises SampleSaysNothing and SampleBeyond."""
    known = sampled.known_by(found.taken.named)
    if found.verdict is Verdict.UNKNOWN:
        raise problems.SampleSaysNothing(sample=known, rule=watching.watch.rule.name["zh-Hans"])
    if found.verdict is not Verdict.CLEAR:
        raise problems.SampleBeyond(sample=known, rule=watching.watch.rule.name["zh-Hans"])


@step("case.close_unproven")
def close_unproven(case_id: CaseId, *, finding: str, version: int | None = None, call: Call) -> case_facts.CaseClosed:
    """未经证明结案: a leader closes the case of an alarm whose instrument is dead or gone, with a reason; the case says so for good.

    Raises InstrumentAlive while it measures, and what cases raise.
    """
    permission.require(call.actor, "case.close_unproven", TOWN_WIDE)
    last = stands.last_of(case_id)
    if last is not None and last.watching is not None:
        locked(last.watching.key)
    found = stands.instrument(last, call.now)
    if not found.why and last is not None and last.watching is not None:
        rule = last.watching.watch.rule
        raise problems.InstrumentAlive(
            station=last.watching.station.description.name_zh, at=found.newest, hours=gone.span_of(rule) // HOUR
        )
    return noticing.close_unproven(
        case_id, finding=finding, gone=f"{found.why} {call.now.isoformat()}", version=version, call=call
    )


# --- what hangs on the case ------------------------------------------------------------------------------------------


def look(
    watching: Watching, times: tuple[datetime, ...], until: datetime, call: Call, *, changed: bool
) -> list[AlarmReturned]:
    """Of the last alarm of a rule at a station: whether it is proved to be back, told where that is otherwise than before.

    `changed`: something is otherwise of the alarms themselves; else only readings up to the proof can undo it.
    What hangs on its case as proof follows: of an alarm that was beyond once more, or that late readings say was not back, no more.
    """
    last = last_alarm(watching)
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


def last_alarm(watching: Watching) -> Alarm | None:
    """The last alarm of a rule at a station that stands."""
    alarms = Alarm.objects.filter(rule=watching.watch.rule.code, station=watching.station.station_id)
    return alarms.filter(state__in=states.LIVE).order_by("-start").first()


def _back(watching: Watching, episode: Episode, until: datetime, call: Call) -> ProofOfReturn | None:
    if episode.end is None:
        return None
    line = in_parts(watching.watch, episode.end, until, reader(watching, call))
    return rules.returned(watching.watch, line, episode.end)


def _hang(alarm: Alarm, back: ProofOfReturn | None, call: Call) -> None:
    """Let the case have the proofs that stand and no other, as long as it has not ended."""
    case = cases.case(SYSTEM, alarm.case_number)
    if case.row.state in ENDED:
        return
    _hang_kind(case, BACK, f"{alarm.id}/{back.proved_at.isoformat()}" if back else "", call)
    last = stands.last_of(CaseId(alarm.case_id))
    if last is not None and last.watching is not None and _refs(case, SAMPLE):
        _hang_samples(case.row.id, last, stands.said_at(last.watching, last.episode.start), call)


def _refs(case: CaseView, kind: str) -> list[str]:
    return [one.ref for one in case.proofs if one.kind == kind]


def _hang_samples(case_id: CaseId, last: Last, said: tuple[Said, ...], call: Call) -> list[datetime]:
    """The proof by samples follows which of the named ones are within since it was last beyond; gives their moments."""
    case = cases.case(SYSTEM, cases.rows_of(SYSTEM, [case_id])[case_id].number)
    if case.row.state in ENDED or last.watching is None:
        return []
    named = stands.run_of(last, said, _refs(case, SAMPLE), call.now)
    shown = sampled.shows(named, last.watching.watch.rule.proof)
    wanted = f"{last.alarm_id}/samples/{named[0].isoformat()}/{named[-1].isoformat()}" if shown else ""
    _hang_kind(case, SAMPLES_BACK, wanted, by_itself(call))
    return named


def _hang_kind(case: CaseView, kind: str, wanted: str, call: Call) -> None:
    """Let the case have this proof of a kind (empty: none) and take back each other; once taken back it is another when it stands again."""
    pairs = [(one.kind, one.ref) for one in case.proofs]
    shown, holds = [ref for one, ref in pairs if one == kind], standing(pairs, kind)
    for ref in holds:
        if not wanted or not ref.startswith(wanted):
            remarks.attach_proof(case.row.id, kind=NOT_BACK, ref=withdrawal_of(ref), call=call)
    if wanted and not any(ref.startswith(wanted) for ref in holds):
        again = sum(ref.startswith(wanted) for ref in shown)
        remarks.attach_proof(case.row.id, kind=kind, ref=f"{wanted}/{again}" if again else wanted, call=call)


@step("alarm.judge")
def look_at_samples(*, call: Call) -> None:
    """Samples were entered or corrected: look again at each open case that rests on named ones. Raises NotAllowed."""
    permission.require(call.actor, "alarm.judge", TOWN_WIDE)
    open_alarms = Alarm.objects.filter(state__in=states.LIVE, returned_at=None).values_list("case_id", flat=True)
    rows = cases.rows_of(SYSTEM, {CaseId(one) for one in open_alarms})
    for row in sorted(rows.values(), key=lambda row: row.number):
        last = stands.last_of(row.id) if row.state not in ENDED else None
        if last is not None and last.watching is not None and _refs(cases.case(SYSTEM, row.number), SAMPLE):
            locked(last.watching.key)
            _hang_samples(row.id, last, stands.said_at(last.watching, last.episode.start), call)
