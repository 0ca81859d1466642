"""What a person may decide about the words of a published plan, as one table. Pure."""

from collections.abc import Mapping
from enum import StrEnum


class Reviewed(StrEnum):
    """What a person has decided about a draft."""

    UNREVIEWED = "unreviewed"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    SPLIT = "split"


DECIDED = frozenset({Reviewed.CONFIRMED, Reviewed.DISMISSED, Reviewed.SPLIT})
ARROWS: Mapping[str, tuple[frozenset[Reviewed], Reviewed]] = {
    "confirm": (frozenset({Reviewed.UNREVIEWED}), Reviewed.CONFIRMED),
    "dismiss": (frozenset({Reviewed.UNREVIEWED}), Reviewed.DISMISSED),
    "split": (frozenset({Reviewed.UNREVIEWED}), Reviewed.SPLIT),
    "reopen": (DECIDED, Reviewed.UNREVIEWED),
}
"""Each arrow with the states it leaves and the one it reaches; all by `plan.review`. Who errs takes it back and decides anew."""
