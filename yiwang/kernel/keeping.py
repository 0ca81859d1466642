"""What PostgreSQL keeps of the values that JSON can hold: its text has no NUL and no half characters, its jsonb no NaN. Pure."""

import math
import re
from typing import Any

NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
"""Characters that Python's text may hold and the database's may not: NUL, and halves of a UTF-16 pair."""

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0]"
)
"""Characters that a page shows as nothing: of zero width, turning the direction, fillers. Copied texts carry them."""


def visible(text: str) -> str:
    """What a reader sees of the text, without blanks around it: empty for a reason that says nothing."""
    return INVISIBLE.sub("", text).strip()


def can_be_kept(value: Any, deepest: int) -> bool:
    """Whether the database keeps this JSON value and it nests no deeper than `deepest` levels (a plain value is level 0)."""
    if isinstance(value, str):
        return NOT_TEXT.search(value) is None
    if isinstance(value, float):
        return math.isfinite(value)
    if not isinstance(value, list | dict):
        return True
    inside = [*value, *value.values()] if isinstance(value, dict) else value
    return deepest > 0 and all(can_be_kept(inner, deepest - 1) for inner in inside)


def shown(value: Any, most: int = 80) -> str:
    """A value that somebody sent, as a message can say it: at most `most` characters, all of them text."""
    if isinstance(value, list | dict):
        return "[…]" if isinstance(value, list) else "{…}"
    return NOT_TEXT.sub("\ufffd", str(value)[:most])
