"""The tables of registers at /admin."""

from typing import ClassVar

from django.contrib import admin

from yiwang.kernel.access.readonly_admin import TableAdmin, site
from yiwang.registers.models import RegisterLoad, RegisterRow, RegisterSheet, SignedEvidence


@admin.register(RegisterRow, site=site)
class RegisterRowAdmin(TableAdmin):
    columns = ("id", "register", "key", "valid_from", "valid_to", "values", "measures", "entry")
    listed = ("register", "key", "valid_from", "valid_to")
    named = "key"
    found_by = ("register", "key")
    ordering = ("register", "key", "valid_from")


@admin.register(RegisterLoad, site=site)
class RegisterLoadAdmin(TableAdmin):
    columns = ("id", "register", "at", "filename", "sha256", "entered", "unchanged", "refused")
    listed = ("register", "at", "filename", "entered", "unchanged", "refused")
    named = "filename"
    found_by = ("register",)
    ordering = ("-at",)


@admin.register(RegisterSheet, site=site)
class RegisterSheetAdmin(TableAdmin):
    """How far an import is; not the file, not the refusals, which quote it."""

    columns = listed = (
        "id", "register", "filename", "state", "phase", "done", "total", "tries", "received_at", "finished_at",
    )  # fmt: skip
    named = "filename"
    words: ClassVar = {"state": "import.state"}
    found_by = ("register",)
    ordering = ("-received_at",)


@admin.register(SignedEvidence, site=site)
class SignedEvidenceAdmin(TableAdmin):
    columns = (
        "id", "subject_kind", "subject_ref", "owner", "as_of", "value", "unit", "done", "why", "document_number", "files",
        "role", "signed_at", "entry", "withdrawn_at", "withdrawn_reason", "withdrawn_role", "withdrawn_entry",
    )  # fmt: skip
    listed = ("subject_ref", "owner", "as_of", "value", "unit", "done", "document_number", "signed_at", "withdrawn_at")
    named = "subject_ref"
    found_by = ("subject_ref", "owner")
    ordering = ("-signed_at",)
