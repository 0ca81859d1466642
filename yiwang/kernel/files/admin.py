"""The table of files at /admin: hashes and sizes, never the pictures. A file's uses stand on its own page."""

from django.contrib import admin

from yiwang.kernel.access.readonly_admin import TableAdmin, site, spoken
from yiwang.kernel.files.models import File


@admin.register(File, site=site)
class FileAdmin(TableAdmin):
    columns = ("sha256", "mime", "bytes", "width", "height", "uploaded_at", "uses")
    listed = ("sha256", "mime", "bytes", "width", "height", "uploaded_at")
    named = "sha256"
    found_by = ("sha256",)
    ordering = ("-uploaded_at",)

    def show_uses(self, row: File) -> str:
        """What the file hangs on, one line each."""
        uses = row.uses.order_by("used_at").values_list("purpose", "subject_kind", "subject_id")
        return "\n".join(f"{spoken('file.purpose', purpose)}: {kind} {subject}" for purpose, kind, subject in uses)
