"""How a figure may be shown: no rate of nothing, counts instead of rates of few, and nothing of very few in public. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from yiwang.indicators.definitions import AFTER_REVIEW, Disclosure
from yiwang.indicators.problems import (
    FigureMoved,
    FigureTooNear,
    NotForReview,
    NothingToRelease,
    NotTheReviewer,
    PersonalNumber,
)
from yiwang.kernel.personal import number_in

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

    @property
    def written(self) -> str:
        """`numerator/denominator`, by which two figures are the same."""
        return f"{self.numerator.normalize():f}/{self.denominator}"

    def shown(self, *, public: bool = False) -> Shown:
        """What may be shown of it, in public or within the town."""
        if not self.denominator:
            return Shown.NOTHING
        if public and self.denominator < VERY_FEW:
            return Shown.WITHHELD
        return Shown.COUNTS if self.denominator < FEW else Shown.RATE


@dataclass(frozen=True, slots=True)
class Line:
    """The sums of one month, committee or department. `key` None: of no committee, or not with a department yet."""

    key: Any
    share: Share


def moves(published: int, now: int) -> bool:
    """Whether a public figure moves on from so many cases to as many as there are now: only by as many as tell nothing of one."""
    return abs(now - published) >= VERY_FEW


def check_reviewer(disclosure: Disclosure, roles: frozenset[str]) -> None:
    """Pass who holds the role that reviews such a figure. Raises NotForReview, NotTheReviewer."""
    if disclosure.state != AFTER_REVIEW:
        raise NotForReview(state=disclosure.state)
    if disclosure.role not in roles:
        raise NotTheReviewer(role=disclosure.role)


def words(text: str) -> str:
    """What is said of a release or of taking it back, without the blanks around it. Raises PersonalNumber."""
    if number_in(text):
        raise PersonalNumber
    return text.strip()


def check_seen(share: Share, seen: str) -> None:
    """Pass when the figure to be released is the one that was looked at. Raises NothingToRelease, FigureMoved."""
    if not share.denominator:
        raise NothingToRelease
    if share.written != seen:
        raise FigureMoved(seen=seen, now=share.written)


def too_near(earlier: Iterable[Share], share: Share) -> Share | None:
    """The first of some figures that were public before, of which this one subtracted leaves the outcome of very few cases.

    The same figure again tells nothing; another numerator of as many cases tells of those whose outcome changed.
    """
    return next((one for one in earlier if one != share and not moves(one.denominator, share.denominator)), None)


def check_apart(earlier: Iterable[Share], share: Share) -> None:
    """Pass when no two figures that were ever public tell of very few cases by subtraction. Raises FigureTooNear."""
    near = too_near(earlier, share)
    if near is not None:
        raise FigureTooNear(before=near.written, now=share.written, least=VERY_FEW)


def withheld(denominators: Sequence[int]) -> frozenset[int]:
    """Which lines of a table stay unsaid in public, by their places, when the sum of all is said beside them.

    Those of very few; and as many more, the smallest first, as nobody can then work out by subtraction: what stays unsaid is at least
    two lines and not very few together.
    """
    left = sorted((count, place) for place, count in enumerate(denominators) if count)
    hidden = [one for one in left if one[0] < VERY_FEW]
    left = left[len(hidden) :]
    while hidden and left and (len(hidden) < 2 or sum(count for count, _ in hidden) < VERY_FEW):
        hidden.append(left.pop(0))
    return frozenset(place for _, place in hidden)


def months_before(month: date, count: int) -> date:
    """The first day of the month so many before that of a day."""
    whole = month.year * 12 + month.month - 1 - count
    return date(whole // 12, whole % 12 + 1, 1)


def over_by(month: date, day: date) -> bool:
    """Whether a month, by its first day, is over on a day."""
    return months_before(month, -1) <= day
