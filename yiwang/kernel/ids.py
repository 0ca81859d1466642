"""The only place that reads randomness: identifiers, salts and one-time codes."""

import random
import secrets
import uuid
from datetime import datetime

Dice = random.Random
"""Repeatable chance, for invented towns: never for anything that has to be secret or fair."""


def new_id(now: datetime) -> uuid.UUID:
    """A version 7 identifier (RFC 9562): milliseconds of `now`, then 74 random bits, so that rows of one time lie together."""
    milliseconds = int(now.timestamp() * 1000) & ((1 << 48) - 1)
    value = (milliseconds << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
    return uuid.UUID(int=value)


def salt() -> bytes:
    """32 random bytes that are hashed together with a private payload."""
    return secrets.token_bytes(32)


def nonce() -> bytes:
    """12 random bytes, used once, for AES-GCM."""
    return secrets.token_bytes(12)


def secret_key() -> str:
    """A fresh secret of 256 bits, as text, for a file only the town can read."""
    return secrets.token_hex(32)


def seal_seed() -> bytes:
    """32 random bytes: a private key for Ed25519."""
    return secrets.token_bytes(32)


def one_time_code() -> str:
    """Six digits for a resident's phone."""
    return f"{secrets.randbelow(1_000_000):06d}"


def device_mark() -> str:
    """12 random bytes as text, by which a browser is told from others: no number of the machine, and new at each log-in."""
    return secrets.token_hex(12)


def request_mark() -> str:
    """Eight characters by which one request is found in the log."""
    return secrets.token_hex(4)


def totp_secret() -> bytes:
    """20 random bytes that the town and one authenticator app share (RFC 4226 asks for 160 bits)."""
    return secrets.token_bytes(20)


def recovery_code() -> str:
    """10 characters (some 49 bits) in two groups, without the letters and digits that are taken for each other."""
    drawn = "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(10))
    return f"{drawn[:5]}-{drawn[5:]}"


def dice(seed: str) -> Dice:
    """Chance that falls the same way again for the same seed."""
    return random.Random(seed)  # noqa: S311 - repeatable is what is wanted
