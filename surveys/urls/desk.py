"""Addresses: where ballots are handed out, on the screen and on paper, and the meter."""

from django.urls import path

from ..views import desk, slips

urlpatterns = [
    path("surveys/<int:pk>/desk/", desk.survey_desk, name="survey-desk"),
    path("surveys/<int:pk>/slips/", slips.survey_slips, name="survey-slips"),
    path("surveys/<int:pk>/slips/print/", slips.survey_slips_print, name="survey-slips-print"),
    path("surveys/<int:pk>/slips/replace/", slips.survey_slips_replace, name="survey-slips-replace"),
    path("surveys/<int:pk>/poster/", slips.survey_poster, name="survey-poster"),
    path("surveys/<int:pk>/meter/", slips.survey_meter, name="survey-meter"),
]
