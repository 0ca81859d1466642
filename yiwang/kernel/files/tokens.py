"""The slip that an upload gives and its form brings back: the hash, until when it counts, and the town's sign."""

import hmac
from datetime import datetime

from yiwang.kernel import secrecy
from yiwang.kernel.files import rules
from yiwang.kernel.files.problems import UploadExpired, UploadUnknown
from yiwang.kernel.terms import FileHash

SECONDS_DIGITS = 12
"""Of the moment in a token; thousands of them would be no number to Python."""


def token(sha256: FileHash, *, now: datetime) -> str:
    """A token for a form's hidden field, good for TOKEN_LIFE from now."""
    until = int((now + rules.TOKEN_LIFE).timestamp())
    return f"{sha256}.{until}.{_sign(sha256, until)}"


def claimed(given: str, *, now: datetime) -> FileHash:
    """The file that a token names. Raises UploadUnknown when the town did not sign it, UploadExpired when it is too old."""
    sha256, _, rest = given.partition(".")
    until, _, sign = rest.partition(".")
    if not until.isdecimal() or len(until) > SECONDS_DIGITS:
        raise UploadUnknown
    if not hmac.compare_digest(sign.encode(), _sign(sha256, int(until)).encode()):
        raise UploadUnknown
    if now.timestamp() > int(until):
        raise UploadExpired
    return FileHash(sha256)


def _sign(sha256: str, until: int) -> str:
    return secrecy.short_token(f"upload:{sha256}:{until}")
