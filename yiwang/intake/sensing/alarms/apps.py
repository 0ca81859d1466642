"""Alarms as an application."""

import importlib
from typing import ClassVar

from django.apps import AppConfig


class Module(AppConfig):
    name = "yiwang.intake.sensing.alarms"
    label = "alarms"
    verbose_name = "报警"

    apart_from_journal: ClassVar[dict[str, str]] = {
        "alarm_watch": "how far a rule was judged at a station: passing, made again by judging",
    }

    def ready(self) -> None:
        importlib.import_module("yiwang.intake.sensing.alarms.apply")
        importlib.import_module("yiwang.intake.sensing.alarms.standing")
        importlib.import_module("yiwang.intake.sensing.alarms.steps.judging")
        importlib.import_module("yiwang.intake.sensing.alarms.steps.proving")
