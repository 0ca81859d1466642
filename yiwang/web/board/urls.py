"""The addresses of the public board. A promise's stays for good: it is quoted elsewhere."""

from django.urls import path

from yiwang.web.board import views

app_name = "board"
urlpatterns = [
    path("plan", views.latest, name="latest"),
    path("plan/<int:year>", views.board, name="board"),
    path("plan/<int:year>/data.csv", views.board_csv, name="board_csv"),
    path("plan/<int:year>/data.json", views.board_json, name="board_json"),
    path("plan/<int:year>/item/<int:no>", views.item, name="item"),
    path("plan/<int:year>/promise/<str:row>", views.promise, name="promise"),
    path("plan/<int:year>/promise/<str:row>/data.csv", views.promise_csv, name="promise_csv"),
    path("plan/<int:year>/promise/<str:row>/data.json", views.promise_json, name="promise_json"),
]
