"""谈心谈话."""

from __future__ import annotations

from django.urls import URLPattern, path

from ..views import talks as views

urlpatterns: list[URLPattern] = [
    path("talks/", views.talk_list, name="talk-list"),
    path("talks/add/", views.talk_add, name="talk-add"),
    path("talks/<int:pk>/", views.talk, name="talk"),
    path("talks/<int:pk>/edit/", views.talk_edit, name="talk-edit"),
    path("talks/<int:pk>/delete/", views.talk_delete, name="talk-delete"),
    path("talks/<int:pk>/propose/", views.talk_propose, name="talk-propose"),
    path("talks/proposals/<int:pk>/", views.talk_proposal, name="talk-proposal"),
    path("talks/proposals/<int:pk>/refuse/", views.talk_proposal_refuse, name="talk-proposal-refuse"),
    path("talks/proposals/<int:pk>/take-back/", views.talk_proposal_take_back, name="talk-proposal-take-back"),
]
