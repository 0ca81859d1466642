"""What may be shown of a figure, as a table."""

from decimal import Decimal

import pytest

from yiwang.indicators.rules import Share, Shown


@pytest.mark.parametrize(
    ("numerator", "denominator", "percent", "within", "in_public"),
    [
        (0, 0, None, Shown.NOTHING, Shown.NOTHING),
        (4, 4, "100.0", Shown.COUNTS, Shown.WITHHELD),
        (0, 5, "0.0", Shown.COUNTS, Shown.COUNTS),
        (29, 29, "100.0", Shown.COUNTS, Shown.COUNTS),
        (20, 30, "66.7", Shown.RATE, Shown.RATE),
        ("25.6", 32, "80.0", Shown.RATE, Shown.RATE),
    ],
)
def test_no_rate_of_few_and_nothing_of_very_few_in_public(numerator, denominator, percent, within, in_public):
    share = Share(Decimal(numerator), denominator)
    assert share.percent == (None if percent is None else Decimal(percent))
    assert (share.shown(), share.shown(public=True)) == (within, in_public)
