"""The table of samples at /admin."""

from django.contrib import admin

from yiwang.intake.sensing.samples.models import Sample
from yiwang.kernel.access.readonly_admin import TableAdmin, site


@admin.register(Sample, site=site)
class SampleAdmin(TableAdmin):
    columns = ("id", "station", "number", "taken_at", "laboratory", "filename", "sha256", "row", "entered_at")
    listed = ("taken_at", "station", "number", "laboratory", "filename", "row")
    named = "taken_at"
    found_by = ("number", "laboratory", "station__code")
    ordering = ("-taken_at", "id")
