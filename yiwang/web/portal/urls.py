"""The addresses residents know. Short, because they are read out on the telephone."""

from django.urls import path

from yiwang.web.portal.views import account, claims, demonstration, follow, mydata, photos, places, report, start

app_name = "portal"
urlpatterns = [
    path("", start.start, name="start"),
    path("demonstration", demonstration.choose, name="demonstration"),
    path("demonstration/login", demonstration.log_in, name="demonstration_login"),
    path("report", report.report, name="report"),
    path("report/done/<str:number>/<str:token>", report.done, name="done"),
    path("photo", photos.take, name="photo"),
    path("photo/<str:token>", photos.show, name="photo_show"),
    path("places", places.search, name="places"),
    path("places/map/<slug:layer>", places.layer, name="layer"),
    path("follow", follow.look_up, name="look_up"),
    path("r/<str:number>", follow.follow, name="follow"),
    path("r/<str:number>/rate", follow.rate, name="rate"),
    path("r/<str:number>/reopen", follow.reopen, name="reopen"),
    path("r/<str:number>/photo/<str:sha256>", follow.photo, name="own_photo"),
    path("r/<str:number>/<str:token>", follow.follow, name="follow_by_link"),
    path("r/<str:number>/<str:token>/print", follow.sheet, name="sheet"),
    path("login", account.log_in, name="login"),
    path("login/code", account.confirm, name="confirm"),
    path("logout", account.log_out, name="logout"),
    path("me", account.me, name="me"),
    path("me/details", account.details, name="details"),
    path("me/data", mydata.data, name="data"),
    path("me/claims", claims.claims, name="claims"),
    path("me/copy", mydata.copy, name="copy"),
    path("me/copy/sheet", mydata.sheet, name="copy_sheet"),
    path("me/forget/<str:number>", mydata.forget, name="forget"),
    path("me/erase", account.erase, name="erase"),
]
