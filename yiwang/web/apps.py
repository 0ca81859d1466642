"""The web as an application: one visual language for every room."""

from django.apps import AppConfig


class Web(AppConfig):
    name = "yiwang.web"
    label = "web"
    verbose_name = "网页"
