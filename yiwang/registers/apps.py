"""Registers as an application."""

import importlib
from typing import ClassVar

from django.apps import AppConfig


class Module(AppConfig):
    name = "yiwang.registers"
    label = "registers"
    verbose_name = "台账"

    apart_from_journal: ClassVar[dict[str, str]] = {
        "register_sheet": "work to do: what comes of a sheet is recorded batch by batch, the file itself goes",
    }
    sealed_columns: ClassVar[dict[str, tuple[str, ...]]] = {"register_sheet": ("content", "outcome")}

    def ready(self) -> None:
        importlib.import_module("yiwang.registers.apply")
        importlib.import_module("yiwang.registers.evidence.apply")
        importlib.import_module("yiwang.registers.evidence.queries")  # who may see the files of evidence
        importlib.import_module("yiwang.registers.evidence.steps")
