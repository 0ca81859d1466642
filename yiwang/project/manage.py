"""Django's own commands (`yiwang manage …`, or python -m yiwang.project.manage) with the town's environment already set."""

import os
import sys

from django.core.management import execute_from_command_line

from yiwang.project.environment import SETTINGS

AS_OWNER = frozenset({"migrate", "sqlmigrate", "makemigrations", "dbshell", "procrastinate"})
"""Commands that change tables; all others run with the application's role."""


def run(arguments: list[str]) -> None:
    """Runs one Django command in this process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    execute_from_command_line(["yiwang manage", *arguments])


if __name__ == "__main__":
    run(sys.argv[1:])
