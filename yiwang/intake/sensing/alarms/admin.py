"""The table of alarms at /admin."""

from typing import ClassVar

from django.contrib import admin

from yiwang.intake.sensing.alarms.models import Alarm
from yiwang.kernel.access.readonly_admin import TableAdmin, site


@admin.register(Alarm, site=site)
class AlarmAdmin(TableAdmin):
    columns = (
        "id", "station", "rule", "rule_version", "state", "start", "end", "proved_at", "severity", "case_number", "repeats",
        "returned_at", "raised_at", "changed_at", "withdrawn_why", "case_left",
    )  # fmt: skip
    listed = ("start", "station", "rule", "state", "severity", "end", "case_number")
    named = "start"
    words: ClassVar = {"severity": "alarm.severity", "state": "alarm.state"}
    found_by = ("rule", "case_number", "station__code")
    ordering = ("-start", "id")
