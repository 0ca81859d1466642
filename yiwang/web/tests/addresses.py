"""The web's own addresses alone, so that its tests do not need the other rooms."""

from django.urls import include, path

urlpatterns = [path("", include("yiwang.web.urls"))]
handler404 = "yiwang.web.problems.not_found"
handler500 = "yiwang.web.problems.broken"
