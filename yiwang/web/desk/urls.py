"""The addresses of this room."""

from django.urls import path

from yiwang.web.desk.views import accounts, case, entry, files, home, places, rulings, session, sheets, teams, work

app_name = "desk"
urlpatterns = [
    path("", home.show, name="home"),
    path("login", session.log_in, name="login"),
    path("logout", session.log_out, name="logout"),
    path("password", session.own_password, name="own_password"),
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
    path("import/<uuid:import_id>", sheets.progress, name="import_run"),
    path("accounts", accounts.listed, name="accounts"),
    path("accounts/new", accounts.new, name="account_new"),
    path("accounts/<uuid:account_id>", accounts.show, name="account"),
    *(path(f"accounts/<uuid:account_id>/{one}", view, name=f"account_{one}") for one, view in accounts.DOORS.items()),
    path("teams", teams.listed, name="teams"),
    path("teams/new", teams.new, name="team_new"),
    path("teams/<uuid:team_id>", teams.show, name="team"),
    *(path(f"teams/<uuid:team_id>/{one}", view, name=f"team_{one}") for one, view in teams.DOORS.items()),
    path("place", places.listed, name="place_list"),
    path("place/new", places.new, name="place_new"),
    path("place/import", places.take_file, name="place_import"),
    path("place/export", places.give_file, name="place_export"),
    path("place/<uuid:place_id>", places.show, name="place"),
    *(path(f"place/<uuid:place_id>/{one}", view, name=f"place_{one}") for one, view in places.DOORS.items()),
    path("photo", files.take, name="photo"),
    path("photo/<str:token>", files.uploaded, name="photo_show"),
    path("files/<str:sha256>", files.show, name="file"),
    path("files/<str:sha256>/small", files.thumbnail, name="thumbnail"),
]
