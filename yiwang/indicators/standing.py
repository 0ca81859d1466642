"""How live figures stand for strangers: in steps of several cases, so that no two moments tell of one case by subtraction.

Whoever reads the town's own figures (`indicator.read`) sees them as they are. Everybody else sees the newest step, and of an
earlier moment the step of then: by asking often, or of moments of their own, they learn what everybody learns, and no more.
"""

from dataclasses import dataclass
from datetime import datetime

from yiwang.indicators.definitions import Indicator
from yiwang.indicators.models import IndicatorPublished
from yiwang.indicators.rules import Share
from yiwang.kernel.access import permission
from yiwang.kernel.terms import Actor


@dataclass(frozen=True, slots=True)
class Stand:
    """A figure as strangers read it from a moment on."""

    share: Share
    at: datetime


def inside(actor: Actor) -> bool:
    """Whether the actor reads live figures as they are."""
    return not permission.reach(actor, "indicator.read").nothing


def newest_of(
    declared: tuple[Indicator, ...], year: int, by: str, as_of: datetime | None = None
) -> dict[tuple[str, str], Stand]:
    """The newest step of each figure of a year up to a moment, by code and key (sums.written); without those that have none yet."""
    rows = IndicatorPublished.objects.filter(year=year, by=by, hash__in=[one.hash for one in declared])
    if as_of is not None:
        rows = rows.filter(at__lte=as_of)
    newest = rows.order_by("indicator", "key", "-id").distinct("indicator", "key")
    return {(row.indicator, row.key): Stand(Share(row.numerator, row.denominator), row.at) for row in newest}
