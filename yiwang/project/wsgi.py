"""The door for WSGI servers: static files, then the pages."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from yiwang.project.static import StaticFiles

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.project.settings")
application = StaticFiles(get_wsgi_application(), settings.STATIC_ROOT)
