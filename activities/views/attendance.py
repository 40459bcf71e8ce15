"""The attendance list of one activity as a Word document, for whoever sees the whole record."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from documents.attendance import attendance_document
from documents.downloads import DOCX, attachment

from ..attendance_list import NoNames, attendance_file_name, attendance_list_of
from ..record_page import RecordPage
from .finding import seen_activity


@require_safe
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the file; 409 with a sentence where there are no names."""
    activity = seen_activity(request.user, pk)
    if not RecordPage(activity, request.user, timezone.localdate()).sees:
        raise PermissionDenied("名单由举办单位导出。")
    try:
        names = attendance_list_of(activity, timezone.now())
    except NoNames as refusal:
        context = {"activity": activity, "refusal": str(refusal)}
        return render(request, "activities/activity_attendance.html", context, status=409)
    return attachment(attendance_document(names), attendance_file_name(activity, names.name), DOCX)
