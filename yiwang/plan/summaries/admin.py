"""The table of issued summaries at /admin."""

from django.contrib import admin

from yiwang.kernel.access.readonly_admin import TableAdmin, site
from yiwang.plan.summaries.models import Summary


@admin.register(Summary, site=site)
class SummaryAdmin(TableAdmin):
    columns = ("id", "year", "no", "kind", "disclosure", "as_of", "plan_year", "month", "entry")
    listed = ("year", "no", "kind", "disclosure", "as_of", "plan_year", "month")
    named = "no"
    ordering = ("-year", "-no")
