"""Land as people in a town hall write it."""

from decimal import Decimal

import pytest

from yiwang.kernel.units import mu_of_m2


@pytest.mark.parametrize(
    ("m2", "mu"),
    [
        (Decimal("46533.33"), "69.80"),
        (10_000, "15.00"),
        (Decimal("666.67"), "1.00"),
        (2, "0.00"),
        (Decimal(10), "0.02"),  # 0.015: a half goes away from zero
        (0, "0.00"),
    ],
)
def test_an_area_in_square_metres_is_so_many_mu(m2, mu):
    assert str(mu_of_m2(m2)) == mu
