"""The door for ASGI servers."""

import os

from django.core.asgi import get_asgi_application
from django.urls import get_resolver

from yiwang.project import modules

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.project.settings")
with modules.stoppable(), modules.loaded():
    pages = get_asgi_application()
    get_resolver().url_patterns  # noqa: B018 - loaded now, not when the first reader comes

from yiwang.project.bodies import BodyUnread

application = BodyUnread(pages)
