"""Where a request comes from, as far as guesses and codes are counted by it. The address goes no further than a keyed hash."""

from django.conf import settings
from django.http import HttpRequest

from yiwang.kernel.people import devices, rules
from yiwang.kernel.people.guesses import Origin

SEEN = "REMOTE_ADDR"
"""Where WSGI and ASGI say who opened the connection."""


def origin_of(request: HttpRequest) -> Origin:
    """The address that a proxy named in YIWANG_PROXIES says, else the one that the server sees; and the device's cookie."""
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    address = rules.address(request.META.get(SEEN, ""), forwarded, settings.PROXIES)
    return Origin(address, request.COOKIES.get(devices.COOKIE, ""))
