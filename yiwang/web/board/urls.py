"""The addresses of the public board. A promise's stays for good: it is quoted elsewhere."""

from django.urls import path

from yiwang.web.board import figureviews, issued, lists, proofs, views

app_name = "board"
urlpatterns = [
    path("plan", views.latest, name="latest"),
    path("plan/summaries", issued.listed, name="summaries"),
    path("plan/summaries/new", issued.issue, name="summary_issue"),
    path("plan/summaries/<int:year>/<int:no>", issued.summary, name="summary"),
    path("plan/summaries/<int:year>/<int:no>/disclose", issued.disclose, name="summary_disclose"),
    path("plan/summaries/<int:year>/<int:no>/file.<str:form>", issued.file, name="summary_file"),
    path("plan/<int:year>", views.board, name="board"),
    path("plan/<int:year>/pulse", views.pulse_of, name="pulse"),
    path("plan/<int:year>/data.csv", views.board_csv, name="board_csv"),
    path("plan/<int:year>/data.json", views.board_json, name="board_json"),
    path("plan/<int:year>/promises", lists.promises, name="promises"),
    path("plan/<int:year>/item/<int:no>", views.item, name="item"),
    path("plan/<int:year>/promise/<str:row>", views.promise, name="promise"),
    path("plan/<int:year>/promise/<str:row>/evidence/<uuid:evidence_id>", views.entry, name="evidence"),
    path("plan/<int:year>/promise/<str:row>/data.csv", views.promise_csv, name="promise_csv"),
    path("plan/<int:year>/promise/<str:row>/data.json", views.promise_json, name="promise_json"),
    path("plan/<int:year>/promise/<str:row>/feed.atom", proofs.promise_feed, name="promise_feed"),
    path("plan/<int:year>/promise/<str:row>/proof.jsonl.gz", proofs.promise_proof, name="promise_proof"),
    path("figures", figureviews.listed, name="figures"),
    path("figures/data.csv", figureviews.listed_csv, name="figures_csv"),
    path("figures/data.json", figureviews.listed_json, name="figures_json"),
    path("figures/<str:code>", figureviews.show, name="figure"),
    path("figures/<str:code>/data.csv", figureviews.show_csv, name="figure_csv"),
    path("figures/<str:code>/data.json", figureviews.show_json, name="figure_json"),
    path("figures/<str:code>/proof.jsonl.gz", figureviews.show_proof, name="figure_proof"),
]
