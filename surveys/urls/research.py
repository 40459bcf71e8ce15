"""Addresses: research."""

from django.urls import URLPattern, path

from ..views import research, research_review

urlpatterns: list[URLPattern] = [
    path("research/", research.research_list, name="research-list"),
    path("research/new/", research.research_new, name="research-new"),
    path("research/<int:pk>/", research.research, name="research"),
    path("research/<int:pk>/edit/", research.research_edit, name="research-edit"),
    path("research/<int:pk>/submit/", research.research_submit, name="research-submit"),
    path("research/<int:pk>/withdraw/", research.research_withdraw, name="research-withdraw"),
    path("research/<int:pk>/delete/", research.research_delete, name="research-delete"),
    path("research/<int:pk>/file/", research.research_file, name="research-file"),
    path("research/<int:pk>/file/drop/", research.research_file_drop, name="research-file-drop"),
    path("research/<int:pk>/reviewers/", research.research_reviewer, name="research-reviewer"),
    path("research/<int:pk>/reviewers/<int:review>/end/", research.research_reviewer_end, name="research-reviewer-end"),
    path("research/<int:pk>/publish/", research.research_publish, name="research-publish"),
    path("research/<int:pk>/return/", research.research_return, name="research-return"),
    path("research/<int:pk>/problems/", research.research_problem, name="research-problem"),
    path("research/<int:pk>/problems/<int:problem>/end/", research.research_problem_end, name="research-problem-end"),
    path("research/reviews/<int:pk>/", research_review.research_review, name="research-review"),
    path("research/reviews/<int:pk>/file/", research_review.research_review_file, name="research-review-file"),
]
