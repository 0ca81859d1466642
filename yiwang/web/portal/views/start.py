"""The first page: what one can do here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yiwang.kernel.access.door import door
from yiwang.web.portal import room


@require_GET
@door("portal.read")
def start(request: HttpRequest) -> HttpResponse:
    """What one can do here, and the telephone for those who would rather call."""
    return render(request, "portal/start.html", {"telephone": room.telephone()})
