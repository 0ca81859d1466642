"""The door for WSGI servers: figures for watchmen, static files, then the pages, for as many as there are seats.

The reader of messages gets ready beside it.
"""

import os
from threading import Timer

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import get_resolver

from yiwang.kernel import walltime
from yiwang.project import modules
from yiwang.project.environment import behind_proxy
from yiwang.project.static import StaticFiles

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.project.settings")
with modules.stoppable(), modules.loaded():
    pages = get_wsgi_application()
    get_resolver().url_patterns  # noqa: B018 - all pages are loaded now, not when the first is asked for

# Refusals are pages and figures are counted from tables: Django comes first.
from yiwang.project.busy import Door
from yiwang.project.measured import Measured

application = Measured(
    StaticFiles(Door(pages), settings.STATIC_ROOT), settings.METRICS_TOKEN, behind_proxy=behind_proxy()
)


FIRST_PAGE_S = 2.0
"""So long the reader waits: it takes a processor for seconds, and the first page is wanted before the first message."""


def _get_the_reader_ready() -> None:
    """Without it the first who types at the desk would wait for it. What goes wrong is logged (town_reader.get_ready)."""
    from yiwang.intake.reports import town_reader  # imports models: Django has to be set up first

    try:
        town_reader.get_ready(walltime.now())
    finally:
        connections.close_all()


_soon = Timer(FIRST_PAGE_S, _get_the_reader_ready)
_soon.daemon, _soon.name = True, "the reader gets ready"
_soon.start()
