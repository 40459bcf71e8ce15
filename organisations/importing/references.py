"""What refers to rows that are about to be deleted: a few statements for each relation, whatever floor it belongs to."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from django.db import models
from django.db.models import ForeignObjectRel

AT_ONCE = 2000


def portions(keys: Iterable[int]) -> Iterator[list[int]]:
    """The keys in order, so many at once as one statement takes on any database."""
    ordered = sorted(set(keys))
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]


def referred_to(
    model: type[models.Model], keys: Iterable[int], *, beside: Container[type[models.Model]] = ()
) -> dict[int, str]:
    """Those of ``keys`` that some row refers to, with what it is; rows of ``beside`` do not count."""
    keys = list(keys)
    found: dict[int, str] = {}
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.many_to_many or relation.related_model in beside:
            continue
        other, name = relation.related_model, relation.field.name
        what = f"导入后已经用到：{other._meta.verbose_name}。"
        for some in portions(keys):
            used = other._base_manager.filter(**{f"{name}__in": some}).values_list(name, flat=True)
            found |= dict.fromkeys(used.distinct().order_by(), what)
    return found
