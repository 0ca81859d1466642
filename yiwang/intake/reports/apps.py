"""Reports as an application: loading it makes its appliers and guards known."""

from django.apps import AppConfig


class Module(AppConfig):
    name = "yiwang.intake.reports"
    label = "reports"
    verbose_name = "上报"

    def ready(self) -> None:
        from yiwang.intake.reports import apply, queries, steps  # noqa: F401  # registers appliers, guards and steps
