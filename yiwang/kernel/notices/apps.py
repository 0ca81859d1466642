"""Notices as an application."""

from importlib import import_module
from typing import ClassVar

from django.apps import AppConfig


class Module(AppConfig):
    name = "yiwang.kernel.notices"
    label = "notices"
    verbose_name = "提醒"

    apart_from_journal: ClassVar[dict[str, str]] = {
        "notice": "passing: made from the facts, gone after weeks; a journal of it would record what staff read",
        "notice_mail": "passing: a mail under way, gone when it was taken",
    }

    def ready(self) -> None:
        import_module("yiwang.kernel.notices.apply")
        import_module("yiwang.kernel.notices.steps")
