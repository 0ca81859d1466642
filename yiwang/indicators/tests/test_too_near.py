"""Two figures that were ever public of one indicator do not tell of very few cases by subtraction. Pure."""

from decimal import Decimal

import pytest

from yiwang.indicators import rules
from yiwang.indicators.problems import FigureTooNear
from yiwang.indicators.rules import Share


def share(numerator: int, denominator: int) -> Share:
    return Share(Decimal(numerator), denominator)


@pytest.mark.parametrize("now", [share(9, 11), share(9, 9), share(12, 14), share(8, 10)])
def test_a_figure_a_few_cases_from_one_that_was_public_is_too_near(now):
    before = [share(50, 60), share(9, 10)]
    assert rules.too_near(before, now) == share(9, 10)
    with pytest.raises(FigureTooNear) as refused:
        rules.check_apart(before, now)
    assert refused.value.parameters["before"] == "9/10"


@pytest.mark.parametrize("now", [share(9, 10), share(9, 15), share(4, 5), share(50, 60)])
def test_the_same_figure_again_or_one_five_cases_away_is_let_go(now):
    rules.check_apart([share(9, 10), share(50, 60)], now)
