"""Files on drafts and records: taken in, shown, described, taken off, put back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.downloads import stored_file
from organisations.middleware import is_fragment
from organisations.models import Person
from organisations.permissions import Act

from .. import attaching
from ..drafting import AlreadySaved
from ..models import Activity, ActivityState, Attachment, Draft
from ..record_page import RecordPage
from .finding import managed_activity
from .log import refuse_strangers

FILES = "attachments"
NOTHING = "没有收到文件，请再选一次。"


@require_http_methods(["GET", "HEAD", "POST"])
def draft_attachments(request: HttpRequest, token: UUID) -> HttpResponse:
    """The list of what hangs on one's own draft, after taking in what was sent."""
    refuse_strangers(request)
    by, place = request.user, attaching.OnDraft(token, request.user)
    mine = Draft.objects.visible_to(by).filter(token=token)
    if not mine.exists() and (request.method != "POST" or Draft.objects.filter(token=token).exists()):
        raise Http404
    received = attaching.Received()
    if request.method == "POST":
        try:
            received = attaching.receive(request.FILES.getlist(FILES), place, by=by, now=timezone.now())
        except AlreadySaved as saved:
            return render(request, "activities/_draft_state.html", {"saved": saved.activity}, status=409)
    return _list(request, received, {"attachments": place.there()})


def _list(request: HttpRequest, received: attaching.Received, context: dict[str, object]) -> HttpResponse:
    """The list as a script puts it into the page; 422 if a file was refused or none was sent."""
    if request.method == "POST" and not request.FILES:
        received.refused.append(NOTHING)
    status = 422 if received.refused else 200
    return render(request, "activities/_attached.html", {"received": received, **context}, status=status)


@require_POST
def record_attachments(request: HttpRequest, pk: int) -> HttpResponse:
    """Hang files on a record that stands."""
    activity, by = managed_activity(request.user, pk), request.user
    _refuse_withdrawn(activity)
    files = request.FILES.getlist(FILES)
    received = attaching.receive(files, attaching.OnRecord(activity, by), by=by, now=timezone.now())
    page = RecordPage(activity, by, timezone.localdate())
    if is_fragment(request):
        return _list(request, received, {"page": page, "activity": activity})
    if received.refused or not files:
        refused = received.refused or [NOTHING]
        context = {"page": page, "activity": activity, "not_attached": refused + received.repeated}
        return render(request, "activities/activity.html", context, status=422)
    messages.success(request, "".join(received.repeated) or f"已添加 {len(files)} 个附件。")
    return _to_record(activity)


def _refuse_withdrawn(activity: Activity) -> None:
    if activity.state == ActivityState.WITHDRAWN:
        raise PermissionDenied("这条记录已经撤回，附件不能再改。")


def _back(row: Attachment) -> HttpResponse:
    if row.draft is not None:
        return redirect("activity-draft", row.draft.token)
    return _to_record(row.activity)


def _to_record(activity: Activity) -> HttpResponse:
    return redirect(f"{reverse('activity', args=[activity.pk])}#attachments")


@require_safe
def attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file itself, for whoever sees the record: a picture in place, a paper to be saved."""
    row = _seen(request.user, pk)
    return _stored(row, thumbnail=False)


@require_safe
def thumbnail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The small picture."""
    row = _seen(request.user, pk)
    if not row.thumbnail:
        raise Http404
    return _stored(row, thumbnail=True)


def _seen(person: Person, pk: int) -> Attachment:
    return get_object_or_404(Attachment.objects.standing().visible_to(person), pk=pk)


def _stored(row: Attachment, *, thumbnail: bool) -> HttpResponseBase:
    try:
        file = (row.thumbnail if thumbnail else row.file).open("rb")
    except FileNotFoundError as lost:
        raise Http404 from lost
    if not thumbnail:
        return stored_file(file, row.name, row.content_type, shown=row.is_picture)
    response = stored_file(file, "thumbnail.webp", "image/webp", shown=True)
    # It never changes, and only this browser keeps it.
    response["Cache-Control"] = "private, max-age=86400"
    return response


@require_POST
def caption(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a picture of a record shows."""
    row = _managed(request.user, pk)
    try:
        row.describe(request.POST.get("caption", ""))
    except ValidationError as refusal:
        messages.error(request, "".join(refusal.messages))
    return _back(row)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file off a record, to be put back within 30 days, or off one's draft."""
    row = _managed(request.user, pk)
    row.remove(by=request.user, now=timezone.now())
    if is_fragment(request):
        return HttpResponse(status=204)
    messages.success(request, f"已移除“{row.name}”，30 天内可以放回。")
    return _back(row)


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a file back on its record."""
    row = _managed(request.user, pk)
    try:
        row.restore()
    except ValidationError as refusal:
        messages.error(request, "".join(refusal.messages))
    else:
        messages.success(request, f"已放回“{row.name}”。")
    return _back(row)


def _managed(person: Person, pk: int) -> Attachment:
    """One's own draft's, or that of a record that stands and is one's own to correct. Http404, PermissionDenied."""
    found = Attachment.objects.visible_to(person).select_related("activity__organisation", "draft")
    row = get_object_or_404(found, pk=pk)
    if row.activity is not None:
        if not person.may(Act.LOG, row.activity.organisation):
            raise PermissionDenied(f"这条记录由{row.activity.organisation}修改。")
        _refuse_withdrawn(row.activity)
    return row
