"""Files as an application."""

from importlib import import_module

from django.apps import AppConfig


class Module(AppConfig):
    name = "yiwang.kernel.files"
    label = "files"
    verbose_name = "文件"

    def ready(self) -> None:
        import_module("yiwang.kernel.files.apply")
