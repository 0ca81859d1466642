"""The middleware that refuses a body by its declared length (project/bodies.py), and an address with a character that no text in
the database holds, in the form of the door.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from yiwang.gateways.api import answers as api
from yiwang.gateways.open311_api import answers as open311
from yiwang.gateways.sensorthings_api import answers as sensorthings
from yiwang.kernel.keeping import NOT_TEXT
from yiwang.kernel.problems import NotFound
from yiwang.project.bodies import refused
from yiwang.web import problems as pages


class BodyMiddleware:
    """Answers what is refused in the form of the door: a problem for /api, a page or an htmx toast elsewhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length, encoding = request.headers.get("Content-Length", ""), request.headers.get("Transfer-Encoding", "")
        problem = refused(str(length), encoding, settings.MOST_BODY_BYTES)
        if NOT_TEXT.search(request.path_info):
            problem = NotFound()  # the database refuses even to look for it
        if problem is None:
            return self.get_response(request)
        if request.path_info.startswith("/api/"):
            return api.refusal(request, problem)
        if request.path_info.startswith("/open311/"):
            return open311.refusal(request, problem, "json" if request.path_info.endswith(".json") else "xml")
        if request.path_info.startswith("/sta/"):
            return sensorthings.refusal(request, problem)
        return pages.show(request, problem)
