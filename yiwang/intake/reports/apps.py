"""Reports as an application: loading it makes its appliers and guards known."""

from typing import ClassVar

from django.apps import AppConfig


class Module(AppConfig):
    name = "yiwang.intake.reports"
    label = "reports"
    verbose_name = "上报"

    apart_from_journal: ClassVar[dict[str, str]] = {
        "sheet_import": "work to do: each message of the sheet is a fact of its own, the file itself goes",
    }
    sealed_columns: ClassVar[dict[str, tuple[str, ...]]] = {
        "report": ("contact_cipher",),
        "sheet_import": ("content", "outcome"),
    }

    def ready(self) -> None:
        from yiwang.intake.reports import apply, queries  # noqa: F401  # registers appliers and guards
        from yiwang.intake.reports.claims import apply as claims  # noqa: F401  # registers appliers
        from yiwang.intake.reports.claims import steps  # noqa: F401  # registers steps
        from yiwang.intake.reports.steps import importing, private, receiving, suggesting  # noqa: F401  # registers steps
