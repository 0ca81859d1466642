"""What may be handed in as a report. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from yiwang.cases.numbers import Source
from yiwang.intake.reports import problems
from yiwang.kernel.terms import CaseId

MOST_CHARACTERS = 5_000
MOST_PHOTOS = 9
TITLE_CHARACTERS = 30

LEAST_SURE = 0.4
"""From this probability (0-1) on the reader's class may be offered for one key and taken in bulk: below it more are wrong than
right, as it says itself (how honest it is: docs/adr/0010). It only holds suggestions back; nothing is filed by it."""

LEARN_BACK = timedelta(days=3 * 365)
"""The reader learns from cases of this time: types, departments and what people speak of change."""
LEARN_MOST = 2_500
"""So many of the newest cases teach: training time grows with the cube, and half of what the reader learns is the packs' own."""
LEARN_FROM_SHARE, LEARN_FROM_CASES = 0.25, 20
"""The reader learns anew when so much of what it would learn is new to it: a share and so many cases beside…"""
LEARN_AT_LATEST = timedelta(days=7)
"""…or this long after the last time, when so many cases alone are new."""

CHANNELS = {
    "portal": Source.PORTAL,
    "hotline": Source.HOTLINE,
    "desk": Source.DESK,
    "grid": Source.GRID,
    "open311": Source.PORTAL,
}
"""Ways a report comes in, and the letter it puts into the number."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A message of another system as it came in before. `typed`: the desk wrote it down by hand, in its own words.

    `forgotten`: its words were erased at the wish of a person, so nothing more of it is taken.
    """

    case_id: CaseId
    number: str
    text: str
    happened_at: datetime
    typed: bool
    forgotten: bool = False


_ENDS = "。！？!?；;\n"


def words(text: str, *, photos: Sequence[object]) -> str:
    """The report's text without the blanks around it. Raises SaySomething, TooLong or TooManyPhotos."""
    text = text.strip()
    if not text and not photos:
        raise problems.SaySomething
    if len(text) > MOST_CHARACTERS:
        raise problems.TooLong(length=len(text), most=MOST_CHARACTERS)
    if len(photos) > MOST_PHOTOS:
        raise problems.TooManyPhotos(count=len(photos), most=MOST_PHOTOS)
    return text


def name_alone(phone: str, name: str) -> str:
    """The name of somebody who left no telephone (empty where one was left): no account can be made of a name, so it is
    sealed with the report."""
    return "" if phone.strip() else name.strip()


def title_of(title: str, text: str) -> str:
    """A short title for lists: the one given, else the first sentence, at most 30 characters."""
    title = title.strip() or text.strip()
    cut = min((place for mark in _ENDS if (place := title.find(mark)) > 0), default=len(title))
    return title[:cut] if cut <= TITLE_CHARACTERS else title[: TITLE_CHARACTERS - 1] + "…"


def same_message(taken: Taken, text: str, happened_at: datetime) -> bool:
    """Whether what comes under a known key is what was taken under it: the same words at the same moment.

    Blanks do not count, nor do hours or seconds that one of two sheets left out. What the desk typed while the caller
    spoke is the same whatever the other system wrote, and so is what was erased since.
    """
    if taken.typed or taken.forgotten:
        return True
    return "".join(taken.text.split()) == "".join(text.split()) and _same_moment(taken.happened_at, happened_at)


def _same_moment(one: datetime, other: datetime) -> bool:
    moments = (one.astimezone(other.tzinfo), other)
    if any(moment.time() == time(0) for moment in moments):
        return moments[0].date() == moments[1].date()
    if any(moment.second == 0 for moment in moments):
        return moments[0].replace(second=0, microsecond=0) == moments[1].replace(second=0, microsecond=0)
    return moments[0] == moments[1]


def sure_enough(probability: float) -> bool:
    """Whether a suggested class (0-1) may stand as a suggestion, and not only folded away as a guess."""
    return probability >= LEAST_SURE


def type_in_bulk(number: str, code: str, probability: float) -> str:
    """The class with which a case is accepted unseen, among many. Raises NotSure where it is only a guess."""
    if code and not sure_enough(probability):
        raise problems.NotSure(number=number, percent=round(probability * 100), least=round(LEAST_SURE * 100))
    return code


def fit_due(
    learnt: Mapping[CaseId, str], there: Mapping[CaseId, str], *, since_fit: timedelta, words_erased: bool
) -> bool:
    """Whether the reader is to learn anew: it learnt from the cases `learnt` (with their types), and would now from `there`.

    Both are bounded, so that what counts is not how many there are but how many are new, filed under another type or no longer
    there. Words that were erased are unlearnt at once.
    """
    new = sum(learnt.get(case_id) != code for case_id, code in there.items())
    changed = max(new, len(learnt.keys() - there.keys()))
    share = 0.0 if since_fit >= LEARN_AT_LATEST else LEARN_FROM_SHARE
    return words_erased or changed > share * len(learnt) + LEARN_FROM_CASES
