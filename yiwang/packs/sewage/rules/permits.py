"""Outlets and their permits: which kinds need one, what it limits, and from when until when it is valid. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

LIMITS: Mapping[str, str] = {"w01018": "cod_limit", "w21003": "ammonia_limit", "w21011": "phosphorus_limit"}
"""Factors (HJ 525) → fields of `outlet` that limit them, mg/L; those of `discharge_permit` are there to be compared."""
NEED_PERMIT = frozenset({"firm", "plant"})
"""Kinds of outlets that need a permit; rain water and the tail water of ponds have other rules."""
NEED_NONE = frozenset({"rain", "farm"})
"""Kinds that need none."""


def term(permit: Mapping[str, Any]) -> tuple[date, ...]:
    """The first day of a permit, and the first on which it is over; nothing where the row does not say both."""
    issued, expires = permit.get("issued_on"), permit.get("expires_on")
    if not issued or not expires:
        return ()
    return date.fromisoformat(str(issued)), date.fromisoformat(str(expires)) + timedelta(days=1)


def is_of(permit: Mapping[str, Any], outlet: Mapping[str, Any]) -> bool:
    """Whether a permit is the one that the outlet names by its number."""
    return permit.get("permit_number") == outlet.get("permit_number")


def valid(permit: Mapping[str, Any], outlet: Mapping[str, Any], on: date) -> bool:
    """Whether an outlet has its permit by this row on a day."""
    days = term(permit)
    return is_of(permit, outlet) and len(days) == 2 and days[0] <= on < days[1]
