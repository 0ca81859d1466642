"""When a department is asked how a promise stands, and when the question climbs. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from yiwang.kernel.keeping import visible
from yiwang.kernel.personal import number_in
from yiwang.plan.problems import ExpectedDayUnfit, ExplanationPersonal, ExplanationTooLong, ExplanationWanted
from yiwang.plan.rules import FRESH

NEAR_DAY = timedelta(days=14)
"""So long before its day a promise is near it [D]."""
GRACE_WORKING_DAYS = 5
"""So long a department has to answer before the question goes to whoever leads [D]."""
LATEST = timedelta(days=366)
"""How far ahead a day may be expected."""
LONGEST = 500
"""Characters of an explanation."""

RHYTHM, NEAR, EXPECTED = "rhythm", "near", "expected"
WHY = (RHYTHM, NEAR, EXPECTED)
"""Why an inquiry is asked for: nothing came for a quarter; the promise's day is near; the day that was named is over."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard of a promise, and when. `begins`: from when anything could be."""

    begins: date
    due: date
    kept: bool = False
    evidence_on: date | None = None
    """The day on which something was last shown."""
    asked_on: date | None = None
    explained_on: date | None = None
    expected_on: date | None = None
    """By which day it was last said that something will be shown."""


def wanted(heard: Heard, today: date) -> str:
    """Why the promise's department is asked today: one of WHY; empty where it is not.

    Only where no evidence arrived: who shows, or has said by when, is left alone. One who has been asked is not asked again
    before the rhythm is over.
    """
    if heard.kept:
        return ""
    if _named_day_over(heard, today):
        return EXPECTED
    if _waits(heard, today):
        return ""
    if heard.due - NEAR_DAY <= today <= heard.due and not _heard_since(heard, heard.due - NEAR_DAY):
        return NEAR
    return RHYTHM if today - _last(heard) > FRESH else ""


def _named_day_over(heard: Heard, today: date) -> bool:
    if heard.expected_on is None or heard.explained_on is None or today <= heard.expected_on:
        return False
    shown = heard.evidence_on is not None and heard.evidence_on >= heard.explained_on
    asked = heard.asked_on is not None and heard.asked_on > heard.expected_on
    return not shown and not asked


def _waits(heard: Heard, today: date) -> bool:
    """Whether the day that was named has not come yet."""
    return heard.expected_on is not None and today <= heard.expected_on


def _heard_since(heard: Heard, day: date) -> bool:
    return any(one is not None and one >= day for one in (heard.evidence_on, heard.asked_on, heard.explained_on))


def _last(heard: Heard) -> date:
    known = (heard.begins, heard.evidence_on, heard.asked_on, heard.explained_on, heard.expected_on)
    return max(one for one in known if one is not None)


def explanation(words: str, expected_on: date, *, today: date) -> str:
    """The words as they are kept. Raises ExplanationWanted, ExplanationTooLong, ExplanationPersonal or ExpectedDayUnfit."""
    said = words.strip()
    if not visible(said):
        raise ExplanationWanted
    if len(said) > LONGEST:
        raise ExplanationTooLong(length=len(said), limit=LONGEST)
    if number_in(said):
        raise ExplanationPersonal
    if not today <= expected_on <= today + LATEST:
        raise ExpectedDayUnfit(day=expected_on.isoformat(), today=today.isoformat())
    return said
