"""The addresses of the public board. A promise's stays for good: it is quoted elsewhere."""

from django.urls import path

from yiwang.web.board import figureviews, views

app_name = "board"
urlpatterns = [
    path("plan", views.latest, name="latest"),
    path("plan/<int:year>", views.board, name="board"),
    path("plan/<int:year>/pulse", views.pulse_of, name="pulse"),
    path("plan/<int:year>/data.csv", views.board_csv, name="board_csv"),
    path("plan/<int:year>/data.json", views.board_json, name="board_json"),
    path("plan/<int:year>/item/<int:no>", views.item, name="item"),
    path("plan/<int:year>/promise/<str:row>", views.promise, name="promise"),
    path("plan/<int:year>/promise/<str:row>/evidence/<uuid:evidence_id>", views.entry, name="evidence"),
    path("plan/<int:year>/promise/<str:row>/data.csv", views.promise_csv, name="promise_csv"),
    path("plan/<int:year>/promise/<str:row>/data.json", views.promise_json, name="promise_json"),
    path("figures", figureviews.listed, name="figures"),
    path("figures/data.csv", figureviews.listed_csv, name="figures_csv"),
    path("figures/data.json", figureviews.listed_json, name="figures_json"),
    path("figures/<str:code>", figureviews.show, name="figure"),
    path("figures/<str:code>/data.csv", figureviews.show_csv, name="figure_csv"),
    path("figures/<str:code>/data.json", figureviews.show_json, name="figure_json"),
]
