"""The pages of water and air as an application."""

from django.apps import AppConfig


class Surroundings(AppConfig):
    name = "yiwang.web.surroundings"
    label = "surroundings"
    verbose_name = "水和空气"
