"""Addresses of this floor (a contract: see the URL map of the house)."""

from django.urls import path

from .views.organisation import organisation

urlpatterns = [
    path("organisations/<int:pk>/", organisation, name="organisation"),
]
