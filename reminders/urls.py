"""Addresses of this floor (a contract: see the URL map of the house)."""

from django.urls import path

from .views import inbox

urlpatterns = [
    path("reminders/", inbox.inbox, name="reminder-inbox"),
    path("reminders/<int:pk>/read/", inbox.read, name="reminder-read"),
]
