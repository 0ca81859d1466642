"""Telling a person something on the telephone they left, through the town's sender (codes.py)."""

from django.conf import settings
from django.utils.module_loading import import_string

from yiwang.kernel import secrecy
from yiwang.kernel.people.codes import OUTBOX_SENDER, CodeSender
from yiwang.kernel.people.models import Account
from yiwang.kernel.terms import AccountId
from yiwang.kernel.wording import word


def tell(account_id: AccountId, key: str, **parameters: str) -> bool:
    """Send the text of `key` to the account's phone in its own language; False when there is no phone (any more)."""
    account = Account.objects.filter(pk=account_id, phone_cipher__isnull=False).first()
    if account is None or account.phone_cipher is None:
        return False
    sender: CodeSender = import_string(getattr(settings, "CODE_SENDER", OUTBOX_SENDER))()
    sender.send(secrecy.unseal(account.phone_cipher), word(key, account.language).format(**parameters))
    return True
