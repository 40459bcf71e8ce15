"""A partner says that it did not hold a joint activity: its credit goes, the record stays."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ..models import Partnership
from ..reasons import ReasonForm
from ..record_page import RecordPage
from ..recording import decline as decline_partnership
from .finding import seen_activity

WORDS = {"verb": "不计入", "refrain": "照原样计入"}


@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason; decline for the organisation in ``?organisation=``, or the only one that the reader manages."""
    page = RecordPage(seen_activity(request.user, pk), request.user, timezone.localdate())
    partnership = _chosen(page, request.GET.get("organisation", ""))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.carry_out(
        decline_partnership, partnership, by=request.user, now=timezone.now(), today=page.today
    ):
        return redirect("activity", pk)
    context = WORDS | {
        "form": form,
        "cancel_url": reverse("activity", args=[pk]),
        "activity": page.activity,
        "partnership": partnership,
    }
    return render(request, "activities/activity_decline.html", context, status=422 if form.is_bound else 200)


def _chosen(page: RecordPage, organisation: str) -> Partnership:
    """The partnership meant. PermissionDenied if there is none that the reader may decline; Http404 if it is another's."""
    if not page.declinable:
        raise PermissionDenied("没有可以由你答复的联合举办。")
    if not organisation:
        return page.declinable[0]
    for row in page.declinable:
        if str(row.organisation_id) == organisation:
            return row
    raise Http404
