"""handler500: what went wrong outside any view as well, in the form of the door that was asked."""

import sys

from django.http import HttpRequest, HttpResponse

from yiwang.gateways.api import answers as api
from yiwang.gateways.api.problems import Fault
from yiwang.kernel import marks
from yiwang.kernel.outages import outage
from yiwang.web import problems as pages


def broken(request: HttpRequest) -> HttpResponse:
    """A refusal for a missing database and a full disk; else plain words about a fault of ours."""
    problem = outage(sys.exc_info()[1])
    if request.path_info.startswith("/api/"):
        return api.refusal(request, problem or Fault(mark=marks.current()))
    return pages.show(request, problem) if problem else pages.broken(request)
