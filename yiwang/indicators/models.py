"""The tables of indicators: worked out from the journal, never entered. steps.py writes them, queries.py reads them."""

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
