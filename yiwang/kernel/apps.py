"""The kernel as an application: it holds no tables of its own; its rooms do."""

from django.apps import AppConfig


class Module(AppConfig):
    name = "yiwang.kernel"
    label = "kernel"
    verbose_name = "内核"
