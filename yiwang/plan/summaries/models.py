"""The table of issued summaries. What each froze is the fact in the journal; here is only what a list shows of it."""

from django.db import models


class Summary(models.Model):
    """One issued summary with its number."""

    id = models.UUIDField(primary_key=True)
    year = models.SmallIntegerField()
    """The year of the number, in which it was issued."""
    no = models.IntegerField()
    kind = models.TextField()
    disclosure = models.TextField()
    as_of = models.DateTimeField()
    plan_year = models.SmallIntegerField(null=True)
    month = models.DateField(null=True)
    entry = models.BigIntegerField()

    class Meta:
        db_table = "summary"
        constraints = (models.UniqueConstraint(fields=["year", "no"], name="summary_number_once"),)
