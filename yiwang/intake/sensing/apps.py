"""Sensing as an application."""

import importlib
from typing import ClassVar

from django.apps import AppConfig


class Module(AppConfig):
    name = "yiwang.intake.sensing"
    label = "sensing"
    verbose_name = "监测"

    apart_from_journal: ClassVar[dict[str, str]] = {
        "reading": "mass facts: the journal holds a digest of each batch, and queries.check_batch compares its rows",
        "reading_rollup": "follows the readings: added up by the reader of batches",
        "rolled_batch": "follows the readings: which batches are added up already",
        "rolled_correction": "follows the readings: which corrections are in the roll-ups already",
        "station_contact": "when a station was last heard: passing, of the last packet only",
        "kept_packet": "evidence of what could not be used: kept for a while, bounded in number",
        "apart_reading": "what could not be stored: kept for a while, bounded in number",
        "apart_day": "how much was kept apart, for the bounds",
    }
    sealed_columns: ClassVar[dict[str, tuple[str, ...]]] = {
        "station": ("password_cipher",),
        "kept_packet": ("content",),
    }

    def ready(self) -> None:
        importlib.import_module("yiwang.intake.sensing.apply")
        importlib.import_module("yiwang.intake.sensing.archived")
        importlib.import_module("yiwang.intake.sensing.steps.archiving")
        importlib.import_module("yiwang.intake.sensing.steps.correcting")
        importlib.import_module("yiwang.intake.sensing.steps.forgetting")
        importlib.import_module("yiwang.intake.sensing.steps.stations")
        importlib.import_module("yiwang.intake.sensing.steps.rolling")
        importlib.import_module("yiwang.intake.sensing.steps.storing")
