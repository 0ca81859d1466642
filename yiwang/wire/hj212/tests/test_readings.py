"""The readings of a packet: digits as written, flags wherever they stand, times of Shanghai."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.wire.hj212 import readings
from yiwang.wire.hj212.packet import SEPARATOR, parse
from yiwang.wire.hj212.readings import Read, Reading, form_of, number, read, read_at_a_glance, read_closely

AT = datetime(2021, 4, 12, 15, 45, tzinfo=timezone(timedelta(hours=8)))


def test_every_number_of_every_factor_is_a_reading() -> None:
    found = read("DataTime=20210412154500;w01018-Min=1.10,w01018-Avg=2.50,w01018-Max=3,w01018-Flag=N;B01-Cou=10.9890")
    assert found == Read(
        (
            Reading("w01018", "Min", Decimal("1.10"), "1.10", "N", AT, None),
            Reading("w01018", "Avg", Decimal("2.50"), "2.50", "N", AT, None),
            Reading("w01018", "Max", Decimal(3), "3", "N", AT, None),
            Reading("B01", "Cou", Decimal("10.9890"), "10.9890", "", AT, None),
        ),
        (),
    )
    assert [str(one.value) for one in found.readings] == ["1.10", "2.50", "3", "10.9890"]


PIECES = st.sampled_from(
    [
        "DataTime=20210412154500",
        "DataTime=19700101000000",
        "DataTime",
        "w01018-Min=1.10",
        "w01018-Min=2",
        "w01018-Flag=N",
        "w01018-Flag=D",
        "w01018-Flag=Q",
        "w01018-Flag=",
        "011-Rtd=1.2.3",
        "011-Rtd=+.5",
        "011-Rtd=-",
        "w01018-EFlag=A",
        "w01018-min=1",
        "011-Rtd=-0.0",
        "011-Rtd=1e2",
        "011-Rtd=1_0",
        "011-Rtd=",
        "011-Rtd",
        "011-Rtd=1=2",
        "-Rtd=1",
        "Flag=N",
        "B01-Cou=９",
        "w01008-SampleTime=20210412154500",
        "011-Flag",
        "N=w1-Rtd=5",
    ]
)


@given(
    st.lists(st.tuples(PIECES, st.sampled_from(";;,")), max_size=8), st.sampled_from(["", "DataTime=20210412154500;"])
)
@settings(max_examples=500)
def test_what_is_read_at_a_glance_is_what_a_close_look_finds(pieces: list[tuple[str, str]], begin: str) -> None:
    cp = begin + "".join(piece + mark for piece, mark in pieces).rstrip(";,")
    plain = read_at_a_glance(cp)
    assert plain is None or Read(tuple(plain), ()) == read_closely(cp)


def test_what_nearly_all_instruments_send_is_read_at_a_glance() -> None:
    plain = read_at_a_glance("DataTime=20210412154500;w01018-Min=1.10,w01018-Avg=2.50,w01018-Flag=N;B01-Cou=10.9890")
    assert plain
    assert len(plain) == len(tuple(plain)) == 3


def test_flag_and_sampling_time_count_wherever_they_stand() -> None:
    cp = "w01008-Flag=D,w01008-SampleTime=20210412154500;DataTime=20210412154500000;w01008-ZsRtd=1;w01008-EFlag=A01"
    assert read(cp) == Read((Reading("w01008", "ZsRtd", Decimal(1), "1", "D", AT, AT),), ())


def test_of_two_times_in_a_row_the_second_counts() -> None:
    found = read("DataTime=20210412154400;DataTime=20210412154500;011-Rtd=1")
    assert [one.at for one in found.readings] == [AT]


def test_each_reading_belongs_to_the_time_before_it() -> None:
    found = read("DataTime=20210412154500;011-Rtd=1,011-Flag=N;DataTime=20210412154600;011-Rtd=2,011-Flag=D")
    assert [(one.value, one.flag, one.at) for one in found.readings] == [
        (1, "N", AT),
        (2, "D", AT + timedelta(minutes=1)),
    ]


@pytest.mark.parametrize(
    ("cp", "oddities", "count"),
    [
        ("DataTime=20210412154500,011-Rtd=1,011-Flag=N", (SEPARATOR,), 1),
        ("DataTime=20210412154500;011-Rtd=--,011-Flag=N", (readings.VALUE_BROKEN,), 1),
        ("DataTime=20210412154500;LA-td=1;011-Rtd=2", (readings.STATISTIC_UNKNOWN,), 1),
        ("DataTime=20210412154500;011-Rtd=2;Flag=N", (readings.FLAG_ALONE,), 1),
        ("DataTime=20210412154500;011-Rtd=2,011-Flag=Q", (readings.FLAG_UNKNOWN,), 1),
        ("DataTime=20210412154500;011-Rtd=2,011", (readings.ITEM_BROKEN,), 1),
        ("DataTime=20211312154500;011-Rtd=2", (readings.TIME_BROKEN,), 1),
        ("DataTime=19700101000000;011-Rtd=2", (readings.TIME_BROKEN,), 1),
        ("DataTime=00010101000000;011-Rtd=2", (readings.TIME_BROKEN,), 1),
        ("DataTime=20210412154500;011-Rtd=2,011-SampleTime=today", (readings.TIME_BROKEN,), 1),
        ("011-Rtd=2", (readings.TIME_MISSING,), 1),
        ("011-rtd=2;DataTime=20210412154500", (), 1),
        ("PolId=w01018", (), 0),
        ("", (), 0),
    ],
)
def test_what_cannot_be_used_is_named_and_the_rest_is_read(cp: str, oddities: tuple[str, ...], count: int) -> None:
    found = read(cp)
    assert (found.oddities, len(found.readings)) == (oddities, count)
    assert set(found.oddities) <= {*readings.ODDITIES, SEPARATOR}


@pytest.mark.parametrize(
    ("item", "statistic"),
    [
        ("Leq-Data", "Avg"),
        ("LMx-Data", "Avg"),
        ("Ld-DayData", "Avg"),
        ("Ln-NightData", "Avg"),
        ("LA-Rtd", "Rtd"),
        ("L10-DayData", None),
        ("011-Data", None),
    ],
)
def test_the_level_of_an_interval_of_noise_is_its_mean(item: str, statistic: str | None) -> None:
    found = read(f"DataTime=20210412154500;{item}=61.5")
    assert [one.statistic for one in found.readings] == ([statistic] if statistic else [])


@pytest.mark.parametrize("text", ["0", "-1.50", "+.5", "5.", "1e-3", "0.000", "235.292750833832"])
def test_a_number_keeps_the_digits_it_was_written_with(text: str) -> None:
    assert number(text) == Decimal(text)


@pytest.mark.parametrize(
    "text", ["", "NaN", "Infinity", "1_000", "１", "1,5", "1e999", "--", " 1", "1\n", "9" * 33, "."]
)
def test_what_is_no_plain_number_is_none(text: str) -> None:
    assert number(text) is None


@pytest.mark.parametrize(
    ("header", "cp", "form"),
    [
        ("Flag=4;", "", "2017"),
        ("", "w01018-Rtd=1", "2017"),
        ("", "011-Rtd=1", "2005"),
        ("Flag=1;", "B01-Cou=1", "2005"),
        ("Flag=1;", "", "2005-or-2017"),
        ("", "PM10-Rtd=1", ""),
    ],
)
def test_the_form_shows_in_the_flag_or_in_the_codes_of_the_factors(header: str, cp: str, form: str) -> None:
    assert form_of(parse(f"##0001ST=21;CN=2011;MN=A;{header}CP=&&{cp}&&0000".encode())) == form
