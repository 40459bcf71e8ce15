"""What people say about the system itself, and the answers."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ..forms.feedback import AnswerForm, FeedbackForm
from ..models import Feedback
from ..permissions import Act
from .acts import act_page, sent
from .scope import PersonRequest

PAGE_SIZE = 50
methods = require_http_methods(["GET", "HEAD", "POST"])


@methods
def feedback(request: PersonRequest) -> HttpResponse:
    """Write a remark; read one's own with the answers, administrators all of them."""
    form = FeedbackForm(sent(request))
    if form.carry_out(request.user):
        signed = form.result.person_id is not None
        messages.success(request, "意见已收到，答复会写在这一页。" if signed else "意见已收到，没有留下你的名字。")
        return redirect("feedback")
    rows = Feedback.objects.visible_to(request.user).select_related("person")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "reads_all": request.user.may(Act.ADMINISTER)}
    return render(request, "organisations/feedback.html", context, status=422 if form.is_bound else 200)


@methods
def feedback_answer(request: PersonRequest, pk: int) -> HttpResponse:
    """Answer a remark."""
    remark = get_object_or_404(Feedback.objects.visible_to(request.user).select_related("person"), pk=pk)
    if not request.user.may(Act.ADMINISTER):
        raise PermissionDenied
    form = AnswerForm(sent(request), feedback=remark, now=timezone.now())
    if form.carry_out(request.user):
        messages.success(request, "答复已写上。")
        return redirect("feedback")
    lede = (
        f"{remark.person}会在自己的意见下面看到。"
        if remark.person
        else "这条没有署名，写的人看不到答复；答复留着备查。"
    )
    return act_page(
        request, form, title="答复意见", lede=lede, verb="答复", cancel_url=reverse("feedback"), quoted=remark.text
    )
