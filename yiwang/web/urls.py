"""What every room shares: language, letter size and scheme, and the page that shows the components."""

from django.urls import path

from yiwang.web import views

app_name = "web"
urlpatterns = [
    path("admin/login", views.admin_log_in, name="admin_log_in"),
    path("house", views.show_house, name="house"),
    path("house/problem", views.show_problem, name="house_problem"),
    path("house/photo", views.take_photo, name="house_photo"),
    path("settings/language", views.choose_language, name="language"),
    path("settings/look", views.choose_look, name="look"),
]
