"""随机抽取: lots that anybody can draw again.

The list is what may be inspected, in tree order. For each organisation the seed, a colon and its mark (its code, else its
number in the system) are written in one line, and SHA-256 is taken of that. Ordered by these, smallest first, the first
ones are chosen. List, marks and seed are kept as they stood, every further draw is one more row, and nothing is deleted.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q

from organisations.models import Organisation, Person
from organisations.permissions import Act

from .models import Draw, DrawnFrom, Inspection, InspectionState, InspectionTemplate
from .models.inspection import full_place, to_be_inspected

MOST = 200
MOST_YEARS = 5
RULE = (
    "把“种子:标识”（中间是半角冒号）按 UTF-8 编码算 SHA-256，用小写十六进制写出来，从小到大排，取前 {wanted} 个。"
    "标识是党组织的编码，没有编码的用系统里的编号。"
)


@dataclass(frozen=True)
class Lots:
    """What is to be drawn."""

    held_by: Organisation
    template: InspectionTemplate
    wanted: int
    reason: str
    years_spared: int = 0


def new_seed() -> str:
    """128 bits that nobody could know before."""
    return secrets.token_hex(16)


def mark_of(organisation: Organisation) -> str:
    """By what an organisation is told from all others."""
    return organisation.code or str(organisation.pk)


def order_of(seed: str, mark: str) -> str:
    """By what the marks are ordered."""
    return sha256(f"{seed}:{mark}".encode()).hexdigest()


def chosen_among(marks: Sequence[str], seed: str, wanted: int) -> set[int]:
    """The places (from 0) of the first ``wanted`` of the marks in the order of the lots."""
    return set(sorted(range(len(marks)), key=lambda place: (order_of(seed, marks[place]), place))[:wanted])


def population_of(lots: Lots, today: date) -> tuple[list[Organisation], int]:
    """Who is drawn from, in tree order, and how many were left out because they were inspected lately."""
    everybody = list(to_be_inspected(lots.held_by, lots.template.level, today).select_related("parent__parent__parent"))
    spared = _spared(lots, today)
    return [row for row in everybody if row.pk not in spared], sum(row.pk in spared for row in everybody)


def _spared(lots: Lots, today: date) -> set[int]:
    """Those inspected within the years, by whom ever."""
    if not lots.years_spared:
        return set()
    rows = Inspection.objects.visited().filter(visited_on__gt=_years_before(today, lots.years_spared))
    return set(rows.values_list("organisation_id", flat=True))


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


@transaction.atomic
def hold_draw(
    lots: Lots,
    *,
    seed: str,
    by: Person,
    now: datetime,
    today: date,
    follows: Draw | None = None,
    because: str = "",
) -> Draw:
    """Draw, and keep all that is needed to draw again. ValidationError by field, PermissionDenied."""
    if not by.may(Act.INSPECT, lots.held_by, today):
        raise PermissionDenied("随机抽取由负责督查的党组织做。")
    population, spared = population_of(lots, today)
    _check(lots, len(population), today)
    if follows is not None and not because.strip():
        raise ValidationError({"because": "请写一句为什么重抽，两边都看得到。"})
    draw = Draw(
        organisation=lots.held_by,
        template=lots.template,
        reason=lots.reason.strip(),
        seed=seed,
        wanted=lots.wanted,
        years_spared=lots.years_spared,
        spared=spared,
        follows=follows,
        because=because.strip(),
        made_by=by,
        made_at=now,
    )
    draw.full_clean()
    draw.save()
    marks = [mark_of(row) for row in population]
    chosen = chosen_among(marks, seed, lots.wanted)
    DrawnFrom.objects.bulk_create(
        DrawnFrom(
            draw=draw,
            organisation=row,
            place=place + 1,
            mark=marks[place],
            name=full_place(row),
            chosen=place in chosen,
        )
        for place, row in enumerate(population)
    )
    return draw


def draw_again(draw: Draw, *, because: str, seed: str, by: Person, now: datetime, today: date) -> Draw:
    """Draw once more, by the same conditions. What was drawn before stays; all follow the first one."""
    lots = Lots(draw.organisation, draw.template, draw.wanted, draw.reason, draw.years_spared)
    return hold_draw(lots, seed=seed, by=by, now=now, today=today, follows=draw.follows or draw, because=because)


def _check(lots: Lots, number: int, today: date) -> None:
    """Refuse what cannot be drawn."""
    errors: dict[str, str] = {}
    if not lots.reason.strip():
        errors["reason"] = "请写一句缘由。"
    if not lots.template.is_usable(today):
        errors["template"] = "这张检查表已经停用，或者一条内容也没有。"
    elif not number:
        errors["template"] = f"没有可以抽的{lots.template.get_level_display()}。"
    elif not 1 <= lots.wanted <= min(number, MOST):
        errors["wanted"] = f"一共 {number} 个可以抽，请写 1 到 {min(number, MOST)}。"
    if not 0 <= lots.years_spared <= MOST_YEARS:
        errors["years_spared"] = f"请写 0 到 {MOST_YEARS}。"
    if errors:
        raise ValidationError(errors)


def draws_of(draw: Draw) -> Q:
    """Condition: the draw itself, and all that were held in its place."""
    first = draw.follows_id or draw.pk
    return Q(pk=first) | Q(follows=first)


def still_to_plan(draw: Draw) -> list[DrawnFrom]:
    """The chosen ones for which no visit follows from this draw yet."""
    planned = draw.inspections.exclude(state=InspectionState.CANCELLED).values("organisation")
    return list(draw.population.filter(chosen=True).exclude(organisation__in=planned).select_related("organisation"))
