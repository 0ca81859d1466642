"""Cases as an application: loading it makes its appliers known to the journal."""

from django.apps import AppConfig


class Module(AppConfig):
    name = "yiwang.cases"
    label = "cases"
    verbose_name = "案件"

    def ready(self) -> None:
        from yiwang.cases import apply, notices, queries  # noqa: F401  # registers appliers, guards and what staff should hear
        from yiwang.cases.joint import apply as joint  # noqa: F401  # registers appliers
        from yiwang.cases.lineage import apply as between  # noqa: F401  # registers appliers
        from yiwang.cases.steps import forward, lineage, noticing, remarks, sideways, splitting, supervising, timing  # noqa: F401  # registers steps
