"""Addresses of the list of surveys and of writing one."""

from django.urls import URLPattern, path

from ..views import authoring, survey_list

ONE = "surveys/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path("surveys/", survey_list.survey_list, name="survey-list"),
    path("surveys/new/", authoring.survey_new, name="survey-new"),
    path(ONE, survey_list.survey, name="survey"),
    path(f"{ONE}author/", authoring.survey_author, name="survey-author"),
    path(f"{ONE}source/", authoring.survey_source, name="survey-source"),
    path(f"{ONE}retype/", authoring.survey_retype, name="survey-retype"),
    path(f"{ONE}bank/", authoring.survey_bank, name="survey-bank"),
    path(f"{ONE}settings/", authoring.survey_settings, name="survey-settings"),
    path(f"{ONE}preview/", authoring.survey_preview, name="survey-preview"),
    path(f"{ONE}launch/", authoring.survey_launch, name="survey-launch"),
    path(f"{ONE}copy/", authoring.survey_copy, name="survey-copy"),
    path(f"{ONE}delete/", authoring.survey_delete, name="survey-delete"),
]
