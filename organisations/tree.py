"""Growing, moving and closing organisations: the only writer of ``Organisation.path``."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import router, transaction
from django.db.models import Max
from django.utils.module_loading import import_string

from . import paths, scoping
from .models import ALLOWED_PARENTS, Level, Membership, Organisation


def tell_upper_floors(organisation_ids: Iterable[int], today: date) -> None:
    """Call ``settings.AFTER_TREE_CHANGE`` inside the caller's transaction: what is owed follows the tree."""
    after_tree_change: Callable[[list[int], date], None] = import_string(settings.AFTER_TREE_CHANGE)
    after_tree_change(sorted(set(organisation_ids)), today)


def forget_what_is_owed(organisation_ids: Iterable[int]) -> None:
    """Call ``settings.BEFORE_UPROOTING``: what was opened for these organisations and nobody has touched goes first."""
    before_uprooting: Callable[[list[int]], None] = import_string(settings.BEFORE_UPROOTING)
    before_uprooting(sorted(set(organisation_ids)))


def check_parent(level: str, parent: Organisation | None) -> None:
    """Refuse a place that the levels do not allow."""
    allowed = ALLOWED_PARENTS[level]
    if parent is None:
        if allowed:
            raise ValidationError({"parent": f"{Level(level).label}必须有上级。"})
    elif parent.level not in allowed:
        raise ValidationError({"parent": f"{Level(level).label}不能设在{parent.get_level_display()}之下。"})


def _next_path(parent: Organisation | None) -> str:
    """A free path below ``parent``, behind its last child."""
    siblings = Organisation.objects.filter(parent=parent).order_by("-path").values_list("path", flat=True)
    last = siblings.first()
    number = int(last[-paths.STEP :]) + 1 if last else 1
    return (parent.path if parent else "") + paths.step(number)


@transaction.atomic
def plant(
    *,
    name: str,
    level: str,
    parent: Organisation | None,
    founded_on: date,
    today: date,
    tell: bool = True,
    **fields: object,
) -> Organisation:
    """Set up a new organisation as the last child of ``parent``. ValidationError if the place or the dates do not fit."""
    if parent is not None:
        parent = Organisation.objects.select_for_update(no_key=True).get(pk=parent.pk)
        if not parent.exists_on(founded_on):
            raise ValidationError({"founded_on": f"{parent}在这一天不存在。"})
    check_parent(level, parent)
    organisation = Organisation(
        name=name, level=level, parent=parent, founded_on=founded_on, path=_next_path(parent), **fields
    )
    organisation.full_clean(exclude=["path"])
    organisation.save()
    if tell:
        tell_upper_floors([organisation.pk], today)
    return organisation


@transaction.atomic
def plant_many(organisations: Sequence[Organisation]) -> None:
    """Set up many at once, unsaved rows with their parents set, which may be rows of the same list standing before them.

    Some twenty statements at any number. The caller tells the upper floors. ValidationError as for ``plant``.
    """
    above = {row.parent_id for row in organisations if row.parent_id}
    parents = Organisation.objects.select_for_update(no_key=True).filter(pk__in=above).order_by("pk").in_bulk()
    last = dict(
        Organisation.objects.filter(parent__in=above).order_by().values_list("parent").annotate(last=Max("path"))
    )
    numbers: Counter[str] = Counter({parents[pk].path: int(path[-paths.STEP :]) for pk, path in last.items()})
    rounds: dict[int, list[Organisation]] = defaultdict(list)
    for row in organisations:
        parent = parents.get(row.parent_id, row.parent) if row.parent_id else row.parent
        check_parent(row.level, parent)
        if parent is None or not parent.exists_on(row.founded_on):
            raise ValidationError({"founded_on": f"{parent}在这一天不存在。"})
        numbers[parent.path] += 1
        row.path = parent.path + paths.step(numbers[parent.path])
        row.clean_fields(exclude=["parent"])
        rounds[paths.depth(row.path)].append(row)
    for depth in sorted(rounds):  # keys of parents are known once their round is written
        for row in rounds[depth]:
            row.parent = row.parent
        Organisation.objects.bulk_create(rounds[depth], batch_size=500)


@transaction.atomic
def uproot_many(organisation_ids: Iterable[int]) -> None:
    """Delete organisations of which it is known that nothing but each other refers to them: an import is taken back."""
    ordered = sorted(set(organisation_ids))
    for start in range(0, len(ordered), 500):
        some = Organisation.objects.filter(pk__in=ordered[start : start + 500])
        some._raw_delete(router.db_for_write(Organisation))


@transaction.atomic
def move(organisation: Organisation, *, to: Organisation, today: date) -> None:
    """Hang ``organisation`` with everything below it under ``to``, as its last child. History stays with the rows."""
    rows = {
        row.pk: row
        for row in Organisation.objects.select_for_update(no_key=True)
        .filter(pk__in=[organisation.pk, to.pk])
        .order_by("pk")
    }
    organisation_row, parent = rows[organisation.pk], rows[to.pk]
    check_parent(organisation_row.level, parent)
    if paths.contains(organisation_row.path, parent.path):
        raise ValidationError({"parent": "不能移到自己的下级之下。"})
    if not parent.exists_on(today):
        raise ValidationError({"parent": f"{parent}已经撤销。"})
    old, new = organisation_row.path, _next_path(parent)
    subtree = list(Organisation.objects.select_for_update(no_key=True).filter(scoping.under(old)).order_by("path"))
    for node in subtree:
        node.path = new + node.path[len(old) :]
    Organisation.objects.bulk_update(subtree, ["path"], batch_size=500)
    Organisation.objects.filter(pk=organisation.pk).update(parent=parent)
    organisation.refresh_from_db()
    tell_upper_floors([node.pk for node in subtree], today)


@transaction.atomic
def close(organisation: Organisation, *, on: date, today: date) -> None:
    """Close from ``on``. Refused while people belong to it or something below it is open; its posts end that day."""
    row = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if not row.exists_on(on):
        raise ValidationError({"closed_on": "撤销日期应在成立之后，且之前没有撤销过。"})
    open_children = Organisation.objects.open_on(on).filter(parent=row).count()
    if open_children:
        raise ValidationError({"closed_on": f"下面还有 {open_children} 个组织，先移走或撤销。"})
    members = Membership.objects.filter(scoping.holding(on), organisation=row).count()
    if members:
        raise ValidationError({"closed_on": f"还有 {members} 人隶属于它，先把人转走。"})
    row.closed_on = on
    row.save(update_fields=["closed_on"])
    for appointment in row.appointments.filter(scoping.holding(on)):
        appointment.until = max(on, appointment.since)
        appointment.save(update_fields=["until"])
    tell_upper_floors([row.pk], today)
    organisation.refresh_from_db()
