"""The tables of reports at /admin: numbers and times, never what somebody told the town or who it was. The reasons of an advice
quote the message, so only its class and probability are shown."""

from typing import ClassVar

from django.contrib import admin

from yiwang.intake.reports.models import DataClaim, Report, ReportAdvice, SheetColumns, SheetImport
from yiwang.intake.reports.rules import CHANNELS
from yiwang.kernel.access.readonly_admin import TableAdmin, filter_words, site


@admin.register(Report, site=site)
class ReportAdmin(TableAdmin):
    columns = ("id", "number", "channel", "source_key", "case", "happened_at", "received_at", "read")
    listed = ("number", "channel", "source_key", "case", "happened_at", "received_at", "read")
    named = "number"
    words: ClassVar = {"channel": "report.channel"}
    found_by = ("number", "id")
    list_filter = (filter_words("report", "channel", "report.channel", CHANNELS),)


@admin.register(ReportAdvice, site=site)
class ReportAdviceAdmin(TableAdmin):
    columns = listed = ("report", "reader", "top_code", "top_probability")
    found_by = ("report__number",)


@admin.register(SheetColumns, site=site)
class SheetColumnsAdmin(TableAdmin):
    columns = listed = ("sheet", "columns")
    named = "sheet"
    ordering = ("sheet",)


@admin.register(SheetImport, site=site)
class SheetImportAdmin(TableAdmin):
    """How far an import is; not the file, not the refusals, which quote it."""

    columns = listed = ("id", "filename", "state", "phase", "done", "total", "tries", "received_at", "finished_at")
    named = "id"
    words: ClassVar = {"state": "import.state"}
    found_by = ("id",)


@admin.register(DataClaim, site=site)
class DataClaimAdmin(TableAdmin):
    """Which claims came and whether they were answered in time; not their words, nor whose they are."""

    columns = listed = ("id", "kind", "number", "made_at", "due_on", "outcome", "answered_at")
    named = "id"
    words: ClassVar = {"kind": "claim.kind", "outcome": "claim.outcome"}
    found_by = ("id", "number")
