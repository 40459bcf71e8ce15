"""Editions of a duty list: beginning one, revising, discarding a draft, issuing. An issued edition is never edited."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from organisations.models import Organisation, Person, Post
from organisations.permissions import Act
from programmes.models import Programme

from .models import Duty, DutyLevel, DutyList, DutyPost, Standing
from .opening import open_measures
from .presets import LevelEntry, PostEntry, preset_named

# What is issued for a day long past would owe everything since; later than this is a slip of the pen.
YEARS_BACK, YEARS_AHEAD = 5, 2
GONE = "这份草稿刚刚被删掉了。"
ISSUED = "这一版已经发布，不能再改。要改，请修订成新的一版。"


@transaction.atomic
def begin(
    organisation: Organisation,
    *,
    preset: str,
    title: str,
    by: Person | None,
    now: datetime,
    revises: DutyList | None = None,
) -> DutyList:
    """A draft without lines: with the levels and posts of the preset, or of ``revises``, whose next edition it becomes.

    ``by`` is None only for what no person does: a command, the demo.
    """
    _check_keeper(organisation, by)
    draft = DutyList(organisation=organisation, title=title.strip(), made_by=by, made_at=now, series=str(uuid4()))
    if revises is not None:
        _place_behind(draft, revises)
    else:
        _check_preset(preset)
    draft.full_clean(exclude=["organisation", "made_by", "programme"], validate_unique=False)
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError as twice:
        raise ValidationError("刚刚有人开始修订这份清单，请回到清单页看看。") from twice
    if revises is not None:
        _copy_seats(revises, draft)
    else:
        seat(draft, preset_named(preset).levels, preset_named(preset).posts)
    return draft


def _check_keeper(organisation: Organisation, by: Person | None) -> None:
    if by is not None and not by.may(Act.EDIT_DUTIES, organisation):
        raise PermissionDenied


def _check_preset(preset: str) -> None:
    try:
        preset_named(preset)
    except KeyError as unknown:
        raise ValidationError({"preset": "没有这一套级和岗。"}) from unknown


def _place_behind(draft: DutyList, revises: DutyList) -> None:
    """Make ``draft`` the next edition of the series. Refused while another draft of it waits."""
    editions = locked_series(revises.series)
    if revises.organisation_id != draft.organisation_id:
        raise ValidationError("只能修订本单位的清单。")
    if any(edition.is_draft for edition in editions):
        raise ValidationError("这份清单已经有一份修订稿，请在那一份上改，或者先把它删掉。")
    latest = editions[-1]
    draft.series, draft.edition = latest.series, latest.edition + 1
    # What a sample says of itself is no longer true of what was made of it.
    draft.note, draft.programme = "" if latest.is_sample else latest.note, latest.programme
    draft.standing = latest.standing


def locked_series(series: str) -> list[DutyList]:
    """All editions of the series, first to last, under lock."""
    rows = DutyList.objects.filter(series=series)
    list(rows.select_for_update(no_key=True).order_by("pk"))  # always in this order, whoever comes second waits
    return list(rows.order_by("edition"))


def seat(draft: DutyList, levels: Iterable[LevelEntry], posts: Iterable[PostEntry]) -> None:
    """Write levels and posts; a roster post that this installation does not have is left out."""
    DutyLevel.objects.bulk_create(
        DutyLevel(duty_list=draft, order=order, name=level.name, levels=list(level.levels))
        for order, level in enumerate(levels, start=1)
    )
    known = {post.code: post for post in Post.objects.all()}
    for order, post in enumerate(posts, start=1):
        row = DutyPost.objects.create(
            duty_list=draft, order=order, name=post.name, note=post.note, everybody=post.everybody
        )
        row.posts.set([known[code] for code in post.posts if code in known])


def _copy_seats(source: DutyList, draft: DutyList) -> None:
    """The same levels and posts."""
    DutyLevel.objects.bulk_create(
        DutyLevel(duty_list=draft, order=level.order, name=level.name, levels=level.levels)
        for level in source.levels.all()
    )
    for post in source.posts.prefetch_related("posts"):
        row = DutyPost.objects.create(
            duty_list=draft, order=post.order, name=post.name, note=post.note, everybody=post.everybody
        )
        row.posts.set(post.posts.all())


@transaction.atomic
def revise(duty_list: DutyList, *, by: Person | None, now: datetime) -> DutyList:
    """A draft of the next edition, with all the lines of the latest one. The old edition stays as it is."""
    source = locked_series(duty_list.series)[-1]
    draft = begin(source.organisation, preset="", title=source.title, by=by, now=now, revises=source)
    _copy_lines(source, draft)
    return draft


def _copy_lines(source: DutyList, draft: DutyList) -> None:
    levels = {level.name: level for level in draft.levels.all()}
    posts = {post.name: post for post in draft.posts.all()}
    duties = list(source.duties.select_related("level", "post").prefetch_related("kinds"))
    kinds = [list(duty.kinds.all()) for duty in duties]
    for duty in duties:
        duty.level, duty.post = levels[duty.level.name], posts[duty.post.name]
        duty.pk, duty.duty_list = None, draft
        duty._state.adding = True
    Duty.objects.bulk_create(duties)
    hang_kinds(zip(duties, kinds, strict=True))


def hang_kinds(pairs: Iterable[tuple[Duty, Iterable[object]]]) -> None:
    """Bind new lines to their kinds, in one statement."""
    through = Duty.kinds.through
    through.objects.bulk_create(
        through(duty_id=duty.pk, activitykind_id=kind.pk)  # type: ignore[attr-defined]
        for duty, kinds in pairs
        for kind in kinds
    )


def claim_draft(duty_list: DutyList, by: Person | None) -> DutyList:
    """The draft as it stands, under lock. PermissionDenied; ValidationError if it is issued or gone."""
    rows = DutyList.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation")
    try:
        row = rows.get(pk=duty_list.pk)
    except DutyList.DoesNotExist as gone:
        raise ValidationError(GONE) from gone
    _check_keeper(row.organisation, by)
    if not row.is_draft:
        raise ValidationError(ISSUED)
    return row


@transaction.atomic
def amend_head(
    duty_list: DutyList, *, title: str, document_no: str, note: str, programme: Programme | None, by: Person | None
) -> None:
    """Title, document number, remark and programme of a draft."""
    row = claim_draft(duty_list, by)
    row.title, row.document_no, row.note, row.programme = title.strip(), document_no.strip(), note.strip(), programme
    row.full_clean(exclude=["organisation", "made_by"], validate_unique=False)
    row.save(update_fields=["title", "document_no", "note", "programme"])


@transaction.atomic
def discard(duty_list: DutyList, *, by: Person | None) -> None:
    """Delete a draft with its lines."""
    row = claim_draft(duty_list, by)
    row.duties.all().delete()
    row.delete()


@transaction.atomic
def issue(duty_list: DutyList, *, since: date, standing: str, by: Person | None, today: date) -> None:
    """Put a draft in force from ``since`` on: the edition before it ends that day, and what is to be done is opened."""
    editions = locked_series(duty_list.series)
    row = claim_draft(duty_list, by)
    before = next((edition for edition in reversed(editions) if not edition.is_draft), None)
    _check_whole(row, max(since, today))
    _check_since(since, before, today)
    if standing not in Standing.values:
        raise ValidationError({"standing": "请选试行或正式。"})
    if before is not None and (before.until is None or before.until > since):
        before.until = since
        before.save(update_fields=["until"])
    row.since, row.standing = since, standing
    row.save(update_fields=["since", "standing"])
    open_measures(today)
    duty_list.refresh_from_db()


def _check_whole(row: DutyList, day: date) -> None:
    """Refuse a list that nobody could carry out."""
    levels, duties = list(row.levels.all()), row.duties.all()
    found = []
    if not levels:
        found.append("清单里没有级，先写有哪几级。")
    if not row.posts.exists():
        found.append("清单里没有岗位，先写有哪几岗。")
    if not duties:
        found.append("清单里一项责任也没有，先写几项。")
    used = set(duties.values_list("level_id", flat=True))
    here = present_levels(row.organisation, day)
    found += [
        f"级“{level.name}”下写了责任，可{row.organisation}没有这一级的党组织。"
        for level in levels
        if level.pk in used and here.isdisjoint(level.levels)
    ]
    if found:
        raise ValidationError(found)


def present_levels(organisation: Organisation, day: date) -> set[str]:
    """The levels of the tree of which ``organisation`` has somebody on ``day``, itself included."""
    rows = Organisation.objects.under(organisation).open_on(day).order_by()
    return set(rows.values_list("level", flat=True).distinct())


def _check_since(since: date, before: DutyList | None, today: date) -> None:
    """Refuse a day that is no later than the day of the edition before, or out of reason."""
    if before is not None and before.since is not None and since <= before.since:
        day = before.since
        raise ValidationError({"since": f"上一版从 {day.year}年{day.month}月{day.day}日起施行，新的一版要晚于这一天。"})
    if not today.year - YEARS_BACK <= since.year <= today.year + YEARS_AHEAD:
        raise ValidationError({"since": f"施行日期应在前后几年之内，现在写的是 {since.year} 年，请核对。"})
