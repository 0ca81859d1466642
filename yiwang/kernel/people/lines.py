"""A mark by which the door of the pages knows a colleague's session without asking the database (record 0037).

It gives a better place in a line and nothing else: what its bearer may do is decided by the session, as ever. It belongs to one
session's key, so it ends with it, and nobody makes one without the town's secret.
"""

from hmac import compare_digest

from yiwang.kernel import secrecy

COOKIE = "yiwang_line"


def mark(session_key: str) -> str:
    """The cookie's value for the session with this key."""
    return secrecy.keyed_hash(f"line:{session_key}").hex()[:32]


def marked(session_key: str, given: str) -> bool:
    """Whether `given` is the mark of that session. A session that is over, or none, may still be marked: it is only a place in line."""
    return bool(session_key and given) and compare_digest(given.encode(), mark(session_key).encode())
