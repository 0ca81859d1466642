"""SensorThings 1.1 has one root; everything below it is read by wire/sensorthings."""

from django.urls import path

from yiwang.gateways.sensorthings_api import views

app_name = "sensorthings"
urlpatterns = [
    path("v1.1", views.ask, name="service"),
    path("v1.1/", views.ask, name="service_with_slash"),
    path("v1.1/<path:rest>", views.ask, name="below"),
]
