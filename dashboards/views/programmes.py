"""项目: the tree of programmes, one programme, and editing it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from programmes.forms.programme import ProgrammeForm, indicator_rows
from programmes.models import Programme

from ..programme import ProgrammePage, ProgrammeTree, with_all_it_names


@require_safe
def programme_list(request: HttpRequest) -> HttpResponse:
    """Pillar → line → programme of ``?year=``, by default the present one."""
    today = timezone.localdate()
    raw = request.GET.get("year", "")
    year = int(raw) if raw.isascii() and raw.isdigit() and len(raw) == 4 else today.year
    return render(request, "dashboards/programme_list.html", {"tree": ProgrammeTree(request.user, year, today)})


@require_safe
def programme_switch(request: HttpRequest) -> HttpResponse:
    """To the programme in ``?to=``: the phone's drop-down, with and without script."""
    raw = request.GET.get("to", "")
    pk = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else 0
    row = get_object_or_404(Programme.objects.visible_to(request.user), pk=pk)
    to = redirect("programme", row.pk)
    return HttpResponseClientRedirect(to.url) if request.htmx else to


@require_safe
def programme(request: HttpRequest, pk: int) -> HttpResponse:
    """One programme over what the reader may see."""
    page = ProgrammePage(request.user, _seen(request, pk), timezone.localdate())
    return render(request, "dashboards/programme.html", {"page": page, "programme": page.programme})


@require_http_methods(["GET", "HEAD", "POST"])
def programme_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Goal, who leads it, dates, who takes part, indicators."""
    row = _seen(request, pk)
    if not Programme.objects.manageable_by(request.user).filter(pk=pk).exists():
        raise PermissionDenied("项目由机关工委编辑。")
    data = request.POST if request.method == "POST" else None
    form = ProgrammeForm(data, programme=row, person=request.user, today=timezone.localdate())
    indicators = indicator_rows(data, row)
    if data is not None and form.is_valid() & indicators.is_valid() and form.save(indicators, by=request.user):
        messages.success(request, f"{row.name}已保存。")
        return redirect("programme", pk)
    context = {"programme": row, "form": form, "indicators": indicators}
    return render(request, "dashboards/programme_edit.html", context, status=422 if form.is_bound else 200)


def _seen(request: HttpRequest, pk: int) -> Programme:
    return get_object_or_404(with_all_it_names(Programme.objects.visible_to(request.user)), pk=pk)
