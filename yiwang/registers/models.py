"""The tables of registers (design §8). Rows are written by apply.py only; what no longer holds keeps its row."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class RegisterRow(models.Model):
    """What a register says under a key from a day on, and until the day before `valid_to`."""

    id = models.UUIDField(primary_key=True, editable=False)
    register = models.TextField()
    key = models.TextField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    values = models.JSONField()
    measures = models.JSONField(default=dict)
    """As what each value was recorded (type and unit, by field): a pack may declare the field in another way later. Empty in rows
    that were entered before this was kept."""
    earlier = models.JSONField(default=list)
    """What this row said before it was corrected: values, measures, moment, actor and reason of each correction."""
    entry = models.BigIntegerField()
    """The last journal entry that changed what the row says."""

    class Meta:
        db_table = "register_row"
        indexes = (models.Index(fields=["entry"], name="register_row_entry"),)
        constraints = (
            models.UniqueConstraint(fields=["register", "key", "valid_from"], name="register_row_once"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
                name="register_row_dates_in_order",
            ),
        )


class RegisterLoad(models.Model):
    """A sheet that was read into a register: which, when, and what came of it."""

    id = models.UUIDField(primary_key=True, editable=False)
    register = models.TextField()
    at = models.DateTimeField()
    filename = models.TextField()
    sha256 = models.TextField()
    entered = models.IntegerField()
    unchanged = models.IntegerField()
    refused = models.IntegerField()

    class Meta:
        db_table = "register_load"
        indexes = (models.Index(fields=["register", "-at"], name="register_load_newest"),)


class RegisterSheet(models.Model):
    """A sheet that was handed in on a page: how far the worker is with it, then what came of it. Passing: see sheetqueue.py."""

    id = models.UUIDField(primary_key=True)
    register = models.TextField()
    by = models.UUIDField()
    """The account in whose name it is taken in."""
    door = models.TextField()
    filename = models.TextField()
    language = models.TextField()
    """In which language its refusals name the columns."""
    content = models.BinaryField(null=True)
    """The file, sealed; gone when the work is done."""
    state = models.TextField()
    phase = models.TextField(blank=True)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    tries = models.SmallIntegerField(default=0)
    outcome = models.BinaryField(null=True)
    """JSON, sealed: refusals quote the sheet's cells."""
    received_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "register_sheet"
        indexes = (
            models.Index(fields=["received_at"], name="register_sheet_waits", condition=models.Q(finished_at=None)),
            models.Index(fields=["register", "-received_at"], name="register_sheet_newest"),
        )


class SignedEvidence(models.Model):
    """How somebody said a subject (a promise of the plan) stood on a day, and why that is right; and whether it still counts."""

    id = models.UUIDField(primary_key=True, editable=False)
    subject_kind = models.TextField()
    subject_ref = models.TextField()
    owner = models.TextField()
    """The code of the department that answers for the subject, as it was when it was signed."""
    as_of = models.DateField()
    value = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    unit = models.TextField(blank=True)
    done = models.BooleanField()
    why = models.TextField()
    document_number = models.TextField(blank=True)
    files = ArrayField(models.TextField(), default=list)
    role = models.TextField()
    signed_at = models.DateTimeField()
    signed_by = models.UUIDField(null=True)
    entry = models.BigIntegerField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(blank=True)
    withdrawn_role = models.TextField(blank=True)
    withdrawn_by = models.UUIDField(null=True)
    withdrawn_entry = models.BigIntegerField(null=True)

    class Meta:
        db_table = "signed_evidence"
        indexes = (models.Index(fields=["subject_kind", "subject_ref", "-as_of"], name="signed_evidence_subject"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(value__isnull=True) | models.Q(done=False), name="signed_evidence_one_thing"
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_entry__isnull=True)
                | models.Q(withdrawn_at__isnull=False, withdrawn_entry__isnull=False),
                name="signed_evidence_withdrawn_whole",
            ),
        )
