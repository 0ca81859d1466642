"""The door for ASGI servers."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.project.settings")
pages = get_asgi_application()

from yiwang.project.bodies import BodyUnread  # noqa: E402 - its refusals are pages, and those know tables: Django comes first

application = BodyUnread(pages)
