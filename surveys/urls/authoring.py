"""Addresses of the list of surveys and of writing one."""

from django.urls import URLPattern, path

from ..views import survey_list

ONE = "surveys/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path("surveys/", survey_list.survey_list, name="survey-list"),
    path(ONE, survey_list.survey, name="survey"),
]
