"""The way to outside witnesses as an application: it has a timer and no tables."""

from django.apps import AppConfig


class Witnesses(AppConfig):
    name = "yiwang.gateways.witnesses"
    label = "witnesses"
    verbose_name = "外部见证人"
