"""What taking a record back would do, said before it is done."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from programmes.models import Obligation
from programmes.models.obligation import ExemptionMark

from . import crediting
from .models import Activity, ActivityState
from .study_hours import hours_in_words


def credited(activity: Activity) -> list[Obligation]:
    """The obligations for which a held record counts, with organisation and requirement, by due day; none for others."""
    if activity.state != ActivityState.HELD:
        return []
    partners = activity.partnerships.filter(declined_at=None).values_list("organisation_id", flat=True)
    touched = crediting.obligations_touched(
        [activity.organisation_id, *partners], [activity.held_on], [activity.makes_up_for_id]
    )
    rows = Obligation.objects.filter(pk__in=touched).select_related("organisation", "requirement")
    kinds = {kind.pk for kind in activity.kinds.all()}
    owed = activity.makes_up_for
    made_up = (owed.organisation_id, owed.code) if owed else None
    held = crediting.Held(activity.pk, activity.held_on, activity.makes_up_for_id, made_up, kinds)
    fitting = rows.filter(requirement__kinds__in=kinds).distinct()
    return [row for row in fitting if crediting.counts_for(held, row)]


def consequences(activity: Activity, today: date) -> list[tuple[str, str]]:
    """(state for the icon, sentence) for each obligation that loses the record and for the 学时 of those who were there.

    What is 不适用 or waits for an answer loses nothing: it is not asked for.
    """
    counted = [row for row in credited(activity) if row.exemption_state == ExemptionMark.NONE]
    sentences = [_loss(row, today) for row in counted]
    if activity.study_hours:
        people = activity.attendances.filter(Q(present=True) | Q(made_up_on__isnull=False)).count()
        if people:
            sentences.append(("off", f"{people} 人各少 {hours_in_words(activity.study_hours)} 学时。"))
    return sentences


def _loss(row: Obligation, today: date) -> tuple[str, str]:
    what = f"{row.organisation}{row.span.label}的{row.requirement.name}"
    row.done -= 1
    row.late = min(row.late, row.done)
    if row.done >= row.needed:
        return "off", f"{what}还有 {row.done} 次，仍然够。"
    return "soon", f"{what}退回“{row.state(today).label}”，应办 {row.needed} 次，剩下已办 {row.done} 次。"
