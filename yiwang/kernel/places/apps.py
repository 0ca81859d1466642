"""Places as an application."""

import importlib

from django.apps import AppConfig


class Module(AppConfig):
    name = "yiwang.kernel.places"
    label = "places"
    verbose_name = "地点"

    def ready(self) -> None:
        importlib.import_module("yiwang.kernel.places.apply")
