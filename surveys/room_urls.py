"""Addresses of the separate room, served by its own handler (surveys/room/handler.py)."""

from django.urls import path

from .room import views

urlpatterns = [
    path("s/<slug:code>/", views.intro, name="room-intro"),
    path("s/<slug:code>/page/<int:number>/", views.page, name="room-page"),
    path("s/<slug:code>/review/", views.review, name="room-review"),
    path("s/<slug:code>/submit/", views.submit, name="room-submit"),
    path("s/<slug:code>/promise/", views.promise, name="room-promise"),
    path("s/<slug:code>/promise.json", views.promise_json, name="room-promise-json"),
]
