"""The table of samples, written by apply.py."""

from django.db import models


class Sample(models.Model):
    """One sample that a laboratory examined. Its values are the readings of the station's streams at `taken_at`."""

    id = models.UUIDField(primary_key=True, editable=False)
    station = models.ForeignKey("sensing.Station", models.PROTECT, related_name="+")
    number = models.TextField(blank=True)
    taken_at = models.DateTimeField()
    laboratory = models.TextField(blank=True)
    filename = models.TextField()
    sha256 = models.TextField()
    row = models.IntegerField()
    cells = models.JSONField()
    """Heading and cell of each column that was read."""
    entered_at = models.DateTimeField()

    class Meta:
        db_table = "sample"
        constraints = (
            models.UniqueConstraint(fields=["station", "taken_at"], name="sample_of_moment"),
            models.UniqueConstraint(
                fields=["station", "number"], name="sample_number_once", condition=~models.Q(number="")
            ),
        )
