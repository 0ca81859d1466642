"""Two weeks of a demonstration's invented instruments leave something of each kind to look at."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from yiwang.cases import queries as cases
from yiwang.indicators import steps as indicators
from yiwang.indicators.models import EvidenceMeasured
from yiwang.intake.sensing import jobs as rolling
from yiwang.intake.sensing import queries as sensing
from yiwang.intake.sensing.alarms import queries
from yiwang.intake.sensing.alarms.states import AlarmState
from yiwang.intake.sensing.samples.queries import counts_at
from yiwang.kernel import walltime
from yiwang.kernel.terms import Actor, ActorKind
from yiwang.project import town
from yiwang.project.simulation import alarmed, instruments, laboratory

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = Actor(ActorKind.SYSTEM)
NOW = datetime(2026, 11, 27, 8, 3, tzinfo=UTC)


@pytest.fixture
def lived(settings) -> datetime:
    settings.DEMONSTRATION = True
    with walltime.at(NOW - timedelta(days=20)):
        town.load(settings.TOWN_DIR, demonstration=True)
    with walltime.at(NOW):
        alarmed.lived(NOW)
        yield NOW


def test_the_instruments_of_a_demonstration_leave_open_proven_unproven_and_withdrawn_alarms(lived):
    found = queries.alarms(SYSTEM, state=(*AlarmState,))
    states = Counter(one.state for one in found)
    going_on = sorted(one.rule for one in found if one.state is AlarmState.OPEN)
    assert going_on == ["environment.site_dust_unusable", "waters.oxygen_under_target"], (
        "a monitor away, a river in weeds"
    )
    assert states[AlarmState.WITHDRAWN] == 1
    ended = {one.case_number: cases.case(SYSTEM, one.case_number) for one in found if one.state is AlarmState.ENDED}
    outcome = Counter((one.row.state, one.snapshot.proven) for one in ended.values())
    assert outcome[("closed", "instrument")] >= 1
    assert outcome[("closed", "")] == 1, "未经仪器证明"
    assert sensing.apart(SYSTEM) == ()

    rolling.follow_journal(NOW)
    indicators.make_measured_anew(SYSTEM, walltime.town_day(NOW))
    days = EvidenceMeasured.objects.filter(source="environment.station_day")
    complete = sum("complete" in one.holds for one in days)
    assert complete / len(days) > 0.8, "what was before the first reading is no gap"
    assert instruments.demonstrate(NOW) == 0, "what came late is there by now"

    later = NOW + timedelta(hours=3)
    heard = {one.description.code: one.heard_at for one in sensing.stations(SYSTEM)}
    assert instruments.go_on(later) > 0, "they go on measuring as long as the town runs"
    assert instruments.go_on(later) == 0
    again = [one for one in sensing.stations(SYSTEM) if one.description.door != instruments.LABORATORY]
    assert all(one.heard_at > heard[one.description.code] for one in again if one.heard_at), "each of them"

    taken = counts_at(SYSTEM, "outlet", walltime.day_begins(date(2026, 1, 1)))
    assert taken == {"XH-PW-01": 11, "XH-PW-02": 10, "XH-PW-03": 11, "XH-PW-04": 11, "XH-PW-07": 11}
    assert laboratory.demonstrate(NOW) == 0
