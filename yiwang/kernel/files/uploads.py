"""The one call a door makes when a photo comes in, ahead of the form that it belongs to.

A photo takes long on a bad network and fails often; it is sent alone, as soon as it is picked, and can be sent again.
The form later carries only the token. Uploads whose form never comes are swept after a day.
"""

from dataclasses import dataclass

from yiwang.kernel.files import imaging, steps, tokens
from yiwang.kernel.files.facts import FileStored
from yiwang.kernel.terms import Call, Point


@dataclass(frozen=True, slots=True)
class Received:
    """An upload that is safe: the file, the token for the form, and where the photo says it was taken (an offer)."""

    file: FileStored
    token: str
    position: Point | None


def receive(content: bytes, declared_mime: str, *, call: Call) -> Received:
    """Store one upload and hand out its token. Raises the Problems of files/problems.py."""
    fact = steps.store_upload(content, declared_mime, call=call)
    position = imaging.position_offered(content) if fact.width is not None else None
    return Received(fact, tokens.token(fact.sha256, now=call.now), position)
