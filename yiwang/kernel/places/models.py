"""The table of places (design §8). Rows are written by apply.py only; a place that is no longer valid keeps its row."""

from django.db import models

from yiwang.kernel.places.datum import Datum
from yiwang.kernel.places.rules import Kind


class Place(models.Model):
    """Something on the ground with a name and a shape."""

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.TextField()
    code = models.TextField()
    name = models.TextField()
    name_en = models.TextField(blank=True)
    aliases = models.JSONField(default=list)
    sort_key = models.TextField()
    """The name in pinyin with padded numbers, for sorting."""
    datum = models.TextField(default=Datum.WGS84)
    geom = models.BinaryField()
    """WKB, longitude and latitude in degrees."""
    h3 = models.TextField()
    """The H3 cell of a point on it, at shapes.H3_RESOLUTION."""
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    committee = models.ForeignKey("self", models.PROTECT, null=True, related_name="inside")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    attributes = models.JSONField(default=dict)
    illustrative = models.BooleanField(default=False)
    source = models.TextField(blank=True)
    entry = models.BigIntegerField(db_index=True)
    """The last journal entry that changed the row; the sum over the table is its version."""

    class Meta:
        db_table = "place"
        constraints = (
            models.UniqueConstraint(fields=["kind", "code"], name="place_code_once"),
            models.CheckConstraint(condition=models.Q(kind__in=[str(kind) for kind in Kind]), name="place_kind_known"),
            models.CheckConstraint(condition=models.Q(datum=str(Datum.WGS84)), name="place_one_datum"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_from__isnull=True)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="place_dates_in_order",
            ),
        )
        indexes = (
            models.Index(fields=["kind", "sort_key"], name="place_kind_sort"),
            models.Index(fields=["h3"], name="place_h3"),
        )
