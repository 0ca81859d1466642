"""The addresses of this room."""

from django.urls import path

from yiwang.web.desk.views import case, entry, files, home, rulings, session, sheets, work

app_name = "desk"
urlpatterns = [
    path("", home.show, name="home"),
    path("login", session.log_in, name="login"),
    path("logout", session.log_out, name="logout"),
    path("cases", work.show, name="cases"),
    path("cases/rows", work.some_rows, name="rows"),
    path("cases/ids", work.identifiers, name="ids"),
    path("cases/accept", work.accept_many, name="accept_many"),
    path("cases/dispatch", work.dispatch_many, name="dispatch_many"),
    path("cases/<str:number>", case.show, name="case"),
    path("cases/<str:number>/phone", case.phone, name="phone"),
    path("cases/<str:number>/act/<str:name>", case.act, name="act"),
    path("changes", work.changes, name="changes"),
    path("new", entry.show, name="new"),
    path("new/read", entry.read, name="read"),
    path("places", entry.find_places, name="places"),
    path("map", entry.town_map, name="map"),
    path("rulings", rulings.show, name="rulings"),
    path("import", sheets.show, name="import"),
    path("import/look", sheets.look, name="look"),
    path("photo", files.take, name="photo"),
    path("photo/<str:token>", files.uploaded, name="photo_show"),
    path("files/<str:sha256>", files.show, name="file"),
    path("files/<str:sha256>/small", files.thumbnail, name="thumbnail"),
]
