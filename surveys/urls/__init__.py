"""Addresses of the surveys that need a log-in, area by area. The separate room has its own: surveys/room_urls.py."""

from . import appraisal, authoring, desk, quiz, research, results

urlpatterns = [
    *authoring.urlpatterns,
    *desk.urlpatterns,
    *results.urlpatterns,
    *appraisal.urlpatterns,
    *quiz.urlpatterns,
    *research.urlpatterns,
]
