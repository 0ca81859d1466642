"""The verbs on accounts, roles and persons: decide, then record."""

from uuid import UUID

from django.contrib.auth.hashers import identify_hasher

from yiwang.kernel import ids, secrecy
from yiwang.kernel.access import permission
from yiwang.kernel.journal.erasing import erase_private
from yiwang.kernel.journal.step import step
from yiwang.kernel.journal.steps import record
from yiwang.kernel.people import facts, passwords, queries, rules
from yiwang.kernel.people.models import (
    Account,
    Grant,
    OneTimeCode,
    RecoveryCode,
    Team,
    UntoldText,
)
from yiwang.kernel.people.problems import (
    LastAdministrator,
    PhoneTaken,
    ReasonMissing,
    RoleHeld,
    UsernameTaken,
)
from yiwang.kernel.people.steps.turns import take_turn
from yiwang.kernel.problems import NotFound
from yiwang.kernel.terms import TOWN_WIDE, AccountId, Call, ScopeKind, TeamId, Where

ERASURE_GROUND = "个人信息保护法第四十七条"
"""The right to have one's data deleted, unless another ground is named."""
ADMINISTRATOR = "administrator"


@step("account.create", apart=("password_hash",))
def create_account(
    username: str,
    name: str,
    *,
    password: str | None = None,
    password_hash: str | None = None,
    phone: str | None = None,
    language: str = "zh-hans",
    demonstration: bool = False,
    call: Call,
) -> facts.AccountCreated:
    """Make an account for a member of staff, with a first password or its hash from passwords.hashed (salted, so no two
    are the same, and no retry is known by it). Without either nobody can log in yet.

    Raises BadUsername, UsernameTaken, NameMissing, BadPhone, PhoneTaken, WeakPassword.
    """
    permission.require(call.actor, "account.create", TOWN_WIDE)
    username, name = rules.username(username), rules.person_name(name)
    if password is not None:
        password_hash = passwords.hashed(password, username)
    if password_hash is not None:
        identify_hasher(password_hash)
    if Account.objects.filter(username=username).exists():
        raise UsernameTaken(username=username)
    phone_cipher, phone_hmac = _sealed_phone(phone)
    fact = facts.AccountCreated(
        AccountId(ids.new_id(call.now)),
        language,
        demonstration,
        username=username,
        name_cipher=secrecy.seal(name),
        name_hash=secrecy.keyed_hash(name),
        phone_cipher=phone_cipher,
        phone_hmac=phone_hmac,
        password_hash=password_hash,
    )
    record(fact, call=call)
    return fact


@step("resident.register")
def register_resident(
    phone: str, *, name: str = "", language: str = "zh-hans", demonstration: bool = False, call: Call
) -> facts.ResidentRegistered:
    """Make a resident's account without a code (imports, simulation, demonstration). Raises BadPhone, PhoneTaken."""
    permission.require(call.actor, "resident.register", TOWN_WIDE)
    return new_resident(phone, call, name=name, language=language, demonstration=demonstration)


@step("contact.keep")
def keep_contact(phone: str, *, name: str = "", language: str = "zh-hans", call: Call) -> AccountId:
    """The account behind a phone that somebody left to be answered at; made when there is none. Tells nothing about it.

    The phone is not proven by this: whoever holds it proves that by a one-time code before seeing anything.
    """
    permission.require(call.actor, "contact.keep", TOWN_WIDE)
    phone_hmac = secrecy.keyed_hash(rules.phone(phone))
    known = _behind(phone_hmac)
    if known is None:  # two first reports at once from one phone: the later waits, and finds the account of the earlier
        take_turn(phone_hmac)
        known = _behind(phone_hmac)
    return known or new_resident(phone, call, name=name, language=language).account_id


def _behind(phone_hmac: bytes) -> AccountId | None:
    found = Account.objects.filter(phone_hmac=phone_hmac).values_list("id", flat=True).first()
    return AccountId(found) if found else None


def new_resident(
    phone: str, call: Call, *, name: str = "", language: str, demonstration: bool = False
) -> facts.ResidentRegistered:
    """Record a resident's account, inside a step that has asked. Raises BadPhone, PhoneTaken."""
    phone_cipher, phone_hmac = _sealed_phone(phone)
    name_cipher, name_hash = _sealed_name(name)
    fact = facts.ResidentRegistered(
        AccountId(ids.new_id(call.now)),
        language,
        demonstration,
        name_cipher=name_cipher,
        name_hash=name_hash,
        phone_cipher=phone_cipher,
        phone_hmac=phone_hmac,
    )
    record(fact, call=call)
    return fact


def _sealed_name(name: str) -> tuple[bytes | None, bytes | None]:
    name = rules.person_name(name) if name.strip() else ""
    return (secrecy.seal(name), secrecy.keyed_hash(name)) if name else (None, None)


def _sealed_phone(phone: str | None) -> tuple[bytes | None, bytes | None]:
    """Ciphertext and keyed hash of a phone that no account has yet. Raises BadPhone, PhoneTaken."""
    if phone is None:
        return None, None
    digits = rules.phone(phone)
    phone_hmac = secrecy.keyed_hash(digits)
    if Account.objects.filter(phone_hmac=phone_hmac).exists():
        raise PhoneTaken
    return secrecy.seal(digits), phone_hmac


def _own(account_id: AccountId) -> Where:
    return Where(owners=frozenset({account_id}))


def _locked(account_id: AccountId) -> Account:
    account = Account.objects.select_for_update().filter(pk=account_id, erased=False).first()
    if account is None:
        raise NotFound
    return account


def _keep_an_administrator(account_id: AccountId, grant_id: UUID | None = None) -> None:
    """Refuses to end the town's last administrator: `account_id`, or only the one role `grant_id` of it.

    All of them are locked, so that two administrators cannot end each other at the same moment. Raises LastAdministrator.
    """
    serving = Grant.objects.filter(role=ADMINISTRATOR, account__active=True, account__erased=False)
    held = serving.select_for_update().order_by("pk")
    ending = {one.pk for one in held if one.account_id == account_id and grant_id in (None, one.pk)}
    if ending and len(ending) == len(held):
        raise LastAdministrator


@step("account.set_password")
def set_password(account_id: AccountId, password: str, *, call: Call) -> facts.PasswordSet:
    """Give a member of staff another password; older sessions end. Raises WeakPassword, NotFound."""
    permission.require(call.actor, "account.set_password", _own(account_id))
    account = _locked(account_id)
    if account.kind != "staff":
        raise NotFound
    fact = facts.PasswordSet(account_id, password_hash=passwords.hashed(password, account.username or ""))
    record(fact, call=call)
    return fact


@step("account.change_own")
def change_own_details(
    *, name: str | None = None, language: str | None = None, large_type: bool | None = None, call: Call
) -> facts.DetailsChanged:
    """Change one's own name, language or large-type preference; None leaves it as it is, an empty name takes it away."""
    account_id = call.actor.account_id
    permission.require(call.actor, "account.change_own", _own(account_id) if account_id else TOWN_WIDE)
    if account_id is None:
        raise NotFound
    account = _locked(account_id)
    cipher, digest = account.name_cipher, account.name_hash
    if name is not None:
        cipher, digest = _sealed_name(name)
    fact = facts.DetailsChanged(
        account_id,
        account.language if language is None else language,
        account.large_type if large_type is None else large_type,
        name_cipher=bytes(cipher) if cipher else None,
        name_hash=bytes(digest) if digest else None,
    )
    record(fact, call=call)
    return fact


@step("account.rename")
def rename_account(account_id: AccountId, name: str, *, call: Call) -> facts.DetailsChanged:
    """Correct the name of a member of staff. Raises NameMissing, NotFound."""
    permission.require(call.actor, "account.rename", TOWN_WIDE)
    account, name = _locked(account_id), rules.person_name(name)
    if account.kind != "staff":
        raise NotFound
    fact = facts.DetailsChanged(
        account_id,
        account.language,
        account.large_type,
        name_cipher=secrecy.seal(name),
        name_hash=secrecy.keyed_hash(name),
    )
    record(fact, call=call)
    return fact


@step("account.deactivate")
def deactivate(account_id: AccountId, *, call: Call) -> facts.AccountDeactivated:
    """Close an account until further notice; its sessions end at once. Raises NotFound, LastAdministrator."""
    permission.require(call.actor, "account.deactivate", TOWN_WIDE)
    _keep_an_administrator(account_id)
    _locked(account_id)
    fact = facts.AccountDeactivated(account_id)
    record(fact, call=call)
    return fact


@step("account.reactivate")
def reactivate(account_id: AccountId, *, call: Call) -> facts.AccountReactivated:
    """Open a closed account again. Raises NotFound, also for an erased one."""
    permission.require(call.actor, "account.reactivate", TOWN_WIDE)
    _locked(account_id)
    fact = facts.AccountReactivated(account_id)
    record(fact, call=call)
    return fact


@step("role.grant")
def grant_role(
    account_id: AccountId, role: str, *, scope: ScopeKind | None = None, scope_id: UUID | None = None, call: Call
) -> facts.RoleGranted:
    """Give a role, there where `scope` says (its usual scope when None); `scope_id` is the team or the committee's place.

    Raises UnknownRole, RoleNeedsGround, RoleHeld, AdministratorsApart, NotFound.
    """
    permission.require(call.actor, "role.grant", TOWN_WIDE)
    known = permission.roles()
    scope = scope or ScopeKind(str(known.get(role, {}).get("scope", "own")))
    rules.grant(known, role, scope, scope_id)
    _locked(account_id)
    if scope == ScopeKind.TEAM and scope_id is not None and not Team.objects.filter(pk=scope_id).exists():
        raise NotFound
    if Grant.objects.filter(account_id=account_id, role=role, scope=scope, scope_id=scope_id).exists():
        raise RoleHeld(role=role)
    rules.kept_apart(role, Grant.objects.filter(account_id=account_id).values_list("role", flat=True))
    fact = facts.RoleGranted(account_id, ids.new_id(call.now), role, scope, scope_id)
    record(fact, call=call)
    return fact


@step("role.revoke")
def revoke_role(grant_id: UUID, *, call: Call) -> facts.RoleRevoked:
    """Take a role back; it counts no longer from the next request on. Raises NotFound, LastAdministrator."""
    permission.require(call.actor, "role.revoke", TOWN_WIDE)
    grant = Grant.objects.select_for_update().filter(pk=grant_id).first()
    if grant is None:
        raise NotFound
    _keep_an_administrator(AccountId(grant.account_id), grant_id)
    fact = facts.RoleRevoked(AccountId(grant.account_id), grant_id)
    record(fact, call=call)
    return fact


@step("person.unmask")
def unmask_person(
    account_id: AccountId, *, purpose: str = "", about: str = "", team_id: TeamId | None = None, call: Call
) -> facts.PersonUnmasked:
    """Note that somebody looks at a person's full name and phone, and why (`call.reason`); queries.unmasked takes the answer.

    The step that opens a case's person gives its `purpose` (a code), the case's number, and the team in whose hands it
    is, so that the team's own people may look. Raises ReasonMissing, NotFound.
    """
    held = queries.ground_of_team(team_id)
    ground = Where(held.committee, held.teams, frozenset({account_id}))
    permission.require(call.actor, "person.unmask", ground)
    if not call.reason.strip():
        raise ReasonMissing
    _locked(account_id)
    role = permission.role_for(call.actor, "person.unmask", ground)
    fact = facts.PersonUnmasked(account_id, call.actor.account_id, purpose, about, role, team_id)
    record(fact, call=call)
    return fact


@step("account.erase")
def erase_person(account_id: AccountId, *, ground: str = ERASURE_GROUND, call: Call) -> facts.PersonErased:
    """Take a person out: the row is blanked, the private payloads of the account's entries go, roles and log-in end.

    `call.reason` says why and `ground` names the law; both stay. What other modules keep under the account's id they
    erase in their own steps. Raises NotFound, LastAdministrator, ErasureNeedsGround.
    """
    permission.require(call.actor, "account.erase", _own(account_id))
    _keep_an_administrator(account_id)
    account = _locked(account_id)
    OneTimeCode.objects.filter(phone_hmac=account.phone_hmac).delete()
    UntoldText.objects.filter(account=account_id).delete()
    RecoveryCode.objects.filter(account=account_id).delete()
    fact = facts.PersonErased(account_id)
    record(fact, call=call)
    erase_private("account", account_id, ground=ground, call=call)
    return fact
