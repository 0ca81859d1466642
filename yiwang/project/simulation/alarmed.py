"""Two weeks of a demonstration's instruments, day by day: alarms are raised, and people do what they do about them.

What one instrument measured on one evening comes a day late, so that an alarm of silence is withdrawn. Nothing here was measured.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from yiwang.cases import queries as cases
from yiwang.cases.stages import State
from yiwang.intake.sensing import queries as sensing
from yiwang.intake.sensing.alarms import jobs as alarm_timers
from yiwang.intake.sensing.alarms import queries, standing
from yiwang.intake.sensing.alarms.queries import AlarmView
from yiwang.intake.sensing.steps import stations
from yiwang.kernel import ids, walltime
from yiwang.kernel.journal import sequencer
from yiwang.kernel.terms import SYSTEM, Call
from yiwang.project.simulation import instruments, laboratory, photos
from yiwang.project.simulation.cast import Cast
from yiwang.project.simulation.doors import InProcess, Refused

log = logging.getLogger("yiwang.simulation")

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LATE_AT, LATE_HOURS, LATE_DAYS_AGO = "hongxing-1-water", 8, 3
"""Whose readings of the last hours of which day come a day late."""
OFFICE, BETWEEN = timedelta(hours=10), timedelta(minutes=25)
"""When on a day somebody looks at the alarms, and how long one act takes."""
WATER, SITE = "water", "urban"
TEAMS = {
    "waters.nh3n_over_target": WATER,
    "waters.oxygen_under_target": WATER,
    "environment.site_dust_too_often": SITE,
}
"""Of which rules the cases are worked on, and by whom; others wait."""
DONE = {WATER: "已查到上游沿岸的生活污水混入，封堵并清掏了管道", SITE: "已洒水降尘、覆盖裸土，进出道路加了冲洗"}
UNPROVEN = "监测仪要送检校准，等不到连续达标的数据；现场看过，措施都在。"


def lived(now: datetime) -> None:
    """Let the last two weeks go by. Again: only what has happened since, and what was left to do."""
    cast = Cast(InProcess, lambda: str(ids.new_id(walltime.now())))
    midnights = [walltime.day_begins(walltime.town_day(now) - n * DAY) for n in reversed(range(instruments.LIVED.days))]
    _put_into_use(now)
    late_until = midnights[-1 - LATE_DAYS_AGO]
    before = now - instruments.LIVED
    for moment in (*midnights, now):
        with walltime.at(moment):
            held = (LATE_AT, moment - LATE_HOURS * HOUR) if moment == late_until else None
            instruments.demonstrate(moment, after=before, held=held)
            _judge(moment)
        before = moment if moment != late_until else moment - DAY
        if moment + DAY <= now:
            _day(cast, moment + OFFICE)
    laboratory.demonstrate(now)


def _put_into_use(now: datetime) -> None:
    """Each instrument that has measured nothing yet is in use from when its readings begin: earlier days are no gaps of its data."""
    begins = now - instruments.LIVED
    first = walltime.town_day(begins)
    call = Call(SYSTEM, begins, "simulation", None, "invented readings begin")
    for one in sensing.stations(SYSTEM):
        said, streams = one.description, [stream.description for stream in one.streams]
        new = said.illustrative and said.door != instruments.LABORATORY and one.heard_at is None
        if new and said.in_use_from < first and (said.in_use_to is None or first <= said.in_use_to):
            stations.change_station(one.station_id, replace(said, in_use_from=first), streams, call=call)


def _judge(moment: datetime) -> None:
    """What the worker does all the time."""
    while not connection.in_atomic_block and sequencer.sequence_once():
        pass
    alarm_timers.follow_journal(moment)
    alarm_timers.look(moment)
    while not connection.in_atomic_block and sequencer.sequence_once():
        pass


def _day(cast: Cast, moment: datetime) -> None:
    """In the office somebody takes each case of an alarm as far as it goes."""
    newest: dict[str, AlarmView] = {}
    for one in queries.alarms(SYSTEM):
        newest.setdefault(one.case_number, one)
    for number, alarm in sorted(newest.items()):
        if alarm.rule in TEAMS:
            try:
                _take(cast, number, alarm, moment)
            except Refused as refused:
                log.warning("the case %s of an invented alarm stays as it is: %s", number, refused)


def _take(cast: Cast, number: str, alarm: AlarmView, moment: datetime) -> None:
    """Along the arrows that are open to it, one after the other."""
    for state, role, arrow, given in _way(TEAMS[alarm.rule], alarm, moment):
        if cases.case(SYSTEM, number).row.state != state:
            continue
        with walltime.at(moment):
            person = cast.of(*role)
            if arrow in ("report_back", "verify"):
                given = {**given, "photos": [person.photo(photos.picture(ids.dice(f"{number} {arrow}")))]}
            person.post(f"/cases/{number}/{arrow}", {**given})
        moment += BETWEEN


Act = tuple[State, tuple[str, str], str, Mapping[str, Any]]


def _way(team: str, alarm: AlarmView, moment: datetime) -> Iterator[Act]:
    """From which state, by whom, which arrow. The water waits for what its instrument shows; a building site's is closed unproven
    as soon as its monitor is away for long enough."""
    yield State.DISPATCHED, ("handler", team), "sign", {}
    if team == WATER and alarm.episode.end is None:
        return
    yield State.HANDLING, ("handler", team), "report_back", {"outcome": "solved", "result": DONE[team]}
    yield State.HANDLED, ("verifier", ""), "verify", {"finding": "现场看过，已整改"}
    if team == SITE:
        if standing.of_case(SYSTEM, alarm.case_id, (), moment).instrument.why:
            yield State.VERIFIED, ("leader", ""), "close_unproven", {"finding": UNPROVEN}
    elif alarm.returned_at is not None:
        yield State.VERIFIED, ("operator", ""), "close", {"called_back": "nobody", "answer": DONE[team]}
