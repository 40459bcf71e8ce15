"""Addresses of this floor (a contract: see the URL map of the house)."""

from django.urls import path

from .views.decline import decline
from .views.listing import activity_list
from .views.make_up import make_up
from .views.minutes import minutes
from .views.record import activity
from .views.withdraw import withdraw

urlpatterns = [
    path("activities/", activity_list, name="activity-list"),
    path("activities/<int:pk>/", activity, name="activity"),
    path("activities/<int:pk>/withdraw/", withdraw, name="activity-withdraw"),
    path("activities/<int:pk>/decline/", decline, name="activity-decline"),
    path("activities/<int:pk>/make-up/", make_up, name="activity-make-up"),
    path("activities/<int:pk>/minutes.docx", minutes, name="activity-minutes"),
]
