"""The residents' addresses with what all rooms share, so that these tests do not need the other rooms."""

from django.urls import include, path

urlpatterns = [
    path("", include("yiwang.web.urls")),
    path("", include("yiwang.web.portal.urls")),
    path("", include("yiwang.web.surroundings.urls")),  # the start page leads there
    path("transparency", include("yiwang.web.transparency.urls")),  # a matter's page leads to its proof
]
handler404 = "yiwang.web.problems.not_found"
handler500 = "yiwang.web.problems.broken"
