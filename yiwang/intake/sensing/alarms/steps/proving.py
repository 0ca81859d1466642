"""What shows that it is back to normal: the instrument, or named samples; and a leader who closes without either where it is gone."""

from datetime import datetime, timedelta
from uuid import UUID

from yiwang.cases import facts as case_facts
from yiwang.cases import queries as cases
from yiwang.cases.rules import BACK, NOT_BACK, SAMPLE, SAMPLES_BACK, standing, withdrawal_of
from yiwang.cases.stages import ENDED
from yiwang.cases.steps import noticing, remarks
from yiwang.intake.sensing.alarms import problems, sampled, states
from yiwang.intake.sensing.alarms import standing as stands
from yiwang.intake.sensing.alarms import stored as kept_as
from yiwang.intake.sensing.alarms.facts import AlarmReturned
from yiwang.intake.sensing.alarms.law import Watching
from yiwang.intake.sensing.alarms.models import Alarm
from yiwang.intake.sensing.alarms.standing import Said
from yiwang.intake.sensing.alarms.steps.frame import by_itself, locked
from yiwang.intake.sensing.alarms.verdicts import Verdict
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.terms import SYSTEM, TOWN_WIDE, Call, CaseId

HOUR = timedelta(hours=1)


@step("case.show_sample")
def show_sample(case_id: CaseId, *, sample: UUID, version: int | None = None, call: Call) -> case_facts.ProofAttached:
    """登记人工样品: name a stored sample of the alarm's place that is within the limits of its rule.

    The case may close when the named samples were within for as long as the rule asks, from the first to the last, and nothing was
    beyond in between. Raises NoAlarmStands, SampleElsewhere, SampleBeyond, SampleSaysNothing, SampleBeforeBeyond, and what cases raise.
    """
    permission.require(call.actor, "case.show_sample", TOWN_WIDE)
    last = stands.last_of(case_id)
    if last is None or last.watching is None:
        noticing.show_sample(case_id, sample=str(sample), version=version, call=call)  # it refuses any other case
        raise problems.NoAlarmStands
    locked(last.watching.key)
    found = next((one for one in stands.said_at(last) if one.taken.sample_id == sample), None)
    if found is None:
        raise problems.SampleElsewhere(sample=str(sample), station=last.watching.station.description.name_zh)
    fact = noticing.show_sample(case_id, sample=found.taken.named, version=version, call=call)
    _usable(last.watching, found)
    if found.taken.at not in _hang(case_id, call.now, by_itself(call)):
        raise problems.SampleBeforeBeyond(sample=sampled.known_by(found.taken.named))
    return fact


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
        raise problems.InstrumentAlive(
            station=last.watching.station.description.name_zh, at=found.newest, hours=stands.span(last.watching) // HOUR
        )
    return noticing.close_unproven(
        case_id, finding=finding, gone=f"{found.why} {call.now.isoformat()}", version=version, call=call
    )


# --- what hangs on the case ------------------------------------------------------------------------------------------


def look(
    watching: Watching, times: tuple[datetime, ...], until: datetime, call: Call, *, changed: bool
) -> list[AlarmReturned]:
    """Of the last alarm of a rule at a station: whether it is proved to be back, told where that is otherwise than before.

    `changed`: something is otherwise of the alarms themselves; else only readings up to the proof can undo it, and while its case is
    open also later ones. What hangs on its case as proof follows.
    """
    last = last_alarm(watching)
    if last is None:
        return []
    case_id = CaseId(last.case_id)
    later = last.returned_at is not None and all(moment > last.returned_at for moment in times)
    if later and not changed and cases.rows_of(SYSTEM, [case_id])[case_id].state in ENDED:
        return []
    back = stands.returned(watching, kept_as.read(last.episode), until)
    found = []
    if (back.proved_at if back else None) != last.returned_at:
        found.append(AlarmReturned(last.id, back.since if back else None, back.proved_at if back else None))
        record(found[0], call=call)
    _hang(case_id, until, call)
    return found


def last_alarm(watching: Watching) -> Alarm | None:
    """The last alarm of a rule at a station that stands."""
    alarms = Alarm.objects.filter(rule=watching.watch.rule.code, station=watching.station.station_id)
    return alarms.filter(state__in=states.LIVE).order_by("-start").first()


def _hang(case_id: CaseId, until: datetime, call: Call) -> list[datetime]:
    """Let a case have the proofs that stand and no other, as long as it has not ended; gives the moments of the samples that count."""
    row = cases.rows_of(SYSTEM, [case_id])[case_id]
    if row.state in ENDED:
        return []
    proofs = [(one.kind, one.ref) for one in cases.proofs(SYSTEM, case_id)]
    last, back, run = stands.last_of(case_id), "", []
    if last is not None and last.watching is not None:
        shown = stands.returned(last.watching, last.episode, until)
        back = f"{last.alarm_id}/{shown.proved_at.isoformat()}" if shown else ""
        named = [ref for kind, ref in proofs if kind == SAMPLE]
        run = stands.run_of(last, named, call.now) if named else []
    enough = last is not None and last.watching is not None and sampled.shows(run, last.watching.watch.rule.proof)
    by_samples = f"{last.alarm_id}/samples/{run[0].isoformat()}/{run[-1].isoformat()}" if last and enough else ""
    for kind, wanted in ((BACK, back), (SAMPLES_BACK, by_samples)):
        _hang_kind(case_id, proofs, kind, wanted, call)
    return run


def _hang_kind(case_id: CaseId, proofs: list[tuple[str, str]], kind: str, wanted: str, call: Call) -> None:
    """Let the case have this proof of a kind (empty: none) and take back each other; once taken back it is another when it stands again."""
    shown, holds = [ref for one, ref in proofs if one == kind], standing(proofs, kind)
    for ref in holds:
        if not wanted or not ref.startswith(wanted):
            remarks.attach_proof(case_id, kind=NOT_BACK, ref=withdrawal_of(ref), call=call)
    if wanted and not any(ref.startswith(wanted) for ref in holds):
        again = sum(ref.startswith(wanted) for ref in shown)
        remarks.attach_proof(case_id, kind=kind, ref=f"{wanted}/{again}" if again else wanted, call=call)


@step("alarm.judge")
def look_again(case_id: CaseId, *, call: Call) -> None:
    """A case was opened again, or samples were entered or corrected: let it have the proofs that stand now. Raises NotAllowed."""
    permission.require(call.actor, "alarm.judge", TOWN_WIDE)
    last = stands.last_of(case_id)
    if last is not None and last.watching is not None:
        locked(last.watching.key)
    _hang(case_id, call.now, call)
