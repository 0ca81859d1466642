"""A member of staff with an authenticator app, for tests: as somebody is who has set the second step of logging in up."""

from uuid import UUID

from django.contrib.auth import get_user_model
from django.test import Client

from yiwang.kernel import secrecy, walltime
from yiwang.kernel.people import secondfactor, session, totp

SECRET = b"12345678901234567890"
"""RFC 6238's own, appendix B."""


def code_now(secret: bytes = SECRET) -> str:
    """What the app shows now."""
    return totp.code_at(secret, int(walltime.now().timestamp()) // totp.STEP_S)


def log_in_strongly(client: Client, account_id: UUID) -> None:
    """Open a session with both steps. The app is put into the row itself: what these tests look at is what comes after."""
    accounts = get_user_model().objects
    account = accounts.get(pk=account_id)
    if account.kind == "staff" and account.totp_cipher is None:
        account.totp_cipher = secrecy.seal_bytes(SECRET)
        accounts.filter(pk=account_id).update(totp_cipher=account.totp_cipher)
    client.force_login(account)
    if account.totp_cipher is not None:
        kept = client.session
        kept[session.MARK] = secondfactor.mark_of(account.totp_cipher)
        kept.save()
