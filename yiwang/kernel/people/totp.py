"""Codes of an authenticator app: RFC 6238 with what every app understands (SHA-1, 30 seconds, six digits). Pure."""

import base64
import unicodedata
from datetime import datetime
from hmac import compare_digest

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_S = 30
DIGITS = 6
DRIFT = 1
"""Steps before and after the present one whose code fits too: the telephone's clock, and the time one needs to type."""


def code_at(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of the step that begins `step` × 30 seconds after 1970."""
    return TOTP(secret, digits, SHA1(), STEP_S).generate(step * STEP_S).decode()  # noqa: S303 - RFC 6238; HMAC does not need more


def step_of(secret: bytes, given: str, now: datetime) -> int | None:
    """The step whose code was given, among those that fit at `now`; None for a wrong code. All are compared."""
    present = int(now.timestamp()) // STEP_S
    steps = range(present - DRIFT, present + DRIFT + 1)
    fits = [step for step in steps if compare_digest(code_at(secret, step).encode(), given.encode())]
    return fits[-1] if fits else None


def address(secret: bytes, username: str, town: str) -> str:
    """What the picture says to the app: an otpauth address with the town, the username and the secret."""
    return TOTP(secret, DIGITS, SHA1(), STEP_S).get_provisioning_uri(username, town)  # noqa: S303 - as above


def spoken(secret: bytes) -> str:
    """The secret for typing: base32 in groups of four."""
    plain = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def typed(text: str) -> str:
    """A code as it is compared, however it was typed: half-width, small letters, no blanks; a recovery code with its dash."""
    plain = "".join(char for char in unicodedata.normalize("NFKC", text).lower() if char.isalnum())
    return plain if plain.isdecimal() and len(plain) == DIGITS else f"{plain[:5]}-{plain[5:]}"
