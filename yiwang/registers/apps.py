"""Registers as an application."""

import importlib

from django.apps import AppConfig


class Module(AppConfig):
    name = "yiwang.registers"
    label = "registers"
    verbose_name = "台账"

    def ready(self) -> None:
        importlib.import_module("yiwang.registers.apply")
