"""How a figure may be shown: no rate of nothing, counts instead of rates of few, and nothing of very few in public. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

FEW = 30
"""Below so many cases a share says little: the counts are shown instead of a rate."""
VERY_FEW = 5
"""In public so few might be recognised: nothing is shown of them."""


class Shown(StrEnum):
    """What is shown of a figure."""

    NOTHING = "nothing"
    WITHHELD = "withheld"
    COUNTS = "counts"
    RATE = "rate"


@dataclass(frozen=True, slots=True)
class Share:
    """`numerator` of `denominator`; both are kept as they are, whatever is shown."""

    numerator: Decimal
    denominator: int

    @property
    def percent(self) -> Decimal | None:
        """The share in percent, to one place; None when there is nothing to count: that is not 100 %."""
        if not self.denominator:
            return None
        return (self.numerator * 100 / self.denominator).quantize(Decimal("0.1"), ROUND_HALF_UP)

    def shown(self, *, public: bool = False) -> Shown:
        """What may be shown of it, in public or within the town."""
        if not self.denominator:
            return Shown.NOTHING
        if public and self.denominator < VERY_FEW:
            return Shown.WITHHELD
        return Shown.COUNTS if self.denominator < FEW else Shown.RATE


def months_before(month: date, count: int) -> date:
    """The first day of the month so many before that of a day."""
    whole = month.year * 12 + month.month - 1 - count
    return date(whole // 12, whole % 12 + 1, 1)
