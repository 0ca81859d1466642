"""The states of an alarm, as one literal table. Pure."""

from collections.abc import Mapping
from enum import StrEnum


class AlarmState(StrEnum):
    OPEN = "open"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


LIVE = (AlarmState.OPEN, AlarmState.ENDED)
"""States of what is an alarm by all that is known."""

# fmt: off
MOVES: Mapping[tuple[str, AlarmState], str] = {
    ("", AlarmState.OPEN):                         "alarm.raised",
    ("", AlarmState.ENDED):                        "alarm.raised",     # seen only when it was over
    (AlarmState.OPEN, AlarmState.OPEN):            "alarm.changed",
    (AlarmState.OPEN, AlarmState.ENDED):           "alarm.changed",
    (AlarmState.ENDED, AlarmState.ENDED):          "alarm.changed",
    (AlarmState.ENDED, AlarmState.OPEN):           "alarm.changed",    # late readings say that it goes on
    (AlarmState.OPEN, AlarmState.WITHDRAWN):       "alarm.withdrawn",
    (AlarmState.ENDED, AlarmState.WITHDRAWN):      "alarm.withdrawn",
}
# fmt: on
"""By state before and after: the fact that says so. What is not here cannot happen: one that was withdrawn stays so, and what
late readings raise again is another alarm."""

LATE_READINGS, PART_OF_ANOTHER, OTHER_RULE = WHY = ("late-readings", "part-of-another", "other-rule")
"""Why an alarm is withdrawn: by readings that came late; it is one episode with another; the rule or its limit is another."""

RETRACTED, KEPT, SHARED = CASE = ("retracted", "kept", "shared")
"""What became of its case: retracted; kept, since somebody has it in hand or it has ended; shared with other alarms."""


def moved(before: str, after: AlarmState) -> str:
    """The verb of the fact. Raises KeyError for what cannot happen."""
    return MOVES[before, after]
