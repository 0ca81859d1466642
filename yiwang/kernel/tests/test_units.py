"""Money, land and durations as people in a town hall write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.kernel.problems import BadField
from yiwang.kernel.units import fen_of_yuan, m2_of_mu, minutes_text, mu_of_m2, yuan_text


@pytest.mark.parametrize(
    ("mu", "m2"), [("69.8", "46533.33"), ("15", "10000.00"), ("1", "666.67"), ("0.003", "2.00"), ("0", "0.00")]
)
def test_an_area_in_mu_is_so_many_square_metres(mu, m2):
    assert m2_of_mu(Decimal(mu)) == Decimal(m2)


@pytest.mark.parametrize(("m2", "mu"), [("46533.33", "69.80"), ("10000", "15.00"), ("666.67", "1.00")])
def test_an_area_in_square_metres_is_so_many_mu(m2, mu):
    assert mu_of_m2(Decimal(m2)) == Decimal(mu)


@pytest.mark.parametrize(
    ("fen", "text"), [(123450, "1,234.50"), (0, "0.00"), (5, "0.05"), (-5, "-0.05"), (100000000, "1,000,000.00")]
)
def test_money_is_shown_in_yuan(fen, text):
    assert yuan_text(fen) == text


@pytest.mark.parametrize(
    ("text", "fen"),
    [("1,234.5", 123450), ("1234.50 元", 123450), ("¥12", 1200), ("¥ 12.05", 1205), ("-0.05", -5), (" 7 ", 700)],
)
def test_money_is_read_as_people_write_it(text, fen):
    assert fen_of_yuan(text) == fen


@pytest.mark.parametrize("text", ["", "12.345", "1,23", "12.", ".5", "一百", "1e3", "1 234", "\uff11\uff12", "$5"])
def test_money_that_is_unclear_is_refused(text):
    with pytest.raises(BadField):
        fen_of_yuan(text)


@given(st.integers(-(10**15), 10**15))
def test_money_shown_and_read_again_is_the_same(fen):
    assert fen_of_yuan(yuan_text(fen)) == fen


@pytest.mark.parametrize(
    ("minutes", "chinese", "english"),
    [
        (200, "3 小时 20 分钟", "3 h 20 min"),
        (60, "1 小时", "1 h"),
        (20, "20 分钟", "20 min"),
        (0, "0 分钟", "0 min"),
        (-90, "-1 小时 30 分钟", "-1 h 30 min"),
    ],
)
def test_a_duration_is_told_in_hours_and_minutes(minutes, chinese, english):
    assert minutes_text(minutes) == chinese
    assert minutes_text(minutes, "en") == english
