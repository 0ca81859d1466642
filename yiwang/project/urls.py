"""Every address, one line per room."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include("yiwang.gateways.api.urls")),
    path("desk/", include("yiwang.web.desk.urls")),
    path("stream/", include("yiwang.gateways.stream.urls")),
    path("", include("yiwang.web.urls")),
    path("", include("yiwang.web.portal.urls")),
]
