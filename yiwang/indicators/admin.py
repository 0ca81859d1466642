"""What was released, at /admin."""

from django.contrib import admin

from yiwang.indicators.models import IndicatorRelease
from yiwang.kernel.access.readonly_admin import TableAdmin, site


@admin.register(IndicatorRelease, site=site)
class IndicatorReleaseAdmin(TableAdmin):
    columns = (
        *("id", "indicator", "hash", "first", "last", "as_of", "numerator", "denominator"),
        *("role", "released_at", "withdrawn_at", "entry"),
    )
    listed = ("indicator", "first", "last", "as_of", "role", "released_at", "withdrawn_at")
    named = "indicator"
    found_by = ("indicator",)
    ordering = ("-released_at", "id")
