"""What closed a case once does not close it again: cases opened again, handed on, joined; a station that was moved, a limit corrected."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from yiwang.cases import queries as cases
from yiwang.cases.problems import ReturnWanted
from yiwang.cases.steps import forward, sideways
from yiwang.intake.sensing import queries as sensing
from yiwang.intake.sensing.alarms import jobs
from yiwang.intake.sensing.alarms.models import Alarm
from yiwang.intake.sensing.alarms.problems import InstrumentAlive, NoAlarmStands
from yiwang.intake.sensing.alarms.steps import proving
from yiwang.intake.sensing.alarms.tests.river import (
    BEGIN,
    NOW,
    OVER,
    SECTION,
    SECTIONS,
    SYSTEM,
    UNUSABLE,
    River,
    call,
    close,
    finished,
    flat,
    handler,
    proven,
    worked,
)
from yiwang.intake.sensing.alarms.tests.test_proving import beyond, leader, over, sampled, show, unproven
from yiwang.intake.sensing.steps import stations
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.terms import CaseId
from yiwang.registers import steps as registers

pytestmark = pytest.mark.django_db


def reopened(river: River, case_id: CaseId, hour: float = 240) -> None:
    """Somebody opens the case again; its team handles it, and it is verified."""
    by = replace(handler(river.water, "duty_officer"), now=BEGIN + timedelta(hours=hour))
    sideways.reopen(case_id, ground="came-back", words="又超标了", call=by)
    river.judge(BEGIN + timedelta(hours=hour))
    finished(river, case_id)


def later(river: River, hours: list[tuple[float, str]]) -> None:
    """Readings of after the beginning of the story's last day."""
    end = BEGIN + timedelta(hours=hours[-1][0] + 1)
    river.send(hours, now=end)
    river.judge(end)


def by_samples(river: River) -> CaseId:
    case_id = beyond(river)
    for sample in sampled(river, (20, "0.8"), (33, "0.8")):
        show(river, case_id, sample)
    close(river, case_id)
    return case_id


def test_a_case_whose_episode_was_handed_on_closes_by_its_old_samples_no_more(river):
    case_id = by_samples(river)
    later(river, flat(241, 246, "9.9"))
    assert over().case_id != case_id
    reopened(river, case_id, 247)
    assert proven(case_id) == ""
    with pytest.raises(ReturnWanted):
        close_at(river, case_id, 248)


def test_a_proof_that_late_readings_voided_after_the_close_is_gone_when_the_case_is_opened_again(river):
    case_id = worked(river)
    river.send([*flat(7, 9, "1"), *flat(10, 17, "1")])
    river.judge()
    close(river, case_id)
    river.send([(9, "1.49")])
    river.judge()
    reopened(river, case_id)
    assert proven(case_id) == ""
    with pytest.raises(ReturnWanted):
        close(river, case_id)


def test_a_case_opened_again_after_its_instrument_was_back_can_close(river):
    case_id = beyond(river)
    unproven(river, case_id)
    later(river, flat(241, 256, "1"))
    reopened(river, case_id, 257)
    assert proven(case_id) == "instrument"
    assert close_at(river, case_id, 258) == "instrument"


def close_at(river: River, case_id: CaseId, hour: float) -> str:
    by = replace(handler(river.water, "dispatcher"), now=BEGIN + timedelta(hours=hour))
    return forward.close(case_id, called_back="nobody", answer="已处理", call=by).proven


def test_two_episodes_that_late_readings_join_are_with_the_case_that_is_still_open(river):
    river.send([*flat(0, 3, "2"), (3, "1"), (6, "1")])
    river.judge()
    first = over().case_id
    finished(river, first)
    unproven(river, first)
    river.send([*flat(50, 53, "2"), *[(hour, "1") for hour in range(53, 71, 3)]])
    river.judge(NOW)
    second = over().case_id
    finished(river, second)
    assert (second != first, proven(second)) == (True, "instrument")
    river.send([(4, "2"), (5, "2"), *flat(7, 50, "2")])
    river.judge(NOW)
    river.send([(hour, "2") for hour in range(54, 71) if hour % 3 != 2])
    river.judge(NOW)
    (joined,) = Alarm.objects.filter(rule=OVER, state="open")
    assert joined.case_id == second
    assert proven(second) == ""
    with pytest.raises(ReturnWanted):
        close(river, second)
    with pytest.raises(InstrumentAlive):
        proving.close_unproven(second, finding="x", call=replace(leader(river), now=BEGIN + timedelta(hours=72)))


def test_samples_of_where_the_station_was_moved_to_say_nothing_of_where_it_stood(river):
    case_id = beyond(river)
    registers.enter_row(SECTIONS, SECTION | {"number": "D-2", "called": "另一断面"}, date(2019, 1, 1), call=call(BEGIN))
    elsewhere, _ = sampled(river, (20, "0.1"), (34, "0.1"), name="x02-lab", at="D-2")
    found = sensing.station(SYSTEM, "x01-1")
    moved = replace(found.description, register_key="D-2")
    stations.change_station(found.station_id, moved, [one.description for one in found.streams], call=call())
    jobs.look(NOW)
    with pytest.raises(NoAlarmStands):
        show(river, case_id, elsewhere)
    assert unproven(river, case_id).proven == "nothing"


def test_what_is_beyond_after_the_proof_takes_it_away_also_for_too_short_to_be_an_alarm(river):
    case_id = worked(river)
    river.send(flat(7, 16, "1"))
    river.judge()
    assert proven(case_id) == "instrument"
    river.send([(16, "9.9"), (17, "1")])
    river.judge()
    assert len(Alarm.objects.filter(rule=OVER)) == 1
    with pytest.raises(ReturnWanted):
        close(river, case_id)
    river.send(flat(18, 30, "1"))
    river.judge()
    assert close(river, case_id).proven == "instrument"


def test_a_limit_that_was_lowered_a_moment_ago_holds_at_the_close(river):
    case_id = beyond(river)
    for sample in sampled(river, (20, "1.2"), (33, "1.2")):
        show(river, case_id, sample)
    registers.enter_row(SECTIONS, SECTION | {"target_class": "iii"}, date(2019, 1, 1), call=call())
    with pytest.raises(ReturnWanted):
        close(river, case_id)
    jobs.look(NOW)
    assert proven(case_id) == "", "1.2 is beyond 1.0"


def test_an_alarm_comes_to_the_case_that_it_had_before_and_that_was_opened_again(river):
    first = by_samples(river)
    later(river, flat(241, 243, "9.9"))
    second = over().case_id
    reopened(river, first, 244)
    finished(river, second)
    gone = replace(leader(river), now=BEGIN + timedelta(hours=264))
    proving.close_unproven(second, finding="仪器坏了", call=gone)
    later(river, flat(265, 267, "9.9"))
    assert over().case_id == first
    assert {row.state for row in cases.rows_of(SYSTEM, [first, second]).values()} == {"verified", "closed"}
    assert replay().differences == ()


def test_an_instrument_that_sends_nothing_but_faults_can_be_closed_by_a_leader_as_dead(river):
    river.send(flat(0, 3, "1"))
    river.send(flat(3, 240, "1"), flag="D")
    river.judge(NOW)
    alarm = Alarm.objects.get(rule=UNUSABLE, state="open")
    finished(river, CaseId(UUID(str(alarm.case_id))))
    assert unproven(river, CaseId(alarm.case_id)).proven == "nothing"
