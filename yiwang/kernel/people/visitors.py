"""What somebody who is not logged in sends ahead of anything that a step could count it in: a photo, before it is decoded."""

from dataclasses import replace

from yiwang.kernel.people import rules
from yiwang.kernel.people.guesses import Origin
from yiwang.kernel.people.steps import proving
from yiwang.kernel.terms import Call


def admit_photo(origin: Origin, *, call: Call) -> None:
    """Count one photo before work is spent on it, also if it then turns out to be none. The same again under its key counts once.

    Raises TooManyPhotosHere.
    """
    proving.count_visitor(
        rules.Sending.PHOTO, origin=origin, call=replace(call, key=call.key and f"{call.key}/counted")
    )
