"""The door for WSGI servers: figures for watchmen, static files, then the pages, for as many as there are seats.

The reader of messages gets ready beside it.
"""

import os
from threading import Thread

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections

from yiwang.kernel import walltime
from yiwang.project.environment import behind_proxy
from yiwang.project.static import StaticFiles

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.project.settings")
pages = get_wsgi_application()

# Refusals are pages and figures are counted from tables: Django comes first.
from yiwang.project.busy import Door  # noqa: E402
from yiwang.project.measured import Measured  # noqa: E402

application = Measured(
    StaticFiles(Door(pages), settings.STATIC_ROOT), settings.METRICS_TOKEN, behind_proxy=behind_proxy()
)


def _get_the_reader_ready() -> None:
    """Without it the first who types at the desk would wait for it. What goes wrong is logged (town_reader.get_ready)."""
    from yiwang.intake.reports import town_reader  # imports models: Django has to be set up first

    try:
        town_reader.get_ready(walltime.now())
    finally:
        connections.close_all()


Thread(target=_get_the_reader_ready, name="the reader gets ready", daemon=True).start()
