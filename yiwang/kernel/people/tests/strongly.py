"""A member of staff with an authenticator app, for tests: as somebody is who has set the second step of logging in up."""

from uuid import UUID

from django.contrib.auth import get_user_model
from django.test import Client

from yiwang.kernel import walltime
from yiwang.kernel.access import permission
from yiwang.kernel.people import queries, secondfactor, session, totp
from yiwang.kernel.people.steps import secondfactor as factor_steps
from yiwang.kernel.terms import AccountId, Actor, ActorKind, Call

SECRET = b"12345678901234567890"
"""RFC 6238's own, appendix B."""


def code_now(secret: bytes = SECRET) -> str:
    """What the app shows now."""
    return totp.code_at(secret, int(walltime.now().timestamp()) // totp.STEP_S)


def log_in_strongly(client: Client, account_id: UUID) -> None:
    """Open a session with both steps, after giving the account an app if its roles need one and it has none."""
    accounts = get_user_model().objects
    account = accounts.get(pk=account_id)
    if account.kind == "staff" and account.totp_cipher is None:
        actor = queries.account(Actor(ActorKind.SYSTEM), AccountId(account_id)).actor()
        if permission.needs_second_factor(actor):
            call = Call(actor, walltime.now(), "test")
            factor_steps.set_second_factor(AccountId(account_id), SECRET, code_now(), call=call)
        account = accounts.get(pk=account_id)
    client.force_login(account)
    if account.totp_cipher is not None:
        kept = client.session
        kept[session.MARK] = secondfactor.mark_of(account.totp_cipher)
        kept.save()
