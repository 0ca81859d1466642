"""The page of the sealed journal as an application."""

from django.apps import AppConfig


class Transparency(AppConfig):
    name = "yiwang.web.transparency"
    label = "transparency"
    verbose_name = "日志公开"
