"""问题清单."""

from __future__ import annotations

from django.urls import path, re_path

from organisations.views.exports import table_file

from ..views import problem_ledger, problems

urlpatterns = [
    path("problems/", problems.problem_list, name="problem-list"),
    path("problems/add/", problems.problem_add, name="problem-add"),
    re_path(r"^problems/export\.(?P<extension>xlsx|csv)$", table_file, {"source": "problems"}, name="problem-export"),
    path("problems/ledger.docx", problem_ledger.problem_ledger, name="problem-ledger"),
    path("problems/<int:pk>/", problems.problem, name="problem"),
    path("problems/<int:pk>/claim/", problems.problem_claim, name="problem-claim"),
    path("problems/<int:pk>/assign/", problems.problem_assign, name="problem-assign"),
    path("problems/<int:pk>/plan/", problems.problem_plan, name="problem-plan"),
    path("problems/<int:pk>/progress/", problems.problem_progress, name="problem-progress"),
    path("problems/<int:pk>/report/<slug:leg>/", problems.problem_report, name="problem-report"),
    path("problems/<int:pk>/excuse/<slug:leg>/", problems.problem_excuse, name="problem-excuse"),
    path("problems/<int:pk>/take-up/<slug:leg>/", problems.problem_take_up, name="problem-take-up"),
    path("problems/<int:pk>/verify/", problems.problem_verify, name="problem-verify"),
    path("problems/<int:pk>/answer/", problems.problem_answer, name="problem-answer"),
    path("problems/<int:pk>/send-up/", problems.problem_send_up, name="problem-send-up"),
    path("problems/<int:pk>/send-back/", problems.problem_send_back, name="problem-send-back"),
    path("problems/<int:pk>/reopen/", problems.problem_reopen, name="problem-reopen"),
]
