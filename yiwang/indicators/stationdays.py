"""From roll-ups to rows of evidence: what a pack says of one station on one day that is over. No writes.

A day counts from its end on. Readings that come late, an alarm, or another description of the station make the day anew.
"""

import logging
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from uuid import UUID

from yiwang.indicators import measured
from yiwang.indicators.making import Whereabouts, row_of
from yiwang.indicators.measured import AlarmThere, DatedRow, Standing, StationDay, StationSource
from yiwang.indicators.models import EvidenceMeasured
from yiwang.intake.sensing import days
from yiwang.intake.sensing.alarms import queries as alarms
from yiwang.intake.sensing.alarms.facts import AlarmChanged, AlarmRaised, AlarmWithdrawn
from yiwang.intake.sensing.days import Day, Which
from yiwang.intake.sensing.facts import ReadingCorrected, ReadingsStored, StationChanged, StationRegistered
from yiwang.kernel.journal.queries import Placed
from yiwang.kernel.terms import Actor
from yiwang.kernel.walltime import town_day
from yiwang.registers import law as registers_law
from yiwang.registers import queries as registers
from yiwang.registers.facts import RowEnded, RowsEntered

log = logging.getLogger("yiwang.indicators")

ONE_DAY = timedelta(days=1)


def touched(actor: Actor, batch: Collection[Placed], today: date) -> frozenset[Which]:
    """The stations and days of which these entries say something."""
    facts = [placed.fact for placed in batch]
    found = set(days.touched(actor, [one for one in facts if isinstance(one, ReadingsStored)]))
    found |= {(one.station_id, town_day(one.at)) for one in facts if isinstance(one, ReadingCorrected)}
    raised = {one.alarm_id for one in facts if isinstance(one, AlarmRaised | AlarmChanged | AlarmWithdrawn)}
    if raised:
        found |= alarms.days_of(actor, raised) | _said_of(raised)
    stations = {one.station_id for one in facts if isinstance(one, StationRegistered | StationChanged)}
    for fact in facts:
        if isinstance(fact, RowsEntered):
            stations |= days.at(actor, fact.register, {row.key for row in fact.rows})
        if isinstance(fact, RowEnded):
            stations |= days.at(actor, fact.register, {fact.key})
    if stations:
        found |= days.in_use(actor, None, today, stations)
    return frozenset(found)


def _said_of(alarm_ids: Collection[UUID]) -> frozenset[Which]:
    """The days that rested on these alarms until now: an alarm may begin on another day by what came late."""
    found: set[Which] = set()
    for one in alarm_ids:
        rows = EvidenceMeasured.objects.filter(opens__contains=[["alarm", str(one)]])
        found |= {
            (UUID(station), date.fromisoformat(day))
            for station, day in map(_split, rows.values_list("group", flat=True))
        }
    return frozenset(found)


def group_of(which: Which) -> str:
    """A station's day as evidence is made anew by it."""
    return f"{which[0]} {which[1]}"


def _split(group: str) -> tuple[str, str]:
    station, _, day = group.partition(" ")
    return station, day


def of_days(actor: Actor, name: str, which: Iterable[Which], today: date) -> Iterator[EvidenceMeasured]:
    """The rows of evidence of these days of a source: of days that are over."""
    source, where = measured.known()[name], Whereabouts.of_town(actor)
    assert isinstance(source, StationSource)  # noqa: S101
    found = days.days(actor, [one for one in _of_source(actor, source, which) if one[1] < today])
    began = alarms.began(actor, [(one.station_id, one.day) for one in found])
    at_rows = _rows_at(actor, source, found)
    for one in found:
        row = measured.standing_on(at_rows.get(one.description.register_key, ()), one.day)
        told = tuple(AlarmThere(*alarm) for alarm in began.get((one.station_id, one.day), ()))
        group = group_of((one.station_id, one.day))
        try:
            holds = frozenset(source.holds(StationDay(one.description.code, one.day, one.streams, row, told)))
        except Exception:
            log.exception("source %s cannot count %s; it is left out", name, group)
            continue
        if holds:
            yield _evidence(name, one, holds, told, row, today, where)


def _of_source(actor: Actor, source: StationSource, which: Iterable[Which]) -> Iterable[Which]:
    """Those of stations that stand where the source counts: what a year of all the others came to need not be read."""
    if not source.register:
        return which
    there = days.at(actor, source.register)
    return [one for one in which if one[0] in there]


def _rows_at(actor: Actor, source: StationSource, found: Collection[Day]) -> dict[str, list[DatedRow]]:
    """By key the dated rows at which the stations stand."""
    if not source.register or source.register not in registers_law.catalogue().by_code:
        return {}
    keys = {one.description.register_key for one in found}
    return {
        key: [DatedRow(source.register, one.key, one.valid_from, one.valid_to, one.values, one.entry) for one in views]
        for key, views in registers.of_keys(actor, source.register, keys).items()
    }


def _evidence(
    name: str,
    one: Day,
    holds: frozenset[str],
    told: Collection[AlarmThere],
    row: DatedRow | None,
    today: date,
    where: Whereabouts,
) -> EvidenceMeasured:
    said = one.description
    standing = Standing(
        ref=f"{said.code} {one.day}",
        month=one.day.replace(day=1),
        since=one.day + ONE_DAY,
        until=None,
        holds=holds,
        name={"zh-Hans": f"{said.name_zh} {one.day}", "en": f"{said.name_en} {one.day}"},
        point=(said.point.longitude, said.point.latitude) if said.point else None,
        rows=(row,) if row else (),
    )
    made = row_of(name, group_of((one.station_id, one.day)), standing, today, where)
    made.team = said.team_id
    made.opens = [
        ["station", said.code, one.day.isoformat()],
        *(["alarm", str(alarm.alarm_id), alarm.case_number] for alarm in told),
        *made.opens,
    ]
    made.entries = sorted({*made.entries, one.entry})
    return made
