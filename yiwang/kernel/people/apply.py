"""Facts about people and teams, turned into rows: live and on replay."""

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from yiwang.kernel.journal.registry import Entry, applies
from yiwang.kernel.people import facts
from yiwang.kernel.people.models import Account, Grant, Shift, Team

NO_PASSWORD = "!"  # noqa: S105
"""Django's mark for a password that nothing fits."""


@applies(facts.TeamCreated)
def team_created(fact: facts.TeamCreated, entry: Entry) -> None:
    Team.objects.create(
        id=fact.team_id,
        code=fact.code,
        kind=fact.kind,
        name_zh=fact.name_zh,
        name_en=fact.name_en,
        parent_id=fact.parent_id,
        committee_id=fact.committee_id,
        position=fact.position,
    )


@applies(facts.TeamChanged)
def team_changed(fact: facts.TeamChanged, entry: Entry) -> None:
    Team.objects.filter(pk=fact.team_id).update(
        name_zh=fact.name_zh,
        name_en=fact.name_en,
        parent_id=fact.parent_id,
        committee_id=fact.committee_id,
        position=fact.position,
    )


def _erased_username(account_id: object) -> str:
    """A username must be something: what an erased member of staff has instead."""
    return f"erased-{account_id}"


@applies(facts.AccountCreated)
def account_created(fact: facts.AccountCreated, entry: Entry) -> None:
    Account.objects.create(
        id=fact.account_id,
        kind="staff",
        username=fact.username or _erased_username(fact.account_id),
        password=fact.password_hash or NO_PASSWORD,
        name_cipher=fact.name_cipher,
        name_hash=fact.name_hash,
        phone_cipher=fact.phone_cipher,
        phone_hmac=fact.phone_hmac,
        active=True,
        demonstration=fact.demonstration,
        language=fact.language,
    )


@applies(facts.ResidentRegistered)
def resident_registered(fact: facts.ResidentRegistered, entry: Entry) -> None:
    Account.objects.create(
        id=fact.account_id,
        kind="resident",
        password=NO_PASSWORD,
        name_cipher=fact.name_cipher,
        name_hash=fact.name_hash,
        phone_cipher=fact.phone_cipher,
        phone_hmac=fact.phone_hmac,
        active=True,
        demonstration=fact.demonstration,
        language=fact.language,
    )


@applies(facts.DetailsChanged)
def details_changed(fact: facts.DetailsChanged, entry: Entry) -> None:
    Account.objects.filter(pk=fact.account_id).update(
        language=fact.language, large_type=fact.large_type, name_cipher=fact.name_cipher, name_hash=fact.name_hash
    )


@applies(facts.MailAddressSet)
def mail_address_set(fact: facts.MailAddressSet, entry: Entry) -> None:
    Account.objects.filter(pk=fact.account_id).update(email_cipher=fact.email_cipher)


@applies(facts.PasswordSet)
def password_set(fact: facts.PasswordSet, entry: Entry) -> None:
    Account.objects.filter(pk=fact.account_id).update(password=fact.password_hash or NO_PASSWORD)


@applies(facts.SecondFactorSet)
def second_factor_set(fact: facts.SecondFactorSet, entry: Entry) -> None:
    Account.objects.filter(pk=fact.account_id).update(totp_cipher=fact.totp_cipher)


@applies(facts.SecondFactorReset)
def second_factor_reset(fact: facts.SecondFactorReset, entry: Entry) -> None:
    Account.objects.filter(pk=fact.account_id).update(totp_cipher=None)


@applies(facts.AccountDeactivated)
def account_deactivated(fact: facts.AccountDeactivated, entry: Entry) -> None:
    Account.objects.filter(pk=fact.account_id).update(active=False)


@applies(facts.AccountReactivated)
def account_reactivated(fact: facts.AccountReactivated, entry: Entry) -> None:
    Account.objects.filter(pk=fact.account_id).update(active=True)


@applies(facts.RoleGranted)
def role_granted(fact: facts.RoleGranted, entry: Entry) -> None:
    Grant.objects.create(
        id=fact.grant_id, account_id=fact.account_id, role=fact.role, scope=fact.scope, scope_id=fact.scope_id
    )


@applies(facts.RoleRevoked)
def role_revoked(fact: facts.RoleRevoked, entry: Entry) -> None:
    Grant.objects.filter(pk=fact.grant_id).delete()


@applies(facts.PersonUnmasked)
def person_unmasked(fact: facts.PersonUnmasked, entry: Entry) -> None:
    """Looking changes no row; that somebody looked, and why, stands in the entry."""


@applies(facts.PersonErased)
def person_erased(fact: facts.PersonErased, entry: Entry) -> None:
    Grant.objects.filter(account_id=fact.account_id).delete()
    blank = {
        "password": NO_PASSWORD,
        "name_cipher": None,
        "name_hash": None,
        "phone_cipher": None,
        "phone_hmac": None,
        "email_cipher": None,
        "totp_cipher": None,
        "active": False,
        "erased": True,
    }
    Account.objects.filter(pk=fact.account_id).update(**blank)
    Account.objects.filter(pk=fact.account_id, kind="staff").update(username=_erased_username(fact.account_id))


@applies(facts.ShiftPlanned)
def shift_planned(fact: facts.ShiftPlanned, entry: Entry) -> None:
    Shift.objects.create(
        id=fact.shift_id, team_id=fact.team_id, during=DateTimeTZRange(fact.begins_at, fact.ends_at), note=fact.note
    )


@applies(facts.ShiftCancelled)
def shift_cancelled(fact: facts.ShiftCancelled, entry: Entry) -> None:
    Shift.objects.filter(pk=fact.shift_id).delete()
