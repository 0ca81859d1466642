"""The town's secret as one text: a key, or several one after another when it was renewed (record 0046). Pure.

The first one finds and checks for ever (a phone is looked up by what it hashes to); the last one seals; all of them open.
"""

import base64

PREFIX = "yiwang-keys:"
MOST = 255
"""Keys in one ring: each ciphertext tells in one byte which of them sealed it."""


def keys(text: str) -> tuple[str, ...]:
    """The keys of a secret, the oldest first. Raises ValueError for a ring that cannot be read."""
    if not text.startswith(PREFIX):
        return (text,)
    found = tuple(_unpacked(part) for part in text.removeprefix(PREFIX).split(":"))
    if not all(found):
        raise ValueError("a key of the ring is empty")
    return found


def written(found: tuple[str, ...]) -> str:
    """The secret of these keys as one text without blanks; a single key stays as it is."""
    return found[0] if len(found) == 1 else PREFIX + ":".join(_packed(key) for key in found)


def _packed(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def _unpacked(part: str) -> str:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True).decode()
