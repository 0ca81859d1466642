"""Who works and lives here, as far as the town must know it: accounts, teams, grants, shifts.

There is no time of the last log-in, and nothing that measures a person (domain, Part 3). Names and phones are
ciphertext; a keyed hash finds them. One-time codes and refused passwords are passing things: no fact, swept away.
"""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q


class Account(AbstractBaseUser):
    """A member of staff (logs in by username and password) or a resident (by phone and one-time code)."""

    last_login = None  # bright line: nobody's log-ins are counted or dated
    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    username = models.TextField(null=True, unique=True)
    name_cipher = models.BinaryField(null=True)
    name_hash = models.BinaryField(null=True, db_index=True)
    phone_cipher = models.BinaryField(null=True)
    phone_hmac = models.BinaryField(null=True, unique=True)
    email_cipher = models.BinaryField(null=True)
    """Where a member of staff wants notices by mail, if anywhere."""
    totp_cipher = models.BinaryField(null=True)
    """The secret of the app whose codes are the second step of logging in; null: a password is enough to come in."""
    active = models.BooleanField()
    erased = models.BooleanField(default=False)
    demonstration = models.BooleanField(default=False)
    """An invented person: may log in only while the town is a demonstration."""
    language = models.TextField(default="zh-hans")
    large_type = models.BooleanField(default=False)

    objects = BaseUserManager["Account"]()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        db_table = "account"
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=("staff", "resident")), name="account_kind_known"),
            models.CheckConstraint(
                condition=Q(kind="resident", username=None) | Q(kind="staff", username__isnull=False),
                name="account_username_is_for_staff",
            ),
            models.CheckConstraint(
                condition=Q(erased=False)
                | Q(
                    name_cipher=None,
                    name_hash=None,
                    phone_cipher=None,
                    phone_hmac=None,
                    email_cipher=None,
                    totp_cipher=None,
                ),
                name="account_erased_is_blank",
            ),
        )

    def __str__(self) -> str:
        """The username; a resident has none and is called by the identifier, never by name or phone."""
        return self.username or str(self.id)

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Django's name for it."""
        return self.active


class Team(models.Model):
    """A department of the town, a team in one, or the office of a committee (居委会)."""

    id = models.UUIDField(primary_key=True)
    code = models.TextField(unique=True)
    kind = models.TextField()
    name_zh = models.TextField()
    name_en = models.TextField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    committee_id = models.UUIDField(null=True, unique=True)
    """The place (kernel/places) that a committee's office answers for."""
    position = models.IntegerField(default=0)
    """Where it stands in the town's own list of its departments."""

    class Meta:
        db_table = "team"
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=("department", "team", "committee")), name="team_kind_known"),
            models.CheckConstraint(
                condition=Q(committee_id=None) | Q(kind="committee"), name="team_of_a_place_is_a_committee"
            ),
        )


class Grant(models.Model):
    """A role that an account holds, and where it counts."""

    id = models.UUIDField(primary_key=True)
    account = models.ForeignKey("people.Account", models.CASCADE, related_name="grants")
    role = models.TextField()
    scope = models.TextField()
    scope_id = models.UUIDField(null=True)

    class Meta:
        db_table = "account_grant"
        constraints = (
            models.UniqueConstraint(
                fields=["account", "role", "scope", "scope_id"], nulls_distinct=False, name="grant_once"
            ),
            models.CheckConstraint(
                condition=Q(scope__in=("team", "committee"), scope_id__isnull=False)
                | Q(scope__in=("own", "town"), scope_id=None),
                name="grant_scope_names_its_ground",
            ),
        )
        indexes = (models.Index(fields=["scope_id", "role"], name="grant_members"),)


class Shift(models.Model):
    """A team can be reached during this time, and how. It names the team, never who was present."""

    id = models.UUIDField(primary_key=True)
    team = models.ForeignKey("people.Team", models.CASCADE, related_name="shifts")
    during = DateTimeRangeField()
    note = models.TextField(blank=True)

    class Meta:
        db_table = "shift"
        indexes = (models.Index(fields=["team", "during"], name="shift_of_team"),)


class OneTimeCode(models.Model):
    """A code sent to a phone. Passing: journaled nowhere, swept a day after."""

    id = models.UUIDField(primary_key=True)
    phone_hmac = models.BinaryField()
    code_hash = models.BinaryField()
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    wrong = models.SmallIntegerField(default=0)
    used = models.BooleanField(default=False)
    address_hmac = models.BinaryField(null=True)
    """Where it was asked from, as keyed hash, to count by; null for this machine itself."""
    device_hmac = models.BinaryField(null=True)
    """The mark of the device, as keyed hash, when the phone was confirmed there before."""

    class Meta:
        db_table = "one_time_code"
        indexes = (models.Index(fields=["phone_hmac", "requested_at"], name="code_of_phone"),)


class RefusedPassword(models.Model):
    """That a password did not fit a username (as keyed hash), so that guessing becomes slow. Swept after an hour."""

    username_hmac = models.BinaryField()
    refused_at = models.DateTimeField()
    address_hmac = models.BinaryField(null=True)
    """Where it was tried from, as keyed hash; null for this machine itself."""
    device_hmac = models.BinaryField(null=True)
    """The mark of the device, as keyed hash, when the account proved itself there before."""

    class Meta:
        db_table = "refused_password"
        indexes = (
            models.Index(fields=["username_hmac", "refused_at"], name="refused_username"),
            models.Index(fields=["address_hmac", "refused_at"], name="refused_address"),
        )


class SpentCode(models.Model):
    """A code of the second step that was used, as keyed hash with its account, so that nobody uses it again. Swept with the hour."""

    id = models.BigAutoField(primary_key=True)
    code_hmac = models.BinaryField(unique=True)
    spent_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "spent_code"


class RecoveryCode(models.Model):
    """A code that stands in for the app once, as keyed hash. Gone when it is used; when, nobody can tell."""

    id = models.BigAutoField(primary_key=True)
    account = models.UUIDField()
    code_hmac = models.BinaryField(unique=True)

    class Meta:
        db_table = "recovery_code"
        indexes = (models.Index(fields=["account"], name="recovery_of_account"),)


class VisitorSending(models.Model):
    """That somebody not logged in sent a report or a photo, by address (as keyed hash), never which. Swept after an hour."""

    id = models.BigAutoField(primary_key=True)
    what = models.TextField()
    address_hmac = models.BinaryField()
    sent_at = models.DateTimeField()

    class Meta:
        db_table = "visitor_sending"
        indexes = (models.Index(fields=["address_hmac", "what", "sent_at"], name="sent_from_address"),)


class UntoldText(models.Model):
    """A text that has not gone out yet, or was given up: to whom by account, what by key. Passing: see steps/telling.py."""

    id = models.BigAutoField(primary_key=True)
    account = models.UUIDField()
    about = models.UUIDField()
    """The thing it is about, such as a case."""
    key = models.TextField()
    parameters = models.JSONField()
    planned_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    """Why the last try failed: one of codes.REASONS, never the provider's own words."""
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "untold_text"
        indexes = (
            models.Index(fields=["next_at", "id"], name="text_to_send", condition=Q(given_up_at=None)),
            models.Index(fields=["about"], name="text_about"),
        )


class SecurityEvent(models.Model):
    """A line of the security log: somebody of the staff came in, was refused, or carried rows away (securitylog.py).

    Only added to; the database refuses to change a line, and to delete one that is younger than six months (migration 0009).
    """

    id = models.BigAutoField(primary_key=True)
    happened_at = models.DateTimeField(db_index=True)
    what = models.TextField()
    account = models.UUIDField(null=True)
    """Whom it is about; null for a username that nobody has."""
    done_by = models.UUIDField(null=True)
    """Who did it, where it was another."""
    door = models.TextField()
    address_cipher = models.BinaryField(null=True)
    about = models.JSONField(default=dict)

    class Meta:
        db_table = "security_event"
        indexes = (models.Index(fields=["account", "what", "happened_at"], name="security_of_account"),)


class OpenSession(models.Model):
    """A session of staff that is open (opensessions.py). Passing: gone with the session; only its holder sees it."""

    id = models.UUIDField(primary_key=True)
    account = models.UUIDField()
    opened_at = models.DateTimeField()
    used_at = models.DateTimeField()
    """When a page was asked for, to five minutes."""
    device = models.TextField(blank=True)
    address_cipher = models.BinaryField(null=True)

    class Meta:
        db_table = "open_session"
        indexes = (models.Index(fields=["account", "used_at"], name="open_session_of_account"),)


class SecretCheck(models.Model):
    """A row for each key of the town's secret, which only that key makes: a start without one of them is refused (sealing.py). It tells
    nothing of the key. `id`: which key, from 1.
    """

    id = models.SmallIntegerField(primary_key=True)
    value = models.BinaryField()

    class Meta:
        db_table = "secret_check"
        constraints = (models.CheckConstraint(condition=Q(id__gte=1, id__lte=255), name="secret_check_of_a_key"),)
