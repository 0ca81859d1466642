"""The tables of cases at /admin: numbers, states and times. What somebody wrote, and who reported it, stands in the case on the
desk, for those who deal with it."""

from typing import ClassVar

from django.contrib import admin
from django.http import HttpRequest

from yiwang.cases.models import (
    Case,
    CaseLink,
    CasePart,
    CaseProof,
    Clock,
    ClockEvent,
    Extension,
    Objection,
    Recheck,
    RecheckDraw,
    Ruling,
)
from yiwang.cases.parts import PartState
from yiwang.cases.stages import ClockStage, State
from yiwang.kernel.access.readonly_admin import TableAdmin, filter_by, filter_words, site
from yiwang.kernel.people import queries as people


def _departments(request: HttpRequest) -> list[tuple[str, str]]:
    actor = request.actor  # type: ignore[attr-defined]
    language = getattr(request, "LANGUAGE_CODE", "zh-hans")
    return [(str(team.team_id), team.name(language)) for team in people.teams(actor)]


@admin.register(Case, site=site)
class CaseAdmin(TableAdmin):
    columns = (
        *("id", "number", "source", "origin_kind", "origin_ref", "state", "stage", "type_code", "demand", "urgent"),
        *("place", "grid_cell", "committee", "lead_team", "round", "objections", "ruled", "reworks", "reopened"),
        *("outcome", "called_back", "missed_calls", "satisfaction", "rated_unsolved"),
        *("opened_at", "dispatched_at", "closed_at", "changed_at"),
        *("due_at", "due_stage", "overdue", "row_version"),
    )
    listed = ("number", "state", "type_code", "lead_team", "urgent", "opened_at", "due_at", "overdue", "closed_at")
    named = "number"
    words: ClassVar = {
        "state": "case.state",
        "stage": "case.stage",
        "demand": "case.demand",
        "outcome": "case.outcome",
        "called_back": "case.called_back",
        "due_stage": "case.clock",
    }
    found_by = ("number", "id")
    ordering = ("-opened_at",)
    list_filter = (
        filter_words("case", "state", "case.state", State),
        filter_by("case", "lead_team", _departments),
    )


@admin.register(CasePart, site=site)
class CasePartAdmin(TableAdmin):
    columns = listed = ("id", "case", "team", "round", "state", "asked_at", "answered_at")
    named = "id"
    words: ClassVar = {"state": "case.part"}
    found_by = ("case__number", "id")
    list_filter = (
        filter_words("case_part", "state", "case.part", PartState),
        filter_by("case_part", "team", _departments),
    )


@admin.register(Clock, site=site)
class ClockAdmin(TableAdmin):
    columns = (
        *("id", "case", "stage", "rule", "rule_version", "rule_hash", "unit", "amount", "state", "due_at"),
        *("provisional", "ran_out"),
    )
    listed = ("id", "case", "stage", "rule", "amount", "unit", "state", "due_at", "ran_out")
    named = "id"
    words: ClassVar = {"stage": "case.clock", "unit": "admin.unit", "state": "admin.clock"}
    found_by = ("case__number", "id")
    list_filter = (filter_words("clock", "stage", "case.clock", ClockStage),)


@admin.register(ClockEvent, site=site)
class ClockEventAdmin(TableAdmin):
    columns = ("id", "clock", "seq", "kind", "at", "amount", "entry")
    listed = ("id", "seq", "kind", "at", "amount", "entry")
    named = "id"
    words: ClassVar = {"kind": "admin.event"}
    found_by = ("clock__case__number", "clock__id")


@admin.register(CaseProof, site=site)
class CaseProofAdmin(TableAdmin):
    columns = listed = ("id", "case", "kind", "stage", "at")
    named = "id"
    words: ClassVar = {"stage": "case.stage"}
    found_by = ("case__number",)


@admin.register(Objection, site=site)
class ObjectionAdmin(TableAdmin):
    columns = listed = ("id", "case", "team", "round", "reason_code", "legal_basis", "proposed_team", "at")
    named = "id"
    words: ClassVar = {"reason_code": "case.reason"}
    found_by = ("case__number", "id")


@admin.register(Ruling, site=site)
class RulingAdmin(TableAdmin):
    columns = listed = ("id", "case", "team", "type_code", "at")
    named = "id"
    found_by = ("case__number", "id")


@admin.register(Extension, site=site)
class ExtensionAdmin(TableAdmin):
    columns = listed = ("id", "case", "amount", "unit", "reason_code", "state", "asked_at", "decided_at")
    named = "id"
    words: ClassVar = {"unit": "admin.unit", "reason_code": "case.reason", "state": "admin.extension"}
    found_by = ("case__number", "id")
    list_filter = (filter_words("case_extension", "state", "admin.extension", ("asked", "granted", "refused")),)


@admin.register(Recheck, site=site)
class RecheckAdmin(TableAdmin):
    columns = listed = ("case", "draw_id", "seed", "pool_size", "drawn_at", "holds", "checked_at")
    found_by = ("case__number",)


@admin.register(RecheckDraw, site=site)
class RecheckDrawAdmin(TableAdmin):
    columns = ("id", "first", "last", "seed", "seed_position", "share_percent", "pool", "drawn")
    listed = ("id", "first", "last", "seed_position", "share_percent")
    found_by = ("id",)


@admin.register(CaseLink, site=site)
class CaseLinkAdmin(TableAdmin):
    columns = ("id", "from_case", "to_case", "kind", "at", "state_before", "undone_at")
    listed = ("from_case", "to_case", "kind", "at", "undone_at")
    named = "id"
    words: ClassVar = {"state_before": "case.state", "kind": "case.arrow"}
    found_by = ("from_case__number", "to_case__number")
