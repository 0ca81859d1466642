"""The journal as an application."""

import importlib

from django.apps import AppConfig


class Module(AppConfig):
    name = "yiwang.kernel.journal"
    label = "journal"
    verbose_name = "日志"

    def ready(self) -> None:
        importlib.import_module("yiwang.kernel.journal.apply")
