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

    class Meta:
        db_table = "notice"
        constraints = (models.UniqueConstraint(fields=["account", "kind", "source"], name="notice_once"),)
        indexes = (
            models.Index(fields=["account", "-unread", "-at"], name="notice_of_account"),
            models.Index(fields=["subject_id"], name="notice_open", condition=Q(unread=True)),
            models.Index(fields=["kind", "source"], name="notice_of_source"),
            models.Index(fields=["at"], name="notice_to_sweep"),
        )


class NoticeChoice(models.Model):
    """The kinds of notices that somebody does not want."""

    account = models.UUIDField(primary_key=True)
    muted = ArrayField(models.TextField(), default=list)

    class Meta:
        db_table = "notice_choice"
