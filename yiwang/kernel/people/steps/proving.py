"""Proving who one is, and counting who only sends something.

Codes and refused passwords are passing rows, not facts: a journal of them would be a record of people's log-ins. The first three
answer instead of raising, because their counting must be kept when the answer is no. They take no key.
"""

from functools import partial

from django.db import transaction

from yiwang.kernel import ids, secrecy
from yiwang.kernel.access import permission
from yiwang.kernel.journal.step import step
from yiwang.kernel.people import codes, devices, guesses, passwords, rules
from yiwang.kernel.people.guesses import NOWHERE, CodeSent, Origin, Proof
from yiwang.kernel.people.models import (
    Account,
    OneTimeCode,
    RefusedPassword,
    VisitorSending,
)
from yiwang.kernel.people.problems import (
    AccountInactive,
    StaffByPassword,
    WrongPassword,
)
from yiwang.kernel.people.steps import accounts
from yiwang.kernel.people.steps.turns import take_turn
from yiwang.kernel.terms import TOWN_WIDE, AccountId, ActorKind, Call


@step("code.request")
def request_code(phone: str, *, language: str = "zh-hans", origin: Origin = NOWHERE, call: Call) -> CodeSent:
    """Send six digits to a phone, known or not, after commit.

    Raises BadPhone, TooManyCodes (to one phone 1 a minute, 5 an hour, 10 a day), TooManyCodesHere, TooManyCodesInTown.
    """
    permission.require(call.actor, "code.request", TOWN_WIDE)
    digits = rules.phone(phone)
    phone_hmac = secrecy.keyed_hash(digits)
    take_turn(b"codes")  # all askings wait for each other, so that phone, address and town are counted exactly
    take_turn(phone_hmac)
    OneTimeCode.objects.filter(requested_at__lt=call.now - rules.CODES_COUNTED).delete()
    counters = guesses.code_counters(phone_hmac, origin, call.now)
    code, code_id = ids.one_time_code(), ids.new_id(call.now)
    row = OneTimeCode.objects.create(
        **counters,
        id=code_id,
        code_hash=secrecy.keyed_hash(f"{code_id}:{code}"),
        requested_at=call.now,
        expires_at=call.now + rules.CODE_LIFE,
    )
    transaction.on_commit(partial(codes.send_code, digits, code, language))
    return CodeSent(secrecy.mask_phone(digits), row.expires_at)


@step("code.confirm")
def confirm_code(phone: str, code: str, *, language: str = "zh-hans", origin: Origin = NOWHERE, call: Call) -> Proof:
    """Prove that one holds the phone, by any of its codes that hold; registers a resident on first use.

    Refuses with WrongCode, CodeSpent or AccountInactive; raises BadPhone.
    """
    permission.require(call.actor, "code.confirm", TOWN_WIDE)
    digits = rules.phone(phone)
    phone_hmac = secrecy.keyed_hash(digits)
    take_turn(phone_hmac)
    rows = guesses.codes_that_hold(phone_hmac, call.now)
    fitting = guesses.fitting(rows, rules.code(code))
    refused = rules.judge_code([row.wrong for row in rows], fitting is not None)
    for row in rows if fitting is None else (fitting,):
        row.used, row.wrong = fitting is not None, row.wrong + (fitting is None)
        row.save(update_fields=["used", "wrong"])
    if refused is not None:
        return Proof(refused=refused)
    account = Account.objects.filter(phone_hmac=phone_hmac).only("id", "active", "kind").first()
    if account is not None and account.kind == "staff":
        return Proof(refused=StaffByPassword())
    if account is not None and not account.active:
        return Proof(refused=AccountInactive())
    known = account.id if account else accounts.new_resident(digits, call, language=language).account_id
    return Proof(AccountId(known), devices=devices.remembered(origin.devices, phone_hmac.hex(), "", call.now))


@step("password.try")
def try_password(username: str, password: str, *, origin: Origin = NOWHERE, call: Call) -> Proof:
    """Prove that one is a member of staff. Refuses with WrongPassword (whatever was wrong) or AccountInactive.

    Raises TooManyPasswords after too many refusals (rules.PASSWORDS_*), known username or not. Strangers lock out strangers:
    a device where the account logged in before goes on.
    """
    permission.require(call.actor, "password.try", TOWN_WIDE)
    plain = username.replace("\0", "").strip().lower()
    username_hmac = secrecy.keyed_hash(f"username:{plain}")
    for counted in filter(None, (origin.address_hmac, username_hmac)):  # in this order, so that no two wait crosswise
        take_turn(counted)  # guesses sent all at once wait for each other, so that each is counted before the next
    RefusedPassword.objects.filter(refused_at__lt=call.now - rules.PASSWORDS_COUNTED).delete()
    account = Account.objects.filter(username=plain, kind="staff").only("id", "active", "password").first()
    secret = account.password if account else ""
    counters = guesses.password_counters(username_hmac, secret, origin, call.now)
    if not passwords.fits(password, account.password if account else None) or account is None:
        RefusedPassword.objects.create(**counters, refused_at=call.now)
        return Proof(refused=WrongPassword())
    if not account.active:
        return Proof(refused=AccountInactive())
    known = devices.remembered(origin.devices, username_hmac.hex(), secret, call.now)
    return Proof(AccountId(account.id), devices=known)


@step("visitor.count", apart={"origin"})  # a telephone that tries again may have got another address
def count_visitor(what: rules.Sending, *, origin: Origin, call: Call) -> None:
    """Count a report or photo of somebody who is not logged in. Raises TooManyReportsHere, TooManyPhotosHere."""
    permission.require(call.actor, "visitor.count", TOWN_WIDE)
    if call.actor.kind == ActorKind.VISITOR and origin.address_hmac is not None:
        take_turn(origin.address_hmac)
        VisitorSending.objects.create(**guesses.sending_counters(what, origin.address_hmac, call.now))
