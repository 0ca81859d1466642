"""What a resident may ask about their own data, and how it is answered (个人信息保护法 arts. 44-50). Pure."""

from datetime import date, timedelta

from yiwang.cases.rules import choice
from yiwang.intake.reports.problems import ClaimAnswerMissing, ClaimTooLong, ClaimWordsMissing, TooManyClaims
from yiwang.kernel.keeping import visible

KINDS = ("correct", "delete", "object", "explain", "complain")
"""更正、补充 (46), 删除 (47), 限制或拒绝处理 (44), 解释说明 (48, 24), 对答复或查看有意见 (50)."""
OUTCOMES = ("granted", "partly", "refused")
LONGEST = 1000
"""Characters of a claim, and of its answer."""
MOST_WAITING = 5
"""So many claims of one person may wait at a time [D]: one is answered before the sixth is made."""
RULE = "privacy.answer-within"
"""The dated rule of how many days an answer may take."""


def kind(given: str) -> None:
    """Pass a kind of claim. Raises BadChoice."""
    choice("kind", given, KINDS)


def outcome(given: str) -> None:
    """Pass what came of a claim. Raises BadChoice."""
    choice("outcome", given, OUTCOMES)


def claim(words: str, *, waiting: int) -> str:
    """The words as they are kept. Raises ClaimWordsMissing, ClaimTooLong, TooManyClaims."""
    said = words.strip()
    if not visible(said):
        raise ClaimWordsMissing
    if waiting >= MOST_WAITING:
        raise TooManyClaims(waiting=waiting, most=MOST_WAITING)
    return _not_too_long(said)


def answer(words: str) -> str:
    """An answer always says something: a refusal gives its reason (art. 50). Raises ClaimAnswerMissing, ClaimTooLong."""
    said = words.strip()
    if not visible(said):
        raise ClaimAnswerMissing
    return _not_too_long(said)


def _not_too_long(said: str) -> str:
    if len(said) > LONGEST:
        raise ClaimTooLong(length=len(said), most=LONGEST)
    return said


def due(made_on: date, days: int) -> date:
    """The last day for an answer, counted in calendar days from the day after."""
    return made_on + timedelta(days=days)
