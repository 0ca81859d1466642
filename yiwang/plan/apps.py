"""The plan as an application: loading it makes its appliers and steps known."""

import importlib

from django.apps import AppConfig


class Module(AppConfig):
    name = "yiwang.plan"
    label = "plan"
    verbose_name = "工作要点"

    def ready(self) -> None:
        importlib.import_module("yiwang.plan.apply")
        importlib.import_module("yiwang.plan.review.apply")
        importlib.import_module("yiwang.plan.steps")
        importlib.import_module("yiwang.plan.showing")  # promises are subjects of signed evidence
        importlib.import_module("yiwang.plan.review.steps")
        importlib.import_module("yiwang.plan.supervision.apply")
        importlib.import_module("yiwang.plan.supervision.steps")
        importlib.import_module("yiwang.plan.inquiries.apply")
        importlib.import_module("yiwang.plan.inquiries.steps")
        importlib.import_module("yiwang.plan.notices")
