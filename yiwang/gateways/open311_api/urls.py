"""The addresses of GeoReport v2: what is asked for, and in which spelling."""

from django.urls import path, register_converter

from yiwang.gateways.open311_api import views


class Spelling:
    """`xml` or `json`, at the end of every address."""

    regex = "xml|json"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    to_url = to_python


register_converter(Spelling, "spelling")

app_name = "open311"
urlpatterns = [
    path("discovery.<spelling:spelling>", views.discovery, name="discovery"),
    path("v2/discovery.<spelling:spelling>", views.discovery, name="discovery_beside"),
    path("v2/services.<spelling:spelling>", views.services, name="services"),
    path("v2/services/<str:code>.<spelling:spelling>", views.definition, name="definition"),
    path("v2/requests.<spelling:spelling>", views.requests, name="requests"),
    path("v2/requests/<str:number>.<spelling:spelling>", views.one_request, name="request"),
    path("v2/tokens/<str:token>.<spelling:spelling>", views.token, name="token"),
]
