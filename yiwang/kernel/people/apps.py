"""People as an application: accounts, teams, grants, shifts."""

import importlib

from django.apps import AppConfig


class Module(AppConfig):
    name = "yiwang.kernel.people"
    label = "people"
    verbose_name = "人员与部门"

    def ready(self) -> None:
        importlib.import_module("yiwang.kernel.people.apply")
