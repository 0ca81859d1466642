"""Issued summaries as an application: loading it makes their appliers and steps known."""

import importlib

from django.apps import AppConfig


class Module(AppConfig):
    name = "yiwang.plan.summaries"
    label = "summaries"
    verbose_name = "汇总"

    def ready(self) -> None:
        importlib.import_module("yiwang.plan.summaries.apply")
        importlib.import_module("yiwang.plan.summaries.steps")
