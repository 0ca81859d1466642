"""From stored readings to alarms and their cases: one episode, one alarm, one case, whatever order the readings came in."""

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from yiwang.cases import law as cases_law
from yiwang.cases import queries as cases
from yiwang.cases.problems import AlarmFollowsNone
from yiwang.cases.stages import State
from yiwang.cases.steps import forward, lineage, noticing
from yiwang.intake.sensing import pasts
from yiwang.intake.sensing.alarms import conditions, jobs, law, queries, saying
from yiwang.intake.sensing.alarms.models import Alarm, AlarmWatch
from yiwang.intake.sensing.alarms.states import LIVE, MOVES, AlarmState
from yiwang.intake.sensing.alarms.steps import judging
from yiwang.intake.sensing.alarms.tests.river import (
    BEGIN,
    NOW,
    OF_SECTIONS,
    OVER,
    OXYGEN,
    SECTION,
    SECTIONS,
    SILENT,
    SYSTEM,
    UNUSABLE,
    call,
    flat,
    handler,
    hours,
    live,
    states,
)
from yiwang.intake.sensing.facts import Description, ReadingsStored, StreamDescription
from yiwang.intake.sensing.rules import COUNTED, FLAGS
from yiwang.intake.sensing.steps import stations
from yiwang.kernel.journal import queries as journal
from yiwang.kernel.journal import sequencer
from yiwang.kernel.journal.replay import replay
from yiwang.kernel.people.models import Team
from yiwang.kernel.people.steps.teams import create_team
from yiwang.kernel.problems import NotAllowed
from yiwang.kernel.terms import AccountId
from yiwang.registers import steps as registers

pytestmark = pytest.mark.django_db


def test_an_exceedance_opens_one_case_with_the_team_that_the_section_names(river):
    river.send([*flat(0, 5, "1.2"), *flat(5, 9, "2.31")])
    river.judge()
    assert live() == [(5, None, "major")]
    (alarm,) = queries.alarms(SYSTEM)
    case = cases.case(SYSTEM, alarm.case_number)
    assert (case.row.state, case.row.lead_team, case.row.source) == (State.DISPATCHED, river.water, "S")
    assert case.row.title == "氨氮超过水质目标：新海横河水质站"
    assert case.row.text == (
        "新海横河水质站自2026年11月17日 17:00起报警：氨氮超过水质目标。氨氮最差时（2026年11月17日 17:00）为 2.31 mg/L，限值 1.5 mg/L。"
        "限值：GB 3838-2002 表1；时长和等级由本项目自定。"
    )
    assert [one.alarm_id for one in queries.of_case(SYSTEM, alarm.case_id)] == [alarm.alarm_id]


def test_what_follows_ends_the_alarm_and_a_repeat_comes_to_the_same_case(river):
    river.send(flat(0, 3, "2"))
    river.judge()
    river.send(flat(3, 6, "1"))
    river.judge()
    assert live() == [(0, 3, "minor")]
    river.send([*flat(6, 8, "1"), *flat(8, 12, "5")])
    river.judge()
    assert live() == [(0, 3, "minor"), (8, None, "serious")]
    assert states() == [State.DISPATCHED]
    assert list(Alarm.objects.order_by("start").values_list("repeats", flat=True)) == [False, True]


def test_readings_within_the_limit_are_passed_over_and_nothing_is_judged(river):
    river.send(flat(0, 2, "1"))
    river.judge()
    kept = AlarmWatch.objects.get(id=f"{OVER} {river.station}")
    river.send(flat(2, 30, "1.5"))
    river.judge()
    assert AlarmWatch.objects.get(id=kept.id).until == kept.until
    river.send([(30, "1.51"), (31, "1.51")])
    river.judge()
    assert live() == [(30, None, "minor")]


def test_late_readings_take_an_alarm_back_and_its_case_with_it(river):
    river.send([(0, "2"), (2, "2")])
    river.judge()
    assert states() == [State.DISPATCHED]
    river.send([(1, "1")])
    river.judge()
    assert live() == []
    assert states() == [State.DISMISSED]
    (alarm,) = queries.alarms(SYSTEM, state=AlarmState)
    assert (alarm.state, alarm.withdrawn_why, alarm.case_left) == ("withdrawn", "late-readings", "retracted")
    assert "补到的数据说明" in cases.case(SYSTEM, alarm.case_number).answer


def test_a_case_that_somebody_has_in_hand_is_kept_and_says_so(river):
    river.send([(0, "2"), (2, "2")])
    river.judge()
    (alarm,) = queries.alarms(SYSTEM)
    forward.sign(alarm.case_id, call=handler(river.water))
    river.send([(1, "1")])
    river.judge()
    assert states() == [State.HANDLING]
    assert "不成立" in cases.timeline(SYSTEM, alarm.case_id)[-1].fact.text
    assert [one.case_left for one in queries.of_case(SYSTEM, alarm.case_id)] == ["kept"]


def test_late_readings_join_two_alarms_into_one_and_cut_one_into_two(river):
    river.send([(0, "2"), (1, "2"), (10, "1"), (12, "1"), (20, "2"), (21, "2")])
    river.judge()
    assert live() == [(0, 10, "minor"), (20, None, "minor")]
    assert states() == [State.DISPATCHED]
    river.send([(11, "2"), (13, "2")])
    river.judge()
    assert live() == [(0, None, "minor")]
    assert states() == [State.DISPATCHED]
    river.send([(14, "1"), (15, "1"), (16, "1")])
    river.judge()
    assert live() == [(0, 14, "minor"), (20, None, "minor")]
    assert states() == [State.DISPATCHED]


def test_silence_is_told_by_the_clock_and_taken_back_by_what_comes_late(river):
    river.send(flat(0, 3, "1"))
    begin = BEGIN + timedelta(hours=8)
    jobs.look(begin)
    assert live(SILENT) == []
    jobs.look(begin + timedelta(minutes=1))
    assert live(SILENT) == [(2, None, "minor")]
    river.send(flat(3, 8, "1"), now=begin + timedelta(minutes=2))
    river.judge(begin + timedelta(minutes=2))
    assert live(SILENT) == []
    jobs.look(begin + timedelta(hours=5))
    assert live(SILENT) == []


def test_another_target_of_the_section_judges_its_past_anew(river):
    river.send(flat(0, 3, "1.8"))
    river.judge()
    assert live() == [(0, None, "minor")]
    registers.enter_row(SECTIONS, SECTION | {"target_class": "v"}, date(2019, 1, 1), call=call())
    jobs.look(NOW)
    assert live() == []
    assert Alarm.objects.get(rule=OVER).withdrawn_why == "other-rule"


def test_another_word_in_the_row_of_the_section_judges_nothing_anew(river):
    river.send(flat(0, 3, "1.8"))
    river.judge()
    kept = dict(AlarmWatch.objects.values_list("id", "basis"))
    registers.enter_row(SECTIONS, SECTION | {"called": "横河一断面"}, date(2019, 1, 1), call=call())
    registers.enter_row(SECTIONS, SECTION, date(2026, 11, 20), call=call())
    assert {one.key: one.basis for one in law.watches(SYSTEM).values() if one.watch.rule.code == OVER} == {
        key: basis for key, basis in kept.items() if key.startswith(OVER)
    }
    registers.enter_row(SECTIONS, SECTION | {"target_class": "v"}, date(2026, 11, 20), call=call())
    assert OVER in {one.watch.rule.code for one in queries.due(SYSTEM)}


def test_a_rule_that_fails_at_one_station_stops_no_other_and_is_judged_again_by_the_sweep(river, monkeypatch, caplog):
    about = Description(
        "x01-2", "新海横河二号站", "Xinhai River 2", "hj212", "MN2", river.water, date(2026, 1, 1),
        register=SECTIONS, register_key="D-1",
    )  # fmt: skip
    stream = StreamDescription("w21003", "avg", "hour", "mg/L", 3600)
    second = stations.register_station(about, [stream], call=call()).station_id
    right = saying.words

    def breaks(rule: str, station: str, *rest: object) -> str:
        if station == "新海横河水质站":
            raise ZeroDivisionError("something of this station")
        return right(rule, station, *rest)

    monkeypatch.setattr(saying, "words", breaks)
    river.send(flat(0, 3, "2"))
    replace(river, key="MN2").send(flat(0, 3, "2"))
    river.judge()
    assert [one.station_id for one in Alarm.objects.filter(rule=OVER)] == [second]
    jobs.look(river.heard)
    assert "ZeroDivisionError" in caplog.text
    monkeypatch.setattr(saying, "words", right)
    jobs.look(river.heard)
    assert {one.station_id for one in Alarm.objects.filter(rule=OVER)} == {river.station, second}


def test_where_the_team_that_the_row_names_is_gone_the_case_goes_to_the_department_of_its_type(river):
    registers.enter_row(SECTIONS, SECTION | {"team": "environment"}, date(2019, 1, 1), call=call())
    Team.objects.filter(code="environment").update(code="merged-into-another")
    river.send(flat(0, 3, "2"))
    river.judge()
    (alarm,) = queries.alarms(SYSTEM)
    assert cases_law.catalogue()[law.rule(OVER).case_type].department == "water"
    assert cases.case(SYSTEM, alarm.case_number).row.lead_team == river.water


def test_a_flag_has_one_meaning_for_what_is_read_and_what_is_judged(river):
    assert {*conditions.COUNTING} == {*COUNTED}
    for hour, flag in enumerate(sorted(FLAGS)):
        river.send([(hour, "9")], flag=flag)
    river.judge()
    stored = [one.fact for one in journal.entries_after(0, 10_000) if isinstance(one.fact, ReadingsStored)]
    (stream,) = law.watching(SYSTEM, OVER, river.station).streams.values()
    seen = pasts.beyond(SYSTEM, stored, [pasts.Band("x", stream, None, Decimal(1), None, every=False)])
    assert [sorted(FLAGS)[int(hours(one))] for one in sorted(seen["x"])] == sorted(COUNTED)


def test_values_that_an_instrument_marks_as_none_are_no_alarm_and_those_entered_by_hand_are_marked(river):
    river.send(flat(0, 4, "9"), flag="M")
    river.judge()
    assert live() == []
    river.send(flat(4, 7, "9"), flag="S")
    river.judge()
    assert [one.episode.by_hand for one in queries.alarms(SYSTEM)] == [True]


SOME_MONTH = [
    *flat(0, 30, "1.1"), *flat(30, 34, "1.9"), *flat(34, 50, "1.2"), (50, "1.7"), *flat(51, 60, "1.45"), *flat(60, 66, "4.8"),
    *flat(66, 90, "0.9"), *flat(110, 140, "1.6"), *flat(140, 200, "1.3"),
]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_shuffled_repeated_and_delayed_readings_leave_the_same_alarms_and_cases(river, seed):
    dice = random.Random(seed)
    readings = [*SOME_MONTH, *dice.sample(SOME_MONTH, 40)]
    if seed:
        dice.shuffle(readings)
    while readings:
        size = dice.randrange(1, 60)
        river.send(readings[:size])
        readings = readings[size:]
        river.judge()
    jobs.look(NOW)
    assert live() == [(30, 34, "minor"), (60, 66, "serious"), (110, 140, "minor")]
    assert [(begin, end) for begin, end, _ in live(SILENT)] == [(89, 110), (199, None)]
    assert {
        rule: len([one for one in states(rule) if one != State.DISMISSED]) for rule in OF_SECTIONS
    } == dict.fromkeys(OF_SECTIONS, 1) | {OXYGEN: 0, UNUSABLE: 0}


def test_the_title_of_an_alarm_case_leaves_a_name_out_and_cuts_none():
    assert noticing.short_title(" 氨氮超过水质目标：新海横河水质站 ") == "氨氮超过水质目标：新海横河水质站"
    assert noticing.short_title("氨氮超过水质目标：" + "新" * 100) == "氨氮超过水质目标"


def test_the_case_of_an_alarm_is_not_merged_into_another_with_which_it_would_close_unproven(river):
    river.send(flat(0, 3, "2"))
    river.judge()
    (alarm,) = queries.alarms(SYSTEM)
    other = noticing.notice(
        origin_ref="other", type_code="E-41-01", title="另一件", words="另一件", team_id=river.water, place_id=None,
        point=None, call=call(),
    )  # fmt: skip
    dispatcher = replace(
        handler(river.water, "dispatcher"),
        actor=replace(handler(river.water, "dispatcher").actor, account_id=AccountId(UUID(int=9))),
    )
    with pytest.raises(AlarmFollowsNone):
        lineage.merge(alarm.case_id, other.case_id, explanation="同一件", call=dispatcher)
    assert states() == [State.DISPATCHED]


def test_a_replay_of_the_journal_gives_the_same_alarms(river):
    river.send([(0, "2"), (2, "2"), (4, "1"), (5, "1"), (6, "1"), (8, "5"), (9, "5")])
    river.judge()
    river.send([(1, "1"), *flat(10, 24, "1")])
    river.judge()
    river.send([(12, "1.48")])
    river.judge()
    assert set(Alarm.objects.values_list("state", flat=True)) == {"ended", "withdrawn"}
    while sequencer.sequence_once():
        pass
    assert replay().differences == ()


def test_only_the_machine_judges_and_a_department_sees_the_alarms_of_its_own_stations(river):
    river.send(flat(0, 3, "2"))
    river.judge()
    with pytest.raises(NotAllowed):
        judging.judge(OVER, river.station, call=handler(river.water))
    with pytest.raises(NotAllowed):
        law.watches(handler(river.water, "leader").actor)
    assert len(queries.alarms(handler(river.water).actor)) == 1
    other = create_team("roads", "department", name_zh="路", name_en="Roads", call=call()).team_id
    assert queries.alarms(handler(other).actor) == ()


def test_a_rule_watches_only_stations_that_stand_where_it_says(river):
    about = Description("y-1", "别处", "Elsewhere", "hj212", "MN2", river.water, date(2026, 1, 1))
    stations.register_station(about, [StreamDescription("w21003", "avg", "hour", "mg/L", 3600)], call=call())
    assert {one.station.description.code for one in law.watches(SYSTEM).values()} == {"x01-1"}
    replace(river, key="MN2").send(flat(0, 5, "9"))
    river.judge()
    assert live() == []


def test_a_withdrawn_alarm_stays_withdrawn_and_every_other_move_is_in_the_table():
    live_states = set(LIVE)
    assert {before for before, _ in MOVES} == {"", *live_states}
    assert {after for before, after in MOVES if before in live_states} == {*live_states, AlarmState.WITHDRAWN}
