"""Photos come alone, ahead of the report or step they belong to; what they get is a token."""

from django.http import HttpRequest
from ninja import File, Schema, Status
from ninja.files import UploadedFile

from yiwang.gateways.api.frame import opens
from yiwang.gateways.api.keys import own_key
from yiwang.gateways.api.words import Line, PointBody
from yiwang.kernel.files import rules as files
from yiwang.kernel.files import tokens, uploads
from yiwang.kernel.files.problems import FileTooLarge
from yiwang.kernel.people import visitors
from yiwang.kernel.people.origins import origin_of
from yiwang.kernel.terms import Call, FileHash


class PhotoAnswer(Schema):
    """The token to name in the report, and where the photo says it was taken (an offer, not a fact)."""

    token: str
    sha256: str
    width: int | None
    height: int | None
    position: PointBody | None


@opens("POST", "/photos", "file.store", PhotoAnswer, status=201, json=False)
def photo_store(request: HttpRequest, photo: UploadedFile = File(...)) -> Status:  # noqa: B008 - ninja's way
    """Store one photo. It is encoded anew, without what the camera wrote into it."""
    if (photo.size or 0) > files.MAX_DOCUMENT_BYTES:
        raise FileTooLarge(
            megabytes=(photo.size or 0) // files.MEGABYTE, limit=files.MAX_DOCUMENT_BYTES // files.MEGABYTE
        )
    content = photo.read()
    call = own_key(request.call(), content)  # type: ignore[attr-defined]
    visitors.admit_photo(origin_of(request), call=call)
    taken = uploads.receive(content, photo.content_type or "", call=call)
    place = taken.position
    answer = PhotoAnswer(
        token=taken.token,
        sha256=taken.file.sha256,
        width=taken.file.width,
        height=taken.file.height,
        position=PointBody(longitude=place.longitude, latitude=place.latitude) if place else None,
    )
    return Status(201, answer)


def claimed(given: list[Line], call: Call) -> tuple[FileHash, ...]:
    """The files that tokens name. Raises UploadUnknown, UploadExpired."""
    return tuple(tokens.claimed(token, now=call.now) for token in given)
