"""责任清单, 我的责任, one duty, measures, handing over, self-checks."""

from __future__ import annotations

from django.urls import path

from ..views.matrix import duty, responsibility_list

urlpatterns = [
    path("responsibilities/", responsibility_list, name="responsibility-list"),
    path("duties/<int:pk>/", duty, name="duty"),
]
