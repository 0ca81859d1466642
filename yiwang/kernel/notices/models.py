"""What lies before whom. A notice is a passing row: no fact, no moment of reading, swept away (rules.READ_KEPT)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Notice(models.Model):
    """One thing that one member of staff should hear. It names the thing and holds no words about it."""

    id = models.BigAutoField(primary_key=True)
    account = models.UUIDField()
    kind = models.TextField()
    subject_kind = models.TextField()
    subject_id = models.UUIDField()
    source = models.TextField()
    """What made it, `entry:<id>` or `clock:<id>`: the same is told once."""
    detail = models.TextField(blank=True)
    """The key of a word that says more; empty for none."""
    at = models.DateTimeField()
    unread = models.BooleanField(default=True)
    to_mail = models.BooleanField(default=False)
    """It waits to go out by mail; no more once it was mailed, read or seen to."""

    class Meta:
        db_table = "notice"
        constraints = (models.UniqueConstraint(fields=["account", "kind", "source"], name="notice_once"),)
        indexes = (
            models.Index(fields=["account", "-unread", "-at"], name="notice_of_account"),
            models.Index(fields=["subject_id"], name="notice_open", condition=Q(unread=True)),
            models.Index(fields=["kind", "source"], name="notice_of_source"),
            models.Index(fields=["at"], name="notice_to_sweep"),
            models.Index(fields=["account", "at"], name="notice_to_mail", condition=Q(to_mail=True)),
        )


class NoticeChoice(models.Model):
    """The kinds of notices that somebody does not want, and those that also go out by mail, and when."""

    account = models.UUIDField(primary_key=True)
    muted = ArrayField(models.TextField(), default=list)
    mailed = ArrayField(models.TextField(), default=list)
    pace = models.TextField(blank=True, default="")

    class Meta:
        db_table = "notice_choice"


class NoticeMail(models.Model):
    """A mail that is under way or was not taken: one at most for each account. Passing: gone when one arrives."""

    account = models.UUIDField(primary_key=True)
    tries = models.SmallIntegerField(default=0)
    next_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    """Why the last try failed: one of codes.REASONS or `fault`, never the provider's own words."""

    class Meta:
        db_table = "notice_mail"
