"""The public board as an application."""

from django.apps import AppConfig


class Board(AppConfig):
    name = "yiwang.web.board"
    label = "board"
    verbose_name = "要点看板"
