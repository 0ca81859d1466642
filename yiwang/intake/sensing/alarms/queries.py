"""What leaves the module about alarms. The first argument is always the Actor; a department sees those of its own stations."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from yiwang.cases import queries as cases
from yiwang.cases.stages import ENDED
from yiwang.intake.sensing import queries as sensing
from yiwang.intake.sensing.alarms import law, states, stored
from yiwang.intake.sensing.alarms.conditions import OVER, Count, Limit, Series, Watch
from yiwang.intake.sensing.alarms.law import Watching
from yiwang.intake.sensing.alarms.levels import Spans, spans
from yiwang.intake.sensing.alarms.models import Alarm, AlarmWatch
from yiwang.intake.sensing.alarms.quiet import Quiet, quiet
from yiwang.intake.sensing.alarms.rules import Episode, Judged
from yiwang.intake.sensing.alarms.states import AlarmState
from yiwang.intake.sensing.facts import StreamDescription
from yiwang.intake.sensing.pasts import Band
from yiwang.kernel.access import permission
from yiwang.kernel.access.door import enter
from yiwang.kernel.terms import SYSTEM, TOWN_WIDE, Actor, CaseId
from yiwang.kernel.walltime import day_begins, town_day

READ = "alarm.read"


@dataclass(frozen=True, slots=True)
class AlarmView:
    """An alarm as its people see it. `withdrawn_why` and `case_left`: words of states.py, where it was withdrawn."""

    alarm_id: UUID
    station_code: str
    rule: str
    rule_version: str
    state: AlarmState
    episode: Episode
    case_id: CaseId
    case_number: str
    repeats: bool
    raised_at: datetime
    withdrawn_why: str
    case_left: str
    returned_at: datetime | None
    """The reading by which the same instrument had been back for as long as the rule asks; None: nothing shows that yet."""
    case_ended: bool
    case_proven: str
    """By what its case is shown to be back to normal (cases.rules.PROVEN); empty: by nothing."""


def alarms(
    actor: Actor,
    *,
    code: str | None = None,
    state: Collection[AlarmState] = states.LIVE,
    severity: str = "",
    during: tuple[datetime, datetime] | None = None,
    skip: int = 0,
    most: int = 200,
) -> tuple[AlarmView, ...]:
    """The newest alarms within the actor's reach, in these states: of one station, or of all; of one severity; that were going on between
    two moments; after the first `skip` of them. Raises StationUnknown, NotAllowed.
    """
    rows = _within(actor, code).filter(state__in=list(state))
    if severity:
        rows = rows.filter(severity=severity)
    if during:
        rows = rows.filter(Q(end=None) | Q(end__gt=during[0]), start__lt=during[1])
    return _views(rows.select_related("station").order_by("-start", "id")[skip : skip + most])


def counted(actor: Actor, state: AlarmState = AlarmState.OPEN) -> int:
    """How many alarms within the actor's reach are in a state. Raises NotAllowed."""
    return _within(actor, None).filter(state=state).count()


def _within(actor: Actor, code: str | None) -> QuerySet[Alarm]:
    enter(actor, READ)
    stations = sensing.stations(actor) if code is None else (sensing.station(actor, code),)
    return Alarm.objects.filter(station__in=[one.station_id for one in stations])


def of_case(actor: Actor, case_id: CaseId) -> tuple[AlarmView, ...]:
    """The alarms that are with a case, the oldest first: those of stations within the actor's reach. Raises NotAllowed."""
    enter(actor, READ)
    seen = [one.station_id for one in sensing.stations(actor)]
    return _views(
        Alarm.objects.filter(case=case_id, station__in=seen).select_related("station").order_by("start", "id")
    )


def _views(rows: Iterable[Alarm]) -> tuple[AlarmView, ...]:
    rows = list(rows)
    found = cases.proven(SYSTEM, {CaseId(row.case_id) for row in rows})
    return tuple(
        AlarmView(
            row.id, row.station.code, row.rule, row.rule_version, AlarmState(row.state), stored.read(row.episode),
            CaseId(row.case_id), row.case_number, row.repeats, row.raised_at, row.withdrawn_why, row.case_left, row.returned_at,
            *found[CaseId(row.case_id)],
        )
        for row in rows
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class LimitView:
    """A limit by which a rule judges a series of a station. `side`: whether it is beyond when over or under it.

    `more_than`: where only so many times within a day are an alarm, how many, by day as well; empty for any other.
    """

    rule: str
    side: str
    spans: Spans
    more_than: Spans
    verified: bool


def limits(actor: Actor, code: str, series: Series) -> tuple[LimitView, ...]:
    """The limits of a series at a station, by day, in the order of the rules. Raises StationUnknown, NotAllowed."""
    enter(actor, READ)
    return tuple(
        _limit(one.watch, single)
        for one in law.at_station(actor, sensing.station(actor, code))
        for single in one.watch.rule.singles
        if isinstance(single, Limit | Count) and single.series == series and series in one.streams
    )


def unfit(actor: Actor, code: str) -> tuple[tuple[str, StreamDescription], ...]:
    """Rules and the streams of a station that they cannot judge: in another unit than the factor has. Raises StationUnknown, NotAllowed."""
    enter(actor, READ)
    return tuple((rule.code, said) for rule, said in law.unfit(sensing.station(actor, code)))


def _limit(watch: Watch, single: Limit | Count) -> LimitView:
    told = watch.levels[single.source]
    verified = all(level.verified for level in told)
    if isinstance(single, Limit):
        return LimitView(watch.rule.code, single.side, spans(told), (), verified)
    allowed = watch.levels[single.allowed]
    return LimitView(watch.rule.code, OVER, spans(told), spans(allowed), verified)


# --- for those who judge ---------------------------------------------------------------------------------------------


def bands(actor: Actor) -> tuple[Band, ...]:
    """Of every rule at every station, the values of each of its streams that change none of its alarms now. Raises NotAllowed."""
    permission.require(actor, "alarm.judge", TOWN_WIDE)
    judged = _judged()
    found = []
    for one in law.watches(actor).values():
        basis, said = judged.get(one.key, ("", None))
        for series, stream in one.streams.items():
            passed = quiet(one.watch, series, said) if said and basis == one.basis else None
            found.append(_band(one.key, stream, passed))
    return tuple(found)


def _band(key: str, stream: int, passed: Quiet | None) -> Band:
    if passed is None:
        return Band(key, stream, None, None, None, every=True)
    return Band(key, stream, passed.least, passed.most, passed.calm_after, every=False)


def _judged() -> Mapping[str, tuple[str, Judged | None]]:
    """By what each rule was judged at each station, and its last episode there."""
    newest = (
        Alarm.objects.filter(state__in=states.LIVE).order_by("rule", "station", "-start").distinct("rule", "station")
    )
    last = {f"{row.rule} {row.station_id}": row for row in newest}
    return {row.id: (row.basis, _standing(last.get(row.id), row.until)) for row in AlarmWatch.objects.all()}


def _standing(last: Alarm | None, until: datetime | None) -> Judged | None:
    """The last episode, as going on until the instrument proved that it is back: until then each reading counts for that."""
    if last is None:
        return Judged((), until)
    if last.returned_at is None:
        return None
    return Judged((replace(stored.read(last.episode), proved_at=last.returned_at),), until)


def due(actor: Actor) -> tuple[Watching, ...]:
    """The rules at stations that the clock has to look at: of silence, and those that are judged by something else by now."""
    permission.require(actor, "alarm.judge", TOWN_WIDE)
    basis = dict(AlarmWatch.objects.values_list("id", "basis"))
    return tuple(
        one for one in law.watches(actor).values() if one.watch.rule.of_silence or basis.get(one.key) != one.basis
    )


# --- for what is counted by the day ----------------------------------------------------------------------------------

Which = tuple[UUID, date]
"""A station and a day of the town."""


def began(actor: Actor, which: Collection[Which]) -> Mapping[Which, Sequence[tuple[UUID, str, str]]]:
    """The alarms that began at these stations on these days and were not withdrawn: which, of what rule, with which case. The oldest first.

    Raises NotAllowed.
    """
    permission.require(actor, READ, TOWN_WIDE)
    if not which:
        return {}
    listed = [day for _, day in which]
    rows = Alarm.objects.filter(
        state__in=states.LIVE,
        station__in={station for station, _ in which},
        start__gte=day_begins(min(listed)),
        start__lt=day_begins(max(listed) + timedelta(days=1)),
    )
    found: dict[Which, list[tuple[UUID, str, str]]] = {}
    for row in rows.order_by("start", "id"):
        found.setdefault((row.station_id, town_day(row.start)), []).append((row.id, row.rule, row.case_number))
    return found


def days_of(actor: Actor, alarm_ids: Collection[UUID]) -> frozenset[Which]:
    """Where and on which days these alarms began by all that is known now. Raises NotAllowed."""
    permission.require(actor, READ, TOWN_WIDE)
    rows = Alarm.objects.filter(pk__in=alarm_ids).values_list("station", "start")
    return frozenset((station, town_day(start)) for station, start in rows)


def to_look_at_again(actor: Actor, reopened: Collection[CaseId], *, samples: bool) -> tuple[CaseId, ...]:
    """Of cases that were opened again those that have or had an alarm; `samples`: with every open one of which no instrument shows yet
    that it is back, since samples came. Raises NotAllowed.
    """
    permission.require(actor, "alarm.judge", TOWN_WIDE)
    ids = [str(one) for one in reopened]
    had = Q(case__in=ids)
    for one in ids:
        had |= Q(former__contains=[one])
    if samples:
        had |= Q(state__in=states.LIVE, returned_at=None)
    if not ids and not samples:
        return ()
    rows = Alarm.objects.filter(had).values_list("case_id", "former")
    found = {CaseId(case_id) for case_id, _ in rows} | {one for one in reopened if any(str(one) in f for _, f in rows)}
    still = cases.rows_of(actor, found)
    return tuple(sorted(one for one in still if still[one].state not in ENDED))
