"""How the proof of an alarm stands: whether its instrument is alive, and what the samples of its place say. Reads; for steps and pages."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from yiwang.intake.sensing import law as sensing_law
from yiwang.intake.sensing import queries as sensing
from yiwang.intake.sensing.alarms import gone, law, sampled, states, stored
from yiwang.intake.sensing.alarms.conditions import Sample
from yiwang.intake.sensing.alarms.gone import Alive
from yiwang.intake.sensing.alarms.law import Watching
from yiwang.intake.sensing.alarms.models import Alarm
from yiwang.intake.sensing.alarms.problems import AlarmUnknown
from yiwang.intake.sensing.alarms.rules import Episode
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
    """The last alarm of a case that stands, and the rule at its station (None: it is not watched any more)."""

    alarm_id: UUID
    station_id: UUID
    episode: Episode
    watching: Watching | None


def last_of(case_id: CaseId) -> Last | None:
    """The last alarm of a case that stands; None where none does."""
    row = Alarm.objects.filter(case=case_id, state__in=states.LIVE).order_by("-start").first()
    if row is None:
        return None
    try:
        watching = law.watching(SYSTEM, row.rule, row.station_id)
    except AlarmUnknown:
        watching = None  # its pack is gone, the alarms of it are not
    return Last(row.id, row.station_id, stored.read(row.episode), watching)


def instrument(last: Last | None, now: datetime) -> Alive:
    """Whether the instrument of an alarm can still show that it is back."""
    if last is None:
        return Alive(None, gone.NO_ALARM)
    if last.watching is None:
        return Alive(None, gone.NOT_WATCHED)
    rule, until = last.watching.watch.rule, last.watching.station.description.in_use_to
    came = law.samples(SYSTEM, last.watching, now - gone.span_of(rule), now)
    return gone.alive(rule, came, last.episode.last_raised, until, now=now, today=walltime.town_day(now))


def said_at(watching: Watching, since: datetime) -> tuple[Said, ...]:
    """The samples since a moment where an instrument stands, or of the station itself, and what each says of the rule; the newest first."""
    here = watching.station.description
    found = (
        samples.at_row(SYSTEM, here.register, here.register_key, since, most=MOST_SAMPLES)
        if here.register
        else [one for one in samples.samples(SYSTEM, here.code, most=MOST_SAMPLES) if one.taken_at >= since]
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

    instrument: Alive
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
    said = said_at(last.watching, last.episode.start)
    run = run_of(last, said, named, now)
    enough = (run[0] if run else last.episode.last_raised) + rule.proof if sampled.can_show(rule) else None
    return Standing(found, said, tuple(run), enough, gone.span_of(rule))


def run_of(last: Last, said: Sequence[Said], named: Iterable[str], until: datetime) -> list[datetime]:
    """The moments of the named samples (as proofs name them) that were within the limits since it was last beyond."""
    wanted = set(named)
    moments = [one.taken.at for one in said if one.taken.named in wanted]
    if not moments or last.watching is None:
        return []
    beyond = _beyond_at(last.watching, last.episode, min(moments), until)
    return sampled.run_of([(one.taken.at, one.verdict) for one in said], moments, beyond)


def _beyond_at(watching: Watching, episode: Episode, since: datetime, until: datetime) -> datetime:
    """When the instrument was last beyond: in its episode, or for a moment after it."""

    def read(first: datetime, end: datetime | None) -> law.Samples:
        return law.samples(SYSTEM, watching, first, end)

    line = in_parts(watching.watch, since, until, read)
    after = [step.at for step in line if step.verdict is Verdict.RAISED and step.told]
    return max([episode.last_raised, *after])
