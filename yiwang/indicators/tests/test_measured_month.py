"""A month of hourly readings leaves the same alarms, cases, roll-ups and figures in whatever order, how often and how late they come.

`YIWANG_MONTHS=200` tries so many orders instead of a few.
"""

import os
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from yiwang.cases import queries as cases
from yiwang.cases.stages import State
from yiwang.indicators import jobs as indicators
from yiwang.indicators import law, queries
from yiwang.indicators.evidence import Scope
from yiwang.indicators.models import EvidenceMeasured, IndicatorCell
from yiwang.intake.sensing import jobs as sensing
from yiwang.intake.sensing.alarms import jobs as alarms
from yiwang.intake.sensing.alarms.models import Alarm
from yiwang.intake.sensing.alarms.states import LIVE
from yiwang.intake.sensing.alarms.tests import conftest
from yiwang.intake.sensing.alarms.tests import river as rivers
from yiwang.intake.sensing.models import Rollup
from yiwang.intake.sensing.received import Measured, Packet
from yiwang.intake.sensing.steps import storing
from yiwang.kernel.journal import sequencer
from yiwang.kernel.terms import Actor, ActorKind, Call, TeamId

pytestmark = pytest.mark.django_db
river = conftest.river

SYSTEM = Actor(ActorKind.SYSTEM)
NOW = datetime(2026, 11, 27, 4, 0, tzinfo=UTC)
FIRST = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)
"""November begins in the town; its first 26 days are over by now, and the newest reading is three hours old."""
HOURS = 26 * 24 + 9
BEYOND = {range(50, 55): "1.9", range(200, 206): "4.8", range(206, 209): "1.47", range(400, 480): "1.7"}
EXAMPLES = int(os.environ.get("YIWANG_MONTHS", "2"))


def month(silent: range = range(0)) -> list[Measured]:
    """Ammonia of a section of class IV (1.5 mg/L), hour by hour: beyond three times, once nearly. `silent`: hours of which nothing came."""
    found = []
    for hour in range(HOURS):
        value = next((value for hours, value in BEYOND.items() if hour in hours), f"1.{hour % 3}{hour % 7}")
        if hour not in silent:
            found.append(Measured("w21003", "avg", "hour", FIRST + timedelta(hours=hour), Decimal(value), "N"))
    return found


def send(readings: list[Measured], now: datetime) -> None:
    storing.store("hj212", [Packet("MN1", now, readings, b"##", "")], call=Call(SYSTEM, now, "test"))


def work(now: datetime) -> None:
    """What the worker's loops do: place, add up, judge (which may write more), count."""
    for _ in range(2):
        while sequencer.sequence_once():
            pass
        sensing.follow_journal(now)
        alarms.follow_journal(now)
    alarms.look(now)
    while sequencer.sequence_once():
        pass
    indicators.follow_journal(now)


def left() -> dict[str, object]:
    """All that a month leaves, without the numbers and identifiers that were given on the way."""
    standing = Alarm.objects.filter(state__in=LIVE)
    kept = cases.rows_of(SYSTEM, set(Alarm.objects.values_list("case_id", flat=True))).values()
    return {
        "alarms": sorted((one.rule, one.start, one.end, one.severity) for one in standing if one.end),
        "going on": sorted((one.rule, one.start, one.severity) for one in standing if not one.end),
        "cases": sorted((row.type_code, row.state) for row in kept if row.state != State.DISMISSED),
        "roll-ups": sorted(
            Rollup.objects.values_list("stream", "period", "start", "n", "n_valid", "sum", "least", "greatest")
        ),
        "measured": sorted(
            (row.source, row.ref, row.since, row.month, tuple(row.holds), sum(one[0] == "alarm" for one in row.opens))
            for row in EvidenceMeasured.objects.all()
        ),
        "cells": sorted(
            (one.indicator, one.month, one.numerator, one.denominator)
            for one in IndicatorCell.objects.filter(denominator__gt=0)
        ),
    }


def lived(batches: list[tuple[list[Measured], timedelta]]) -> dict[str, object]:
    """What is left when these batches come, each so long before now, and the worker works after each; then all is undone."""
    with transaction.atomic():
        for batch, before in batches:
            send(batch, NOW - before)
            work(NOW - before)
        work(NOW)
        found = left()
        transaction.set_rollback(True)
    return found


def comings(seed: int, cuts: list[int], again: int) -> list[tuple[list[Measured], timedelta]]:
    """The month in an order that a seed gives, cut where it is said, some of it more than once, handed in over the last half hour."""
    dice, readings = random.Random(seed), month()
    every = [*readings, *dice.choices(readings, k=again)]
    dice.shuffle(every)
    parts = [every[start:end] for start, end in pairwise([0, *sorted(cuts), len(every)])]
    return [(part, timedelta(minutes=5 * (len(parts) - at))) for at, part in enumerate(parts)]


def test_shuffled_repeated_and_delayed_readings_leave_the_same_month(river):
    """Half a month looks like a silent instrument: such an alarm and its case are taken back and count for nothing."""
    in_order = lived([(month(), timedelta(minutes=5))])
    over = [one for one in in_order["alarms"] if one[0] == rivers.OVER]
    assert [(one[1] - FIRST) // timedelta(hours=1) for one in over] == [50, 200, 400]
    assert {"environment.data_complete", "grid.accepted_on_time"} <= {code for code, *_ in in_order["cells"]}

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )  # fmt: skip
    @given(
        st.integers(0, 10**6),
        st.lists(st.integers(1, HOURS - 1), min_size=2, max_size=3, unique=True),
        st.integers(0, 60),
    )
    def any_way(seed: int, cuts: list[int], again: int) -> None:
        assert lived(comings(seed, cuts, again)) == in_order

    any_way()


def test_the_figure_of_complete_days_says_what_the_hours_say(river):
    """Of 26 days in November one lacks all its hours, one lacks more than a quarter; the days before had none at all."""
    with transaction.atomic():
        send(month(silent=range(300, 340)), NOW)
        work(NOW)
        leader = rivers.handler(TeamId(river.water), "leader").actor
        scope = Scope(date(2026, 11, 1), date(2026, 11, 1))
        found = queries.figure(leader, "environment.data_complete", scope, NOW)
        lacking = [
            row
            for row in queries.things(leader, "environment.data_complete", "denominator", scope, NOW)
            if not row.counts
        ]
    assert (found.share.numerator, found.share.denominator) == (24, 26)
    assert sorted(row.ref for row in lacking) == ["x01-1 2026-11-13", "x01-1 2026-11-14"]
    assert law.indicator("environment.data_complete").counts == "environment.station_day"
