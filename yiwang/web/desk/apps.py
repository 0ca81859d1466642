"""The room for staff as an application."""

from django.apps import AppConfig


class Desk(AppConfig):
    name = "yiwang.web.desk"
    label = "desk"
    verbose_name = "工作台"
