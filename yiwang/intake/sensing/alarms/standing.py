"""How the proof of an alarm stands: whether its instrument is alive, and what the samples of its place say. Reads; for steps and pages."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from yiwang.cases import queries as cases
from yiwang.cases.provers import proves
from yiwang.cases.rules import BY_INSTRUMENT, BY_SAMPLE, SAMPLE
from yiwang.cases.stages import ALARM
from yiwang.intake.sensing import law as sensing_law
from yiwang.intake.sensing import queries as sensing
from yiwang.intake.sensing.alarms import gone, law, rules, sampled, states, stored
from yiwang.intake.sensing.alarms.conditions import Sample
from yiwang.intake.sensing.alarms.gone import Instrument
from yiwang.intake.sensing.alarms.law import Watching
from yiwang.intake.sensing.alarms.models import Alarm, AlarmWatch
from yiwang.intake.sensing.alarms.problems import AlarmUnknown
from yiwang.intake.sensing.alarms.rules import Episode, ProofOfReturn
from yiwang.intake.sensing.alarms.sampled import Taken
from yiwang.intake.sensing.alarms.verdicts import Verdict
from yiwang.intake.sensing.alarms.windows import in_parts
from yiwang.intake.sensing.queries import StationView
from yiwang.intake.sensing.samples import queries as samples
from yiwang.intake.sensing.samples.queries import SampleView
from yiwang.kernel import walltime
from yiwang.kernel.access.door import enter
from yiwang.kernel.terms import SYSTEM, Actor, CaseId

READ = "alarm.read"
MOST_SAMPLES = 200
"""The newest samples of a place that are looked at."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sample of the place of an alarm, and what it says of its rule."""

    taken: Taken
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Last:
    """The last alarm of a case that stands, and the rule at its station (None: it is not watched any more, or stands elsewhere by now).

    `place`: the register and the row at which the station stood.
    """

    alarm_id: UUID
    episode: Episode
    watching: Watching | None
    place: tuple[str, str]


def last_of(case_id: CaseId) -> Last | None:
    """The last alarm of a case that stands; None where none does."""
    row = Alarm.objects.filter(case=case_id, state__in=states.LIVE).order_by("-start").first()
    if row is None:
        return None
    try:
        watching = law.watching(SYSTEM, row.rule, row.station_id)
    except AlarmUnknown:
        watching = None  # its pack is gone, the alarms of it are not
    place = (row.register, row.register_key)
    if watching is not None:
        stands = (watching.station.description.register, watching.station.description.register_key)
        place = place if row.register else stands
        watching = watching if place == stands else None
    return Last(row.id, stored.read(row.episode), watching, place)


@proves(ALARM)
def proven(case_id: CaseId, now: datetime) -> str:
    """By what an alarm's case is shown to be back to normal at a moment, from what is stored (cases.rules.PROVEN).

    Empty also where the rule or a limit is another than the alarm was judged by: the next sweep judges it again.
    """
    last = last_of(case_id)
    if last is None or last.watching is None or not _judged(last.watching):
        return ""
    if returned(last.watching, last.episode, now) is not None:
        return BY_INSTRUMENT
    return BY_SAMPLE if sampled.shows(run_of(last, _named_on(case_id), now), last.watching.watch.rule.proof) else ""


def _judged(watching: Watching) -> bool:
    """Whether a rule was judged at a station by what it says now."""
    return AlarmWatch.objects.filter(pk=watching.key, basis=watching.basis).exists()


def _named_on(case_id: CaseId) -> list[str]:
    """The samples that hang on a case as proofs."""
    return [one.ref for one in cases.proofs(SYSTEM, case_id) if one.kind == SAMPLE]


def returned(watching: Watching, episode: Episode, until: datetime) -> ProofOfReturn | None:
    """Whether the instrument was back after an episode for as long as the rule asks, and was not beyond since."""
    if episode.end is None:
        return None
    line = in_parts(watching.watch, episode.end, until, partial(law.samples, SYSTEM, watching))
    return rules.returned(watching.watch, line, episode.end)


def instrument(last: Last | None, now: datetime) -> Instrument:
    """Whether the instrument of an alarm can still show that it is back."""
    if last is None:
        return Instrument(None, gone.NO_ALARM)
    if last.watching is None:
        return Instrument(None, gone.NOT_WATCHED)
    rule, until = last.watching.watch.rule, last.watching.station.description.in_use_to
    since = now - span(last.watching)
    came = law.samples(SYSTEM, last.watching, since, now)
    return gone.alive(rule, came, last.episode.last_raised, until, since=since, today=walltime.town_day(now))


def span(watching: Watching) -> timedelta:
    """For how long nothing that counts must have come before an instrument is dead."""
    numbers = set(watching.streams.values())
    streams = [one.description.every_s for one in watching.station.streams if one.stream_id in numbers]
    return gone.span_of(watching.watch.rule, timedelta(seconds=max(streams, default=0)))


def said_at(last: Last) -> tuple[Said, ...]:
    """The samples since an alarm began, where its instrument stood or of the station itself, and what each says of the rule; the newest
    first."""
    watching, since = last.watching, last.episode.start
    if watching is None:
        return ()
    found = (
        samples.at_row(SYSTEM, *last.place, since, most=MOST_SAMPLES)
        if last.place[0]
        else [
            one
            for one in samples.samples(SYSTEM, watching.station.description.code, most=MOST_SAMPLES)
            if one.taken_at >= since
        ]
    )
    stations = {one.description.code: one for one in sensing.stations(SYSTEM)}
    taken = [_taken(one, stations[one.station_code]) for one in found]
    return tuple(Said(one, sampled.says(watching.watch, one)) for one in taken)


def _taken(one: SampleView, station: StationView) -> Taken:
    streams = {stream.stream_id: stream.description for stream in (*station.streams, *station.closed)}
    return Taken(
        one.sample_id,
        one.number,
        one.taken_at,
        {
            streams[value.stream_id].factor: Sample(one.taken_at, value.value, value.flag)
            for value in one.values
            if value.stream_id in streams and sensing_law.usual_unit(streams[value.stream_id])
        },
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How the proof of a case stands. `samples`: those of the place since the alarm began; `run`: the moments of the named ones that were
    within since it was last beyond; `enough_from`: from when on one more of these is enough; None where no sample can show anything.

    `span`: for how long nothing that counts must have come before the instrument is dead.
    """

    instrument: Instrument
    samples: tuple[Said, ...]
    run: tuple[datetime, ...]
    enough_from: datetime | None
    span: timedelta


def of_case(actor: Actor, case_id: CaseId, named: Collection[str], now: datetime) -> Standing:
    """How the proof of an alarm's case stands; `named`: the samples that hang on it as proofs. Raises NotAllowed."""
    enter(actor, READ)
    last = last_of(case_id)
    found = instrument(last, now)
    if last is None or last.watching is None:
        return Standing(found, (), (), None, timedelta(0))
    rule = last.watching.watch.rule
    said = said_at(last)
    run = _run(last, said, named, now)
    enough = (run[0] if run else last.episode.last_raised) + rule.proof if sampled.can_show(rule) else None
    return Standing(found, said, tuple(run), enough, span(last.watching))


def run_of(last: Last, named: Iterable[str], until: datetime) -> list[datetime]:
    """The moments of the named samples (as proofs name them) that were within the limits since it was last beyond."""
    return _run(last, said_at(last), named, until)


def _run(last: Last, said: Sequence[Said], named: Iterable[str], until: datetime) -> list[datetime]:
    wanted = set(named)
    moments = [one.taken.at for one in said if one.taken.named in wanted]
    if not moments or last.watching is None:
        return []
    line = in_parts(last.watching.watch, min(moments), until, partial(law.samples, SYSTEM, last.watching))
    after = [step.at for step in line if step.verdict is Verdict.RAISED and step.told]
    beyond = max([last.episode.last_raised, *after])
    return sampled.run_of([(one.taken.at, one.verdict) for one in said], moments, beyond)
