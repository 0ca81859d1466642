"""The tables of the plan at /admin. All of it is public."""

from django.contrib import admin

from yiwang.kernel.access.readonly_admin import TableAdmin, site
from yiwang.plan.models import Commitment, Plan, PlanDraft, PlanItem


@admin.register(Plan, site=site)
class PlanAdmin(TableAdmin):
    columns = ("id", "year", "of_year", "title", "filename", "sha256", "imported_at", "entry", "keeper")
    listed = ("year", "of_year", "title", "filename", "imported_at", "keeper")
    named = "year"
    ordering = ("-year",)


@admin.register(PlanItem, site=site)
class PlanItemAdmin(TableAdmin):
    columns = listed = ("plan", "no", "chapter", "name_zh", "published_title", "sentences")


@admin.register(Commitment, site=site)
class CommitmentAdmin(TableAdmin):
    columns = ("id", "plan", "row", "promise_zh", "owner", "target_value", "target_unit", "due", "evidence", "edited")
    listed = ("row", "plan", "promise_zh", "owner", "due", "evidence")
    named = "row"
    found_by = ("id",)


@admin.register(PlanDraft, site=site)
class PlanDraftAdmin(TableAdmin):
    columns = (
        "id",
        "plan",
        "item",
        "quote",
        "start",
        "end",
        "rows",
        "sure",
        "state",
        "meant",
        "why_not",
        "part_of",
        "reviewed_at",
        "entry",
    )
    listed = ("quote", "plan", "item", "start", "rows", "state", "meant")
    named = "quote"
