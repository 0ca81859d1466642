"""The tables of reports. No decisions here."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Report(models.Model):
    """What one person told the town. It keeps its number and its reporter whatever becomes of its case."""

    id = models.UUIDField(primary_key=True)
    number = models.TextField(unique=True)
    channel = models.TextField()
    source_key = models.TextField(null=True)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    reporter = models.UUIDField(null=True)
    on_behalf = models.UUIDField(null=True)
    title = models.TextField(blank=True)
    text = models.TextField(blank=True)
    place_text = models.TextField(blank=True)
    contact_cipher = models.BinaryField(null=True)
    """What was written in place of a telephone, or beside it, sealed."""
    photos = ArrayField(models.TextField(), default=list)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()
    read = models.BooleanField(default=False)
    forget_asked_at = models.DateTimeField(null=True)
    forget_ground = models.TextField(blank=True)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "report"
        constraints = (models.UniqueConstraint(fields=["channel", "source_key"], name="report_once_per_source"),)
        indexes = (
            models.Index(fields=["received_at"], name="report_unread", condition=Q(read=False)),
            models.Index(fields=["reporter", "-happened_at"], name="report_of", condition=Q(reporter__isnull=False)),
            models.Index(
                fields=["forget_asked_at"],
                name="report_to_forget",
                condition=Q(forget_asked_at__isnull=False, forgotten_at=None),
            ),
            models.Index(fields=["on_behalf"], name="report_for", condition=Q(on_behalf__isnull=False)),
        )


class ReportAdvice(models.Model):
    """What the reader made of a report: suggestions with reasons, never decisions."""

    report = models.OneToOneField(Report, models.CASCADE, primary_key=True, related_name="advice")
    reader = models.TextField()
    top_code = models.TextField(blank=True)
    top_probability = models.FloatField()
    types = models.JSONField(default=list)
    places = models.JSONField(default=list)
    duplicates = models.JSONField(default=list)

    class Meta:
        db_table = "report_advice"


class SheetColumns(models.Model):
    """How the columns of a kind of sheet were read last time."""

    sheet = models.TextField(primary_key=True)
    columns = models.JSONField()
    datum = models.TextField(blank=True, default="")
    """What the coordinates of such a sheet refer to where no column says so; empty where nobody said it."""

    class Meta:
        db_table = "sheet_columns"


class SheetImport(models.Model):
    """A sheet that was handed in on a page: how far the worker is with it, then what came of it. Passing: see sheetqueue.py."""

    id = models.UUIDField(primary_key=True)
    by = models.UUIDField()
    """The account in whose name it is imported."""
    door = models.TextField()
    filename = models.TextField()
    columns = models.JSONField(null=True)
    datum = models.TextField(blank=True, default="")
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
        db_table = "sheet_import"
        indexes = (
            models.Index(fields=["received_at"], name="sheet_to_import", condition=Q(finished_at=None)),
            models.Index(fields=["-received_at"], name="sheet_import_newest"),
        )


class DataClaim(models.Model):
    """What a resident asked about their own data, by when it is to be answered, and the answer."""

    id = models.UUIDField(primary_key=True)
    account = models.UUIDField(null=True)
    kind = models.TextField()
    report = models.UUIDField(null=True)
    number = models.TextField(blank=True)
    due_on = models.DateField()
    rule = models.TextField()
    words = models.TextField(blank=True)
    made_at = models.DateTimeField()
    outcome = models.TextField(blank=True, default="")
    role = models.TextField(blank=True, default="")
    answer = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "data_claim"
        indexes = (
            models.Index(fields=["account", "-id"], name="data_claim_of", condition=Q(account__isnull=False)),
            models.Index(fields=["due_on"], name="data_claim_waits", condition=Q(answered_at=None, forgotten_at=None)),
        )
