"""The second step of logging in (record 0033): setting an app up, taking it away, and showing that one holds it.

A code that was used, and one that was wrong, are passing rows, and no fact: a journal of them would be a record of log-ins.
"""

from yiwang.kernel import ids, secrecy
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.people import facts, guesses, totp
from yiwang.kernel.people.models import Account, RecoveryCode, RefusedPassword, SpentCode
from yiwang.kernel.people.problems import (
    OwnSecondFactor,
    ReasonMissing,
    SecondFactorNone,
    SecondFactorWrong,
)
from yiwang.kernel.people.secondfactor import RECOVERY_CODES, SPENT_KEPT, hashed
from yiwang.kernel.people.steps.turns import take_turn
from yiwang.kernel.problems import NotFound, Problem
from yiwang.kernel.terms import TOWN_WIDE, AccountId, Call, Where


@step("account.set_second_factor", apart=("secret", "code"))
def set_second_factor(account_id: AccountId, secret: bytes, code: str, *, call: Call) -> tuple[str, ...]:
    """Give one's own account an app, shown by a code of it; the one before and its recovery codes end, as do sessions elsewhere.

    Answers with fresh recovery codes: nobody can read them again. Takes no key. Raises SecondFactorWrong, NotFound.
    """
    permission.require(call.actor, "account.set_second_factor", Where(owners=frozenset({account_id})))
    if not Account.objects.select_for_update().filter(pk=account_id, kind="staff", active=True).exists():
        raise NotFound
    if totp.step_of(secret, totp.typed(code), call.now) is None:
        raise SecondFactorWrong
    codes = tuple(ids.recovery_code() for _ in range(RECOVERY_CODES))
    record(facts.SecondFactorSet(account_id, totp_cipher=secrecy.seal_bytes(secret)), call=call)
    RecoveryCode.objects.filter(account=account_id).delete()
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(account=account_id, code_hmac=hashed(account_id, one)) for one in codes]
    )
    return codes


@step("account.reset_second_factor")
def reset_second_factor(account_id: AccountId, *, call: Call) -> facts.SecondFactorReset:
    """Take the app from a colleague who lost it, with a reason; the next log-in is by password, and sets another one up.

    Nobody does it for the own account: a thief at an open desk could. Raises OwnSecondFactor, ReasonMissing, SecondFactorNone.
    """
    permission.require(call.actor, "account.reset_second_factor", TOWN_WIDE)
    if call.actor.account_id == account_id:
        raise OwnSecondFactor
    if not call.reason.strip():
        raise ReasonMissing
    account = Account.objects.select_for_update().filter(pk=account_id, kind="staff", erased=False).first()
    if account is None:
        raise NotFound
    if account.totp_cipher is None:
        raise SecondFactorNone
    fact = facts.SecondFactorReset(account_id)
    record(fact, call=call)
    RecoveryCode.objects.filter(account=account_id).delete()
    return fact


@step("second_factor.try")
def try_second_factor(account_id: AccountId, given: str, *, call: Call) -> Problem | None:
    """Show that one holds the account's app, or a recovery code, which is spent by it. Answers with what refuses it, so that
    the counting is kept. Takes no key. Raises TooManySecondFactors after ten wrong ones in an hour, NotFound.
    """
    permission.require(call.actor, "second_factor.try", TOWN_WIDE)
    counted = secrecy.keyed_hash(f"second-factor:{account_id}")
    take_turn(counted)
    SpentCode.objects.filter(spent_at__lt=call.now - SPENT_KEPT).delete()
    guesses.may_try_second_factor(counted, call.now)
    account = Account.objects.filter(pk=account_id).only("totp_cipher").first()
    if account is None or account.totp_cipher is None:
        raise NotFound
    code = totp.typed(given)
    at = totp.step_of(secrecy.unseal_bytes(account.totp_cipher), code, call.now)
    if at is not None:
        _, fresh = SpentCode.objects.get_or_create(
            code_hmac=secrecy.keyed_hash(f"second-factor:{account_id}:{at}"), defaults={"spent_at": call.now}
        )
        if fresh:
            return None
    elif _spend_recovery_code(account_id, code):
        return None
    RefusedPassword.objects.create(username_hmac=counted, refused_at=call.now)
    return SecondFactorWrong()


def _spend_recovery_code(account_id: AccountId, code: str) -> bool:
    """Whether the account had this recovery code; it has no longer."""
    spent, _ = RecoveryCode.objects.filter(account=account_id, code_hmac=hashed(account_id, code)).delete()
    return bool(spent)
