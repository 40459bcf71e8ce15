"""Addresses: what was published of a survey, and what is made of it."""

from django.urls import URLPattern, path

from ..views import comments, findings, results

ONE = "surveys/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path(f"{ONE}results/", results.survey_results, name="survey-results"),
    path(f"{ONE}results.docx", results.survey_results_word, name="survey-results-word"),
    path(f"{ONE}results.xlsx", results.survey_results_excel, name="survey-results-excel"),
    path(f"{ONE}results/summary/", results.survey_summary, name="survey-summary"),
    path(f"{ONE}comments/", comments.survey_comments, name="survey-comments"),
    path(f"{ONE}comments/<uuid:comment>/", comments.survey_comment, name="survey-comment"),
    path(f"{ONE}comments/<uuid:comment>/hold/", comments.survey_comment_hold, name="survey-comment-hold"),
    path(f"{ONE}finding/", findings.survey_finding, name="survey-finding"),
]
