"""The asides 保存后 and 计入要求: fragments of the log form and the record, pages of their own without script."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from activities.forms.correct import CorrectForm
from activities.forms.log import LogForm
from activities.models import Activity
from activities.views.correct import corrected_activity
from activities.views.log import refuse_strangers
from dashboards.effects import Forecast, RecordEffect


@require_POST
def log_effect(request: HttpRequest) -> HttpResponse:
    """What saving the form as it stands would settle. Writes nothing."""
    refuse_strangers(request)
    today = timezone.localdate()
    corrected = corrected_activity(request)
    form_class = CorrectForm if corrected else LogForm
    form = form_class(request.POST, by=request.user, today=today, activity=corrected)
    forecast = Forecast(form.draft_entry(), today, corrected.pk if corrected else None)
    if request.htmx:
        return render(request, "dashboards/_log_effect.html", {"forecast": forecast})
    # Without script this is a page: what was typed travels through it and back into the form.
    typed = [
        (name, value) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken" for value in values
    ]
    return render(request, "dashboards/log_effect.html", {"forecast": forecast, "typed": typed})


@require_safe
def activity_effect(request: HttpRequest, pk: int) -> HttpResponse:
    """What a record counts for, and its programme."""
    seen = Activity.objects.visible_to(request.user).select_related("organisation", "programme__line", "makes_up_for")
    activity = get_object_or_404(seen, pk=pk)
    effect = RecordEffect(activity, request.user, timezone.localdate())
    template = "dashboards/_activity_effect.html" if request.htmx else "dashboards/activity_effect.html"
    return render(request, template, {"effect": effect, "activity": activity})
