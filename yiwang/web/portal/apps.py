"""The room for residents as an application."""

from django.apps import AppConfig


class Portal(AppConfig):
    name = "yiwang.web.portal"
    label = "portal"
    verbose_name = "居民页面"
