"""The one call a door makes when a photo comes in, ahead of the form that it belongs to.

A photo takes long on a bad network and fails often; it is sent alone, as soon as it is picked, and can be sent again.
The form later carries only the token. Uploads whose form never comes are swept after a day.
"""

from dataclasses import dataclass

from yiwang.kernel.access import permission
from yiwang.kernel.files import imaging, rules, steps, tokens
from yiwang.kernel.files.facts import FileStored
from yiwang.kernel.terms import TOWN_WIDE, Actor, Call, Point


@dataclass(frozen=True, slots=True)
class Received:
    """An upload that is safe: the file, the token for the form, and where the photo says it was taken (an offer)."""

    file: FileStored
    token: str
    position: Point | None


def receive(content: bytes, declared_mime: str, *, call: Call) -> Received:
    """Store one upload and hand out its token. Raises the Problems of files/problems.py."""
    fact = store_upload(content, declared_mime, call=call)
    position = imaging.position_offered(content) if fact.width is not None else None
    return Received(fact, tokens.token(fact.sha256, now=call.now), position)


def store_upload(content: bytes, declared_mime: str, *, call: Call) -> FileStored:
    """Take one photo (encoded anew, so its hash is another than the upload's), or a PDF from someone who may store those.

    A photo is decoded before the transaction begins: that takes up to some seconds, during which no connection waits.
    Raises the Problems of files/problems.py; nothing of a refused file is kept.
    """
    permission.require(call.actor, "file.store", TOWN_WIDE)
    kind = rules.check_upload(content, declared_mime, documents_allowed=_may_store_documents(call.actor))
    if kind == rules.Kind.PDF:
        return steps.store_document(content, call=call)
    return steps.store_photo(imaging.encoded_anew(content), call=call)


def _may_store_documents(actor: Actor) -> bool:
    return not permission.reach(actor, "file.store_document").nothing
