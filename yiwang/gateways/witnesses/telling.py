"""How a head reaches a witness: added to a file, sent by mail, or posted to an address. Each either has it or says why not."""

import os
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import Message
from typing import IO, Any
from urllib.parse import urlsplit

from yiwang.kernel.journal.sealed import Sealed
from yiwang.kernel.notices import mail
from yiwang.kernel.people.codes import NotSent
from yiwang.kernel.wording import word

WAIT_S = 20.0


class NotTold(Exception):
    """The witness does not have the head; the reason is short and fit to be shown on a public page."""


def tell(address: str, head: Sealed) -> None:
    """Bring the head to the witness. Raises NotTold."""
    WAYS[way(address)](address, head)


def way(address: str) -> str:
    """`file`, `mailto`, `https` or `http`; empty for what is no address of a witness."""
    scheme = urlsplit(address).scheme
    return scheme if scheme in WAYS else ""


def _to_file(address: str, head: Sealed) -> None:
    """Append it. A file is a witness only where the town cannot change it: another machine's folder, or one that only takes."""
    try:
        descriptor = os.open(urlsplit(address).path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(head.note + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as fault:
        raise NotTold(fault.strerror or type(fault).__name__) from fault


def _by_mail(address: str, head: Sealed) -> None:
    subject = word("witness.mail.subject").format(origin=head.origin, size=head.size)
    try:
        mail.sender().send(urlsplit(address).path, subject, f"{word('witness.mail.text')}\n\n{head.note}")
    except NotSent as refused:
        raise NotTold(refused.reason) from refused


class _NoWayOn(urllib.request.HTTPRedirectHandler):
    """A witness answers where it was named: what leads elsewhere is a fault and is not followed."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        return None


def _by_post(address: str, head: Sealed) -> None:
    """POST the note as text; any answer of 2xx means that the witness has it."""
    asked = urllib.request.Request(  # noqa: S310 - the scheme was looked at, and the town named the address
        address, data=head.note.encode(), headers={"Content-Type": "text/plain; charset=utf-8"}, method="POST"
    )
    opener = urllib.request.build_opener(_NoWayOn)
    try:
        with opener.open(asked, timeout=WAIT_S):
            return
    except urllib.error.HTTPError as answer:
        answer.close()
        raise NotTold(f"HTTP {answer.code}") from answer
    except urllib.error.URLError as fault:
        raise NotTold(_reason(fault.reason)) from fault
    except (OSError, ValueError) as fault:
        raise NotTold(_reason(fault)) from fault


def _reason(fault: Any) -> str:
    return getattr(fault, "strerror", "") or type(fault).__name__


WAYS: dict[str, Callable[[str, Sealed], None]] = {
    "file": _to_file,
    "mailto": _by_mail,
    "https": _by_post,
    "http": _by_post,
}
