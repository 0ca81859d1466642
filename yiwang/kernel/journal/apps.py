"""The journal as an application."""

import importlib
from typing import ClassVar

from django.apps import AppConfig


class Module(AppConfig):
    name = "yiwang.kernel.journal"
    label = "journal"
    verbose_name = "日志"

    sealed_columns: ClassVar[dict[str, tuple[str, ...]]] = {"entry_private": ("ciphertext",)}

    def ready(self) -> None:
        importlib.import_module("yiwang.kernel.journal.apply")
