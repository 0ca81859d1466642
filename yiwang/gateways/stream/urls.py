"""The addresses of live updates, served by the ASGI process."""

from django.urls import path

from yiwang.gateways.stream import views

app_name = "stream"
urlpatterns = [path("desk", views.desk, name="desk")]
