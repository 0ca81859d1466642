"""Alarm rules, readings and whole pasts made up for tests."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from yiwang.intake.sensing.alarms.conditions import (
    AlarmRule,
    Condition,
    Count,
    Level,
    Limit,
    Missing,
    Number,
    Rate,
    Rung,
    Sample,
    Series,
    Several,
    Stuck,
    Unusable,
    Watch,
    sources,
)
from yiwang.intake.sensing.alarms.verdicts import Samples

A, B = Series("w21003", "avg", "hour"), Series("w01009", "avg", "hour")
NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BEFORE_MIDNIGHT = 11 * 60 + 30
"""Minutes from noon until half an hour before the town's day ends."""


def at(minutes: int) -> datetime:
    """So many minutes after noon in the town."""
    return NOON + minutes * MINUTE


def over(limit: str, back: str = "1", series: Series = A) -> Limit:
    return Limit(series, "over", Number(Decimal(limit)), Decimal(back))


def under(limit: str, back: str = "1", series: Series = A) -> Limit:
    return Limit(series, "under", Number(Decimal(limit)), Decimal(back))


def rule(when: Condition, **said: Any) -> AlarmRule:
    """A rule whose spans are in minutes."""
    spans = {name: said.pop(name, usual) * MINUTE for name, usual in SPANS.items()}
    return AlarmRule(
        code="waters.test",
        name={"zh-Hans": "试", "en": "Test"},
        stands_at=said.pop("stands_at", ""),
        when=when,
        ladder=said.pop("ladder", (Rung("minor", Decimal(0), 0 * MINUTE),)),
        case_type="E-41-01",
        team_field="",
        effective_from=said.pop("effective_from", date(2019, 1, 1)),
        reference={"zh-Hans": "虚构", "en": "invented"},
        verified=said.pop("verified", True),
        hash="0" * 64,
        **spans,
        **said,
    )


SPANS = {"lasting": 0, "clear_after": 0, "speaks_for": 60, "proof": 60}


def watched(made: AlarmRule, levels: Sequence[Level] | None = None) -> Watch:
    """The rule with its own numbers for limits, or with these levels for every limit."""
    first = date.min
    return Watch(
        made,
        {
            source: tuple(levels)
            if levels is not None
            else (Level(first, None, source.value, made.version, made.hash, True),)
            for source in sources(made)
            if levels is not None or isinstance(source, Number)
        },
    )


def line(*readings: tuple[int, str] | tuple[int, str, str]) -> list[Sample]:
    """Readings as (minutes after noon, value, flag if not N)."""
    return [Sample(at(minute), Decimal(value), flag[0] if flag else "N") for minute, value, *flag in readings]


# --- made up at random -----------------------------------------------------------------------------------------------

FEW = st.sampled_from([Decimal(1), Decimal(3), Decimal(3), Decimal(3), Decimal(5)])
SOME_SERIES = st.sampled_from([A, A, B])
SINGLE = st.one_of(
    st.builds(Limit, SOME_SERIES, st.just("over"), FEW.map(Number), st.sampled_from([Decimal(1), Decimal("0.5")])),
    st.builds(Limit, SOME_SERIES, st.just("under"), FEW.map(Number), st.sampled_from([Decimal(1), Decimal(2)])),
    st.builds(
        Rate,
        SOME_SERIES,
        st.sampled_from(["either", "rise", "fall"]),
        st.sampled_from([Decimal(5), Decimal(30)]),
        st.sampled_from([Decimal(1), Decimal("0.5")]),
    ),
    st.builds(Stuck, SOME_SERIES, st.sampled_from([Decimal(0), Decimal(1)])),
    st.builds(Unusable, SOME_SERIES),
    st.builds(Missing, SOME_SERIES, st.sampled_from([10 * MINUTE, 25 * MINUTE])),
    st.builds(
        Count,
        SOME_SERIES,
        st.just(MINUTE),
        FEW.map(Number),
        st.sampled_from([0, 1, 4]).map(lambda most: Number(Decimal(most))),
    ),
)
CONDITION = st.recursive(
    SINGLE,
    lambda below: st.builds(Several, st.booleans(), st.lists(below, min_size=1, max_size=3).map(tuple)),
    max_leaves=3,
)
LADDER = (
    Rung("minor", Decimal(0), 0 * MINUTE),
    Rung("major", Decimal("1.5"), 0 * MINUTE),
    Rung("serious", Decimal(0), 20 * MINUTE),
)


@st.composite
def watches(draw: Any) -> Watch:
    """A rule of any kind, with spans about as long as the readings are apart."""
    when = draw(CONDITION)
    made = rule(
        when,
        clear_after=draw(st.sampled_from([0, 5, 12])),
        speaks_for=draw(st.sampled_from([4, 15])),
        ladder=draw(st.sampled_from([LADDER[:1], LADDER])),
    )
    if not (made.of_silence or made.of_days):
        made = rule(
            when,
            lasting=draw(st.sampled_from([0, 3, 10])),
            clear_after=made.clear_after // MINUTE,
            speaks_for=made.speaks_for // MINUTE,
            ladder=made.ladder,
        )
    return watched(made)


STRETCH = st.tuples(
    st.sampled_from([Decimal(0), Decimal(2), Decimal(4), Decimal(6)]),
    st.integers(1, 6),
    st.sampled_from([1, 2, 3, 4, 5, 14, 15, 16]),
    st.sampled_from("NNNNNNNNSM<>"),
)
"""A value, how often it comes one after the other, how many minutes apart, and with which flag."""


@st.composite
def pasts(draw: Any) -> list[tuple[Series, Sample]]:
    """Readings of one or two series, in stretches of one value, handed in in any order; in some of them a day of the town ends."""
    readings = []
    begin = draw(st.sampled_from([0, 0, BEFORE_MIDNIGHT]))
    for series in (A, B):
        minute = begin + draw(st.integers(0, 9))
        for value, times, apart, flag in draw(st.lists(STRETCH, max_size=6)):
            readings += [(series, Sample(at(minute + nth * apart), value, flag)) for nth in range(times)]
            minute += times * apart
    random = draw(st.randoms(use_true_random=False))
    if draw(st.booleans()):
        random.shuffle(readings)
    return readings


def by_series(readings: Sequence[tuple[Series, Sample]]) -> dict[Series, list[Sample]]:
    found: dict[Series, list[Sample]] = {A: [], B: []}
    for series, sample in readings:
        found[series].append(sample)
    return found


def reader(stored: Mapping[Series, Sequence[Sample]]) -> Any:
    """Reads a part of these, and of each series the nearest before and after, as a database would."""

    def read(first: datetime, last: datetime | None) -> Samples:
        return {series: part(sorted(samples), first, last) for series, samples in stored.items()}

    def part(samples: list[Sample], first: datetime, last: datetime | None) -> list[Sample]:
        before = [one for one in samples if one.at < first][-1:]
        inside = [one for one in samples if first <= one.at and (last is None or one.at <= last)]
        after = [one for one in samples if last is not None and one.at > last][:1]
        return before + inside + after

    return read
