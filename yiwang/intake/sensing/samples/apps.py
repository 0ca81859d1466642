"""Laboratory samples as an application."""

import importlib

from django.apps import AppConfig


class Module(AppConfig):
    name = "yiwang.intake.sensing.samples"
    label = "samples"
    verbose_name = "样品"

    def ready(self) -> None:
        importlib.import_module("yiwang.intake.sensing.samples.apply")
        importlib.import_module("yiwang.intake.sensing.samples.steps")
