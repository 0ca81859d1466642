"""Where a member of staff wants notices by mail: set by themselves or by an administrator. Sealed, and shown to themselves alone."""

from yiwang.kernel import secrecy
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.people import facts, rules
from yiwang.kernel.people.models import Account
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import AccountId, Call, Where


@step("account.set_mail_address")
def set_mail_address(account_id: AccountId, address: str, *, call: Call) -> facts.MailAddressSet:
    """Keep where somebody of the staff wants notices by mail; an empty address takes it away. Raises BadEmail, NotFound."""
    permission.require(call.actor, "account.set_mail_address", Where(owners=frozenset({account_id})))
    if not Account.objects.select_for_update().filter(pk=account_id, kind="staff", erased=False).exists():
        raise NotFound
    wanted = address.strip()
    fact = facts.MailAddressSet(account_id, email_cipher=secrecy.seal(rules.email(wanted)) if wanted else None)
    record(fact, call=call)
    return fact
