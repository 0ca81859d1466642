"""Areas are stored in m² and shown to people of a town hall in 亩 beside it (design §3). The unit stands in every name. Pure.

The reports on the drawing of grid cells use it (places/grid.py). Money and others come here with the first module that has any.
"""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

M2_PER_MU = Fraction(2000, 3)
"""市制土地面积单位: 15 亩 = 1 hectare = 10,000 m²."""

CENT = Decimal("0.01")


def mu_of_m2(area_m2: Decimal | int) -> Decimal:
    """亩, to 0.01: 46,533.33 m² are 69.80 亩. Halves go away from zero, without passing through binary floats."""
    area_mu = Fraction(area_m2) / M2_PER_MU
    with localcontext() as context:
        context.prec = 50
        return (Decimal(area_mu.numerator) / Decimal(area_mu.denominator)).quantize(CENT, ROUND_HALF_UP)
