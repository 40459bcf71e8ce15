"""Correcting a record, or filling in what was only planned."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from reminders.workdays import WorkCalendar

from .. import recording, starting
from ..conflict import Conflict, as_typed
from ..forms.correct import CorrectForm
from ..forms.roll import read_pks
from ..forms.sheet import Sheet
from ..models import Activity, ActivityState
from .finding import managed_activity


def correct_page(
    request: HttpRequest, sheet: Sheet, activity: Activity, *, status: int = 200, **context: Any
) -> HttpResponse:
    """The sheet of a record; says until when no reason is asked for."""
    today = timezone.localdate()
    calendar = WorkCalendar.around(today)
    asks = activity.state == ActivityState.HELD and recording.reason_needed(activity, today, calendar)
    context |= {"sheet": sheet, "form": sheet.form, "activity": activity, "reason_needed": asks}
    context["free_until"] = recording.free_until(activity, calendar)
    return render(request, "activities/activity_correct.html", context, status=status)


def corrected_activity(request: HttpRequest) -> Activity | None:
    """The record that a refilled sheet corrects; None for a new one."""
    pks = read_pks(request.POST.get("activity", ""))
    return managed_activity(request.user, pks[0]) if pks else None


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the record in the form, or save the correction."""
    activity, by, today = managed_activity(request.user, pk), request.user, timezone.localdate()
    if activity.state == ActivityState.WITHDRAWN:
        raise PermissionDenied("这条记录已经撤回，不能再改。")
    if request.method != "POST":
        offer = starting.correction(activity, by=by, today=today)
        return correct_page(request, starting.fill_in(offer, CorrectForm), activity)
    form = CorrectForm(request.POST, by=by, today=today, activity=activity)
    if form.is_valid():
        return _save(request, form, activity)
    return correct_page(request, Sheet(form), activity, status=422)


def _save(request: HttpRequest, form: CorrectForm, activity: Activity) -> HttpResponse:
    by, now, today = request.user, timezone.now(), timezone.localdate()
    entry = form.entry()
    try:
        revision = recording.correct(activity, entry, **form.said(), by=by, now=now, today=today)
    except ValidationError as refusal:
        form.refuse(refusal)
        return correct_page(request, Sheet(form), activity, status=422)
    except recording.StaleRevision as stale:
        names = {pk: person.name for pk, person in form.offer.people.items()}
        conflict = Conflict(stale.current, as_typed(entry, today, names=names))
        return correct_page(request, Sheet(form), activity, status=422, conflict=conflict)
    messages.success(request, "已保存更正，改前改后都留着。" if revision else "内容没有变化。")
    return redirect("activity", activity.pk)
