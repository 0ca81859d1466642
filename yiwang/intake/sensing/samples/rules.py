"""When a sample can stand beside those that a station has already. Pure."""

from dataclasses import dataclass
from datetime import datetime

from yiwang.intake.sensing.samples.problems import SampleMomentTaken, SampleNumberTaken
from yiwang.kernel.problems import Problem
from yiwang.kernel.zone import in_town


@dataclass(frozen=True, slots=True)
class Named:
    """A sample of a station: its number (empty for none) and its moment."""

    number: str
    taken_at: datetime


def clash(station: str, new: Named, of_moment: Named | None, of_number: Named | None) -> Problem | None:
    """Why a sample cannot be entered beside the one of its moment, and the one with its number; None where it can.

    The same sample again, and a row without a number, which adds to the sample of its moment, clash with none.
    """
    if of_moment is not None and new.number and of_moment.number != new.number:
        return SampleMomentTaken(station=station, at=said(of_moment.taken_at), number=of_moment.number or "—")
    if of_number is not None and new.number and of_number.taken_at != new.taken_at:
        return SampleNumberTaken(station=station, at=said(of_number.taken_at), number=new.number)
    return None


def said(at: datetime) -> str:
    """A moment in a sentence: the town's clock, to the minute."""
    return f"{in_town(at):%Y-%m-%d %H:%M}"
