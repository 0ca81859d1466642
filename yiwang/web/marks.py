"""Gives every request its mark (kernel/marks.py), and the answer the mark as X-Request-Id."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from yiwang.kernel import marks


class MarkMiddleware:
    """The first of all: whatever the others log carries the mark. What a client sends under this name is not looked at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with marks.marked() as mark:
            answer = self.get_response(request)
        answer.headers[marks.HEADER] = mark
        return answer
