"""The project's own Django application: before each migration it sees to the database's roles."""

from functools import partial
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.db import connections
from django.db.models.signals import pre_migrate

from yiwang.indicators import measured
from yiwang.kernel import appraisals, wording
from yiwang.project import packappraisals, packmeasured, roles


def prepare_roles(using: str, **_: Any) -> None:
    """Roles and default rights exist before the first table is made, also in test databases and outside servers."""
    connection = connections[using]
    connection.ensure_connection()
    roles.prepare_database(connection.connection)


class Project(AppConfig):
    """The composition root."""

    name = "yiwang.project"
    label = "project"

    def ready(self) -> None:
        """Hangs the roles before migrations, lets the words of the town's own packs be known, and says where their judges and
        what they count of measurements are.

        Django sends the signal only for applications with models, so one of its own is named.
        """
        wording.read_too(settings.OWN_PACKS)
        appraisals.install(partial(packappraisals.of_packs, settings.PACKS))
        measured.install(partial(packmeasured.of_packs, settings.PACKS))
        pre_migrate.connect(prepare_roles, sender=apps.get_app_config("contenttypes"))
