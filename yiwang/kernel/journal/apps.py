"""The journal as an application."""

from django.apps import AppConfig


class Module(AppConfig):
    name = "yiwang.kernel.journal"
    label = "journal"
    verbose_name = "日志"
