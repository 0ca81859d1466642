"""Case numbers (R-104): every slip of one digit and every swap of neighbours is found."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.cases import numbers
from yiwang.cases.numbers import Source

DAYS = st.dates(date(2007, 1, 1), date(2099, 12, 31))
SERIALS = st.integers(0, 99_999)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("xh20190402w00001" + numbers.check_digits("XH20190402W00001"), True),
        (" XH 2019-0402 W00001 " + numbers.check_digits("XH20190402W00001"), True),
        ("XH20190402W00002" + numbers.check_digits("XH20190402W00001"), False),
        ("XH20190402W0000", False),
        ("", False),
    ],
)
def test_numbers_are_known_as_people_type_them(typed, meant):
    assert numbers.is_number(numbers.tidy(typed)) is meant


@given(DAYS, st.sampled_from(Source), SERIALS)
def test_a_number_is_well_formed_and_survives_being_read_out(day, source, serial):
    number = numbers.number(day, source, serial)
    assert numbers.is_number(number)
    assert numbers.tidy(numbers.spaced(number)) == number


@given(DAYS, st.sampled_from(Source), SERIALS, st.integers(2, 15), st.integers(1, 9))
def test_one_wrong_digit_is_found(day, source, serial, place, by):
    number = numbers.number(day, source, serial)
    if number[place].isdigit():
        wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
        assert not numbers.is_number(wrong)


@given(DAYS, st.sampled_from(Source), SERIALS, st.integers(11, 14))
def test_two_swapped_digits_are_found(day, source, serial, place):
    number = numbers.number(day, source, serial)
    one, other = number[place], number[place + 1]
    if one != other:
        assert not numbers.is_number(number[:place] + other + one + number[place + 2 :])
