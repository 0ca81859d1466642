"""Every address, one line per room."""

from django.urls import URLPattern, URLResolver, include, path

from yiwang.kernel.access.readonly_admin import site

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", site.urls),
    path("api/", include("yiwang.gateways.api.urls")),
    path("open311/", include("yiwang.gateways.open311_api.urls")),
    path("sta/", include("yiwang.gateways.sensorthings_api.urls")),
    path("desk/", include("yiwang.web.desk.urls")),
    path("stream/", include("yiwang.gateways.stream.urls")),
    path("", include("yiwang.web.urls")),
    path("", include("yiwang.web.board.urls")),
    path("", include("yiwang.web.surroundings.urls")),
    path("transparency", include("yiwang.web.transparency.urls")),
    path("", include("yiwang.web.portal.urls")),
]

handler400 = "yiwang.web.problems.bad_request"
handler403 = "yiwang.web.problems.forbidden"
handler404 = "yiwang.web.problems.not_found"
handler500 = "yiwang.project.faults.broken"
