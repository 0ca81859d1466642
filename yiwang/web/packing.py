"""Pages are sent packed: a report page is 9 kB instead of 37."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class PackingMiddleware(GZipMiddleware):
    """Packs whole answers. Photos and live updates stream through as they are: packing would hold an update back.

    Django adds bytes of random length, so that the length tells nothing of a page's secrets (BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The answer, packed where the browser can unpack it and it is worth it."""
        return response if response.streaming else super().process_response(request, response)
