"""The door for ASGI servers."""

import os

from django.core.asgi import get_asgi_application

from yiwang.project.bodies import BodyUnread

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.project.settings")
application = BodyUnread(get_asgi_application())
