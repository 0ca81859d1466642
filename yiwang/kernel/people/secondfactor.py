"""The second step of logging in (record 0033): an authenticator app's codes, and recovery codes for when the app is gone.

The app's secret is a sealed column and a fact; a recovery code is kept as keyed hash and gone when it is used. What is written of it
is in steps/secondfactor.py.
"""

from datetime import timedelta
from hmac import compare_digest

from yiwang.kernel import secrecy
from yiwang.kernel.people import totp
from yiwang.kernel.people.models import RecoveryCode
from yiwang.kernel.terms import AccountId

RECOVERY_CODES = 10
SPENT_KEPT = timedelta(seconds=totp.STEP_S * (2 * totp.DRIFT + 2))
"""As long as a used code could fit again."""


def recovery_codes_left(account_id: AccountId) -> int:
    """How many recovery codes somebody still has: for their own page."""
    return RecoveryCode.objects.filter(account=account_id).count()


def mark_of(totp_cipher: bytes | memoryview) -> str:
    """What a session keeps to show that the second step was taken with this very app: another app's sessions end."""
    return secrecy.keyed_hash(f"second-factor:session:{bytes(totp_cipher).hex()}").hex()[:32]


def is_mark(mark: str, totp_cipher: bytes | memoryview) -> bool:
    """Whether a session's mark belongs to the app that the account has now."""
    return compare_digest(mark, mark_of(totp_cipher))


def hashed(account_id: AccountId, code: str) -> bytes:
    """What is kept of a recovery code."""
    return secrecy.keyed_hash(f"recovery:{account_id}:{code}")
