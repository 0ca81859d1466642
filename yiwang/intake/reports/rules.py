"""What may be handed in as a report. Pure."""

from collections.abc import Sequence

from yiwang.cases.numbers import Source
from yiwang.intake.reports import problems

MOST_CHARACTERS = 5_000
MOST_PHOTOS = 9
TITLE_CHARACTERS = 30

LEAST_SURE = 0.4
"""From this probability (0-1) on the reader's class may be offered for one key and taken in bulk. The reader is too sure of
itself: at 0.71 it is right in 0.53 (docs/adr/0010), so that below 0.4 more are wrong than right. It only holds suggestions
back; nothing is filed by it."""

CHANNELS = {
    "portal": Source.PORTAL,
    "hotline": Source.HOTLINE,
    "desk": Source.DESK,
    "grid": Source.GRID,
}
"""Ways a report comes in, and the letter it puts into the number."""

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


def title_of(title: str, text: str) -> str:
    """A short title for lists: the one given, else the first sentence, at most 30 characters."""
    title = title.strip() or text.strip()
    cut = min((place for mark in _ENDS if (place := title.find(mark)) > 0), default=len(title))
    return title[:cut] if cut <= TITLE_CHARACTERS else title[: TITLE_CHARACTERS - 1] + "…"


def sure_enough(probability: float) -> bool:
    """Whether a suggested class (0-1) may stand as a suggestion, and not only folded away as a guess."""
    return probability >= LEAST_SURE


def type_in_bulk(number: str, code: str, probability: float) -> str:
    """The class with which a case is accepted unseen, among many. Raises NotSure where it is only a guess."""
    if code and not sure_enough(probability):
        raise problems.NotSure(number=number, percent=round(probability * 100), least=round(LEAST_SURE * 100))
    return code
