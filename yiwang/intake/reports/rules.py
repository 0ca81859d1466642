"""What may be handed in as a report. Pure."""

from collections.abc import Sequence

from yiwang.cases.numbers import Source
from yiwang.intake.reports import problems

MOST_CHARACTERS = 5_000
MOST_PHOTOS = 9
TITLE_CHARACTERS = 30

CHANNELS = {
    "portal": Source.PORTAL,
    "hotline": Source.HOTLINE,
    "desk": Source.DESK,
    "grid": Source.GRID,
}
"""Ways a report comes in, and the letter it puts into the number."""

_ENDS = "。!?!?;;\n"


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
