"""What can happen to accounts, teams and shifts. Pure.

Everything that is about a person is a private field: sealed already where it must be read again, hashed where it must
only be found or compared. After erasure these fields are None.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yiwang.kernel.terms import AccountId, PlaceId, ScopeKind, TeamId, fact, private


@fact("team.created", subject="team_id")
@dataclass(frozen=True, slots=True)
class TeamCreated:
    """A department, team or committee's office came into the town's list."""

    team_id: TeamId
    code: str
    kind: str
    name_zh: str
    name_en: str
    parent_id: TeamId | None
    committee_id: PlaceId | None
    position: int


@fact("team.changed", subject="team_id")
@dataclass(frozen=True, slots=True)
class TeamChanged:
    """A team has other names, another parent, committee or position than before; all of them as they are now."""

    team_id: TeamId
    name_zh: str
    name_en: str
    parent_id: TeamId | None
    committee_id: PlaceId | None
    position: int


@fact("account.created", subject="account_id")
@dataclass(frozen=True, slots=True)
class AccountCreated:
    """A member of staff has an account. `demonstration`: an invented person, who may log in only in a demonstration."""

    account_id: AccountId
    language: str
    demonstration: bool
    username: str | None = private(default=None)
    name_cipher: bytes | None = private(default=None)
    name_hash: bytes | None = private(default=None)
    phone_cipher: bytes | None = private(default=None)
    phone_hmac: bytes | None = private(default=None)
    password_hash: str | None = private(default=None)


@fact("account.registered", subject="account_id")
@dataclass(frozen=True, slots=True)
class ResidentRegistered:
    """A resident's phone became known, by its first confirmed code."""

    account_id: AccountId
    language: str
    demonstration: bool
    name_cipher: bytes | None = private(default=None)
    name_hash: bytes | None = private(default=None)
    phone_cipher: bytes | None = private(default=None)
    phone_hmac: bytes | None = private(default=None)


@fact("account.changed", subject="account_id")
@dataclass(frozen=True, slots=True)
class DetailsChanged:
    """A person changed what the town knows of them; the fields hold what stands from now on."""

    account_id: AccountId
    language: str
    large_type: bool
    name_cipher: bytes | None = private(default=None)
    name_hash: bytes | None = private(default=None)


@fact("account.mail_address_set", subject="account_id")
@dataclass(frozen=True, slots=True)
class MailAddressSet:
    """A member of staff has this address for notices by mail; None: none any more."""

    account_id: AccountId
    email_cipher: bytes | None = private(default=None)


@fact("account.password_set", subject="account_id")
@dataclass(frozen=True, slots=True)
class PasswordSet:
    """A new password holds; every older session of the account ends."""

    account_id: AccountId
    password_hash: str | None = private(default=None)


@fact("account.second_factor_set", subject="account_id")
@dataclass(frozen=True, slots=True)
class SecondFactorSet:
    """Logging in takes a code of this app from now on; sessions without one end."""

    account_id: AccountId
    totp_cipher: bytes | None = private(default=None)


@fact("account.second_factor_reset", subject="account_id")
@dataclass(frozen=True, slots=True)
class SecondFactorReset:
    """A colleague took the app from the account, because it was lost; the entry says why."""

    account_id: AccountId


@fact("account.deactivated", subject="account_id")
@dataclass(frozen=True, slots=True)
class AccountDeactivated:
    """The account cannot be used until it is given back."""

    account_id: AccountId


@fact("account.reactivated", subject="account_id")
@dataclass(frozen=True, slots=True)
class AccountReactivated:
    """The account can be used again."""

    account_id: AccountId


@fact("account.role_granted", subject="account_id")
@dataclass(frozen=True, slots=True)
class RoleGranted:
    """The account holds a role, there where the scope says."""

    account_id: AccountId
    grant_id: UUID
    role: str
    scope: ScopeKind
    scope_id: UUID | None


@fact("account.role_revoked", subject="account_id")
@dataclass(frozen=True, slots=True)
class RoleRevoked:
    """The account holds that role no longer."""

    account_id: AccountId
    grant_id: UUID


@fact("account.unmasked", subject="account_id")
@dataclass(frozen=True, slots=True)
class PersonUnmasked:
    """Somebody looked at a person's full name and phone. Needed to read them (queries.unmasked), and shown to the person:
    by which role and department, for what (`purpose`, a code), about which case (`about`, its number); never the name.
    """

    account_id: AccountId
    by: AccountId | None
    purpose: str = ""
    about: str = ""
    role: str = ""
    team_id: TeamId | None = None


@fact("account.erased", subject="account_id")
@dataclass(frozen=True, slots=True)
class PersonErased:
    """Name, phone and password of the account are gone, in its row and in the journal's private payloads."""

    account_id: AccountId


@fact("team.shift_planned", subject="team_id")
@dataclass(frozen=True, slots=True)
class ShiftPlanned:
    """A team can be reached from `begins_at` until before `ends_at`; the note says how."""

    team_id: TeamId
    shift_id: UUID
    begins_at: datetime
    ends_at: datetime
    note: str


@fact("team.shift_cancelled", subject="team_id")
@dataclass(frozen=True, slots=True)
class ShiftCancelled:
    """A planned shift does not take place."""

    team_id: TeamId
    shift_id: UUID
