"""The addresses of the pages of water and air. A river's stays for good: it is printed on its board."""

from django.urls import path

from yiwang.web.surroundings import views

app_name = "surroundings"
urlpatterns = [
    path("rivers", views.rivers, name="rivers"),
    path("rivers/<str:river>", views.one_river, name="river"),
    path("air", views.air_now, name="air"),
]
