"""Addresses: appraisal."""

from django.urls import URLPattern, path

from ..views import appraisal, appraisal_deciding

ONE = "appraisals/<int:pk>/"
MEMBER = f"{ONE}members/<slug:candidate>/"

urlpatterns: list[URLPattern] = [
    path("appraisals/", appraisal.appraisal_list, name="appraisal-list"),
    path("appraisals/new/", appraisal.appraisal_new, name="appraisal-new"),
    path("appraisals/paper/", appraisal.appraisal_paper, name="appraisal-paper"),
    path(ONE, appraisal.appraisal, name="appraisal"),
    path(f"{ONE}edit/", appraisal.appraisal_edit, name="appraisal-edit"),
    path(f"{ONE}launch/", appraisal.appraisal_launch, name="appraisal-launch"),
    path(f"{ONE}delete/", appraisal.appraisal_delete, name="appraisal-delete"),
    path(f"{ONE}mine/", appraisal.appraisal_mine, name="appraisal-mine"),
    path(f"{ONE}decide/", appraisal_deciding.appraisal_decide, name="appraisal-decide"),
    path(f"{ONE}record.docx", appraisal_deciding.appraisal_record, name="appraisal-record"),
    path(f"{MEMBER}tell/", appraisal_deciding.appraisal_tell, name="appraisal-tell"),
    path(f"{MEMBER}problem/", appraisal_deciding.appraisal_problem, name="appraisal-problem"),
]
