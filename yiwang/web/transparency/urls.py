"""The addresses of the sealed journal. A head's and a proof's stay for good: they are quoted elsewhere."""

from django.urls import path

from yiwang.web.transparency import files, views

app_name = "transparency"
urlpatterns = [
    path("", views.start, name="start"),
    path("/heads", views.heads, name="heads"),
    path("/heads.txt", files.heads, name="heads_file"),
    path("/head", files.newest, name="newest"),
    path("/head/<int:size>", files.one, name="head"),
    path("/consistency/<int:first>/<int:second>", files.consistency, name="consistency"),
    path("/case", views.look_up, name="look_up"),
    path("/case/<str:number>", views.case, name="case"),
    path("/case/<str:number>/proof.jsonl.gz", files.proof, name="proof"),
    path("/journal.jsonl.gz", files.journal, name="journal"),
]
