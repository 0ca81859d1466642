"""The tables of the plan at /admin. All of it is public."""

from django.contrib import admin

from yiwang.kernel.access.readonly_admin import TableAdmin, site
from yiwang.plan.models import Commitment, Explanation, Inquiry, Plan, PlanDraft, PlanItem, Supervision


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


@admin.register(Supervision, site=site)
class SupervisionAdmin(TableAdmin):
    columns = ("case", "commitment", "number", "opened_at", "colour", "why")
    listed = ("number", "commitment", "opened_at", "colour", "why")
    named = "number"
    found_by = ("number",)
    ordering = ("-opened_at",)


@admin.register(Inquiry, site=site)
class InquiryAdmin(TableAdmin):
    columns = ("id", "commitment", "why", "asked_on", "grace_until", "climbed_on", "answered_at")
    listed = ("commitment", "why", "asked_on", "grace_until", "climbed_on", "answered_at")
    named = "asked_on"
    ordering = ("-asked_on",)


@admin.register(Explanation, site=site)
class ExplanationAdmin(TableAdmin):
    columns = listed = ("at", "commitment", "words", "expected_on")
    named = "at"
    ordering = ("-at",)
