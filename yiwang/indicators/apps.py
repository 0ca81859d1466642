"""Indicators as an application: tables that follow the journal, and what was released."""

import importlib
from typing import ClassVar

from django.apps import AppConfig


class Module(AppConfig):
    name = "yiwang.indicators"
    label = "indicators"
    verbose_name = "指标"

    apart_from_journal: ClassVar[dict[str, str]] = {
        "evidence_case": "follows the journal by a reader with a cursor, and is made again from it",
        "evidence_measured": "follows the journal by a reader with a cursor, and is made again from registers and readings",
        "measured_source": "by which version and for which day evidence_measured was made; nothing that happened",
        "indicator_cell": "sums over evidence_case, kept so that a page need not add up",
        "indicator_published": "what strangers were shown of the cells, in steps of several cases; it says nothing that they do not",
    }

    def ready(self) -> None:
        importlib.import_module("yiwang.indicators.apply")
