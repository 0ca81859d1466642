"""The tables of indicators: those worked out from the journal by readers (steps.py), and what was released (apply.py)."""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

NOBODY = UUID(int=0)
"""Stands for no committee and for no department yet, so that cells have a key."""


class EvidenceCase(models.Model):
    """How a case stood in the figures from a moment to the next change (cases.outcomes)."""

    case_id = models.UUIDField()
    part = models.UUIDField(null=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    month = models.DateField()
    """The first day of the month in which the town received it."""
    committee = models.UUIDField()
    team = models.UUIDField()
    source = models.TextField()
    type_code = models.TextField()
    holds = ArrayField(models.TextField())

    class Meta:
        db_table = "evidence_case"
        constraints = (
            models.UniqueConstraint(fields=["case_id", "part", "since"], name="evidence_once", nulls_distinct=False),
        )
        indexes = (
            models.Index(fields=["month", "committee", "team"], name="evidence_today", condition=Q(until=None)),
            models.Index(fields=["since"], name="evidence_since"),
        )


class EvidenceMeasured(models.Model):
    """How a thing that is measured stood in the figures from a moment to the next change (measured.Standing)."""

    thing = models.UUIDField()
    """Of source and ref: the same for all of its rows."""
    source = models.TextField()
    ref = models.TextField()
    group = models.TextField()
    """What is made anew together."""
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    month = models.DateField()
    committee = models.UUIDField()
    team = models.UUIDField()
    holds = ArrayField(models.TextField())
    name = models.JSONField()
    """By language."""
    opens = models.JSONField()
    """What it rests on: kind, where, which."""
    entries = ArrayField(models.BigIntegerField())
    """Of the journal, that say so."""

    class Meta:
        db_table = "evidence_measured"
        constraints = (models.UniqueConstraint(fields=["source", "ref", "since"], name="measured_once"),)
        indexes = (
            models.Index(fields=["month", "committee", "team"], name="measured_today", condition=Q(until=None)),
            models.Index(fields=["since"], name="measured_since"),
            models.Index(fields=["source", "group"], name="measured_group"),
            models.Index(fields=["thing"], name="measured_thing"),
        )


class MeasuredSource(models.Model):
    """By which version of a pack's source, and for which day of the town, all of its evidence was made."""

    source = models.TextField(primary_key=True)
    version = models.IntegerField()
    day = models.DateField()

    class Meta:
        db_table = "measured_source"


class IndicatorCell(models.Model):
    """The sums of one indicator in one month, committee and department, as of the newest entry that was read."""

    indicator = models.TextField()
    hash = models.TextField()
    month = models.DateField()
    committee = models.UUIDField()
    team = models.UUIDField()
    numerator = models.DecimalField(max_digits=14, decimal_places=4)
    denominator = models.BigIntegerField()

    class Meta:
        db_table = "indicator_cell"
        constraints = (
            models.UniqueConstraint(fields=["indicator", "hash", "month", "committee", "team"], name="cell_once"),
        )


class IndicatorPublished(models.Model):
    """What strangers read of a live figure of a year from a moment on: each row is at least VERY_FEW cases from the one before."""

    indicator = models.TextField()
    hash = models.TextField()
    year = models.SmallIntegerField()
    by = models.TextField()
    """Of what: empty (the whole town), or one of sums.BY."""
    key = models.TextField()
    """The month (`2026-04`), committee or department (identifiers); empty for none, and for the whole town."""
    numerator = models.DecimalField(max_digits=14, decimal_places=4)
    denominator = models.BigIntegerField()
    at = models.DateTimeField()
    """Of when the newest evidence was that had been read."""

    class Meta:
        db_table = "indicator_published"
        indexes = (models.Index(fields=["year", "by", "indicator", "key", "-id"], name="published_newest"),)


class IndicatorRelease(models.Model):
    """A figure as it was let go to the public after review, and whether it was taken back."""

    id = models.UUIDField(primary_key=True, editable=False)
    indicator = models.TextField()
    hash = models.TextField()
    first = models.DateField()
    last = models.DateField()
    as_of = models.DateTimeField()
    numerator = models.DecimalField(max_digits=14, decimal_places=4)
    denominator = models.BigIntegerField()
    lines = models.JSONField(default=list)
    """By what, key, numerator, denominator: the figure taken apart as it was reviewed."""
    role = models.TextField()
    ground = models.TextField()
    released_at = models.DateTimeField()
    released_by = models.TextField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.TextField(default="")
    withdrawn_why = models.TextField(default="")
    entry = models.BigIntegerField()

    class Meta:
        db_table = "indicator_release"
        indexes = (models.Index(fields=["indicator", "-released_at"], name="indicator_release_newest"),)
