"""思想汇报, 工作汇报."""

from __future__ import annotations

from django.urls import URLPattern, path

from ..views import briefings as views

urlpatterns: list[URLPattern] = [
    path("briefings/", views.briefing_list, name="briefing-list"),
    path("briefings/add/", views.briefing_add, name="briefing-add"),
    path("briefings/<int:pk>/", views.briefing, name="briefing"),
    path("briefings/<int:pk>/edit/", views.briefing_edit, name="briefing-edit"),
    path("briefings/<int:pk>/send/", views.briefing_send, name="briefing-send"),
    path("briefings/<int:pk>/take-back/", views.briefing_take_back, name="briefing-take-back"),
    path("briefings/<int:pk>/answer/", views.briefing_answer, name="briefing-answer"),
    path("briefings/<int:pk>/discard/", views.briefing_discard, name="briefing-discard"),
    path("briefings/<int:pk>/briefing.docx", views.briefing_word, name="briefing-word"),
]
