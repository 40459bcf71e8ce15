"""The lines of a draft: writing, changing, removing. They stay numbered through, by level, post and their order within."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from organisations.models import Person
from programmes.models import ActivityKind, Requirement

from .editions import claim_draft, hang_kinds
from .models import Duty, DutyList, Proof, Rhythm

MOST_LINES = 300
# Behind all numbers that a list can have: where lines wait while they are numbered anew.
ASIDE = 10_000
WRITTEN = (
    "category",
    "level",
    "post",
    "type",
    "line",
    "content",
    "measure",
    "standard",
    "basis",
    "rhythm",
    "times",
    "deadline",
    "proof",
    "requirement_code",
)


@transaction.atomic
def add_line(duty: Duty, kinds: Sequence[ActivityKind], *, by: Person | None, today: date) -> Duty:
    """Add an unsaved line to the draft that it names, behind those of the same level and post."""
    draft = claim_draft(duty.duty_list, by)
    if draft.duties.count() >= MOST_LINES:
        raise ValidationError(f"一份清单最多 {MOST_LINES} 项。")
    kinds = settle(duty, kinds, today)
    duty.number = ASIDE - 1
    duty.save()
    duty.kinds.set(kinds)
    renumber(draft)
    duty.refresh_from_db()
    return duty


@transaction.atomic
def add_lines(
    duty_list: DutyList, lines: Iterable[tuple[Duty, Sequence[ActivityKind]]], *, by: Person | None, today: date
) -> int:
    """Many unsaved lines at once, in their order. How many there were."""
    draft = claim_draft(duty_list, by)
    pairs = [(duty, settle(duty, kinds, today)) for duty, kinds in lines]
    first = draft.duties.count() + 1
    if first + len(pairs) - 1 > MOST_LINES:
        raise ValidationError(f"一份清单最多 {MOST_LINES} 项，现在是 {first + len(pairs) - 1} 项。")
    for number, (duty, _) in enumerate(pairs, start=first):
        duty.duty_list, duty.number = draft, number
    Duty.objects.bulk_create(duty for duty, _ in pairs)
    hang_kinds(pairs)
    renumber(draft)
    return len(pairs)


@transaction.atomic
def change_line(duty: Duty, kinds: Sequence[ActivityKind], *, by: Person | None, today: date) -> None:
    """Save what was changed on a line of a draft."""
    draft = claim_draft(duty.duty_list, by)
    if not draft.duties.filter(pk=duty.pk).exists():
        raise ValidationError("这一项刚刚被删掉了。")
    kinds = settle(duty, kinds, today)
    duty.save(update_fields=WRITTEN)
    duty.kinds.set(kinds)
    renumber(draft)


@transaction.atomic
def remove_line(duty: Duty, *, by: Person | None) -> None:
    """Take a line out of a draft; those behind it move up."""
    draft = claim_draft(duty.duty_list, by)
    draft.duties.filter(pk=duty.pk).delete()
    renumber(draft)


@transaction.atomic
def move_line(duty: Duty, *, up: bool, by: Person | None) -> None:
    """Change places with the neighbour of the same level and post; nothing happens at the end."""
    draft = claim_draft(duty.duty_list, by)
    cell = list(draft.duties.filter(level=duty.level_id, post=duty.post_id).values_list("pk", flat=True))
    place = cell.index(duty.pk) if duty.pk in cell else -1
    other = place - 1 if up else place + 1
    if place < 0 or not 0 <= other < len(cell):
        return
    cell[place], cell[other] = cell[other], cell[place]
    renumber(draft, cell)


def renumber(draft: DutyList, first: Sequence[int] = ()) -> None:
    """Number the lines 1 … n by level, post and their order within; those of ``first`` in that order."""
    rank = {pk: place for place, pk in enumerate(first)}
    rows = list(draft.duties.select_related("level", "post"))
    order = {
        row.pk: (row.level.order, row.level_id, row.post.order, row.post_id, rank.get(row.pk, -1), row.number, row.pk)
        for row in rows
    }
    rows.sort(key=lambda row: order[row.pk])
    moved = [row for number, row in enumerate(rows, start=1) if row.number != number]
    if not moved:
        return
    wanted = {row.pk: number for number, row in enumerate(rows, start=1)}
    # Two steps: within one, a number would be taken while its holder still waits for its own.
    draft.duties.filter(pk__in=[row.pk for row in moved]).update(number=F("number") + ASIDE)
    for row in moved:
        row.number = wanted[row.pk]
    Duty.objects.bulk_update(moved, ["number"])


def settle(duty: Duty, kinds: Sequence[ActivityKind], today: date) -> list[ActivityKind]:
    """Check a line and complete it: one that names a requirement takes rhythm, times and kinds from it.

    The kinds to bind. ValidationError by field.
    """
    duty.content, duty.measure = duty.content.strip(), duty.measure.strip()
    if duty.requirement_code:
        kinds = _as_required(duty, today)
    if duty.proof != Proof.KINDS:
        kinds = []
    if duty.rhythm in (Rhythm.ONCE, Rhythm.STANDING):
        duty.times = 1
    found = _faults(duty, kinds)
    if found:
        raise ValidationError(found)
    duty.clean_fields(exclude=["duty_list", "number", "level", "post", "line"])
    return list(kinds)


def _as_required(duty: Duty, today: date) -> list[ActivityKind]:
    """Take over what the requirement says. Its kinds."""
    rows = Requirement.objects.in_force(today).filter(code=duty.requirement_code, organisation=None, is_active=True)
    row = rows.prefetch_related("kinds").first()
    if row is None:
        raise ValidationError({"requirement_code": "没有这一条要求，或者已经停用了。"})
    if row.level not in duty.level.levels:
        raise ValidationError({"requirement_code": f"“{row.name}”是{row.get_level_display()}的要求，不在这一级。"})
    duty.rhythm, duty.times, duty.proof, duty.deadline = row.cadence, row.minimum, Proof.KINDS, None
    return list(row.kinds.all())


def _faults(duty: Duty, kinds: Sequence[ActivityKind]) -> dict[str, str]:
    """What is wrong with a line, by field."""
    found = {}
    if duty.level.duty_list_id != duty.duty_list_id:
        found["level"] = "这一级不是这份清单的。"
    if duty.post.duty_list_id != duty.duty_list_id:
        found["post"] = "这一岗不是这份清单的。"
    if not duty.content:
        found["content"] = "请写工作内容。"
    if duty.rhythm == Rhythm.ONCE and duty.deadline is None:
        found["deadline"] = "到期一次的，请写完成时限。"
    if duty.rhythm != Rhythm.ONCE and duty.deadline is not None:
        found["deadline"] = "只有“到期一次”才写完成时限。"
    if not 1 <= duty.times <= 99:
        found["times"] = "每期 1 到 99 次。"
    return found | _kind_faults(duty, kinds)


def _kind_faults(duty: Duty, kinds: Sequence[ActivityKind]) -> dict[str, str]:
    """A line proven by records needs kinds that somebody of its level can hold."""
    if duty.proof != Proof.KINDS:
        return {}
    if not kinds:
        return {"kinds": "从活动记录取佐证的，请选哪些活动类别。"}
    if not any(set(kind.levels) & set(duty.level.levels) for kind in kinds):
        return {"kinds": f"{duty.level.name}不办这些活动，永远不会有佐证。请另选类别。"}
    return {}
